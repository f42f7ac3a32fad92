import Testing

@testable import Worker

@Suite("Languages letters fall back from")
struct LocaleWatchTests {
    @Test("each pair of languages is told once")
    func once() {
        var watch = LocaleWatch()
        #expect(watch.news(asked: "es-MX", used: "en") == LocaleWatch.Fallback(asked: "es-MX", used: "en"))
        for _ in 0..<3 { #expect(watch.news(asked: "es-MX", used: "en") == nil) }
        #expect(watch.news(asked: "es-MX", used: "es") != nil)
        #expect(watch.news(asked: "fr", used: "en") != nil)
        #expect(watch.news(asked: "es-MX", used: "es") == nil)
    }

    @Test("a letter in the language asked for is no news")
    func noFallback() {
        var watch = LocaleWatch()
        #expect(watch.news(asked: "es", used: "es") == nil)
    }

    @Test("what rows say fills neither memory nor log")
    func bounded() {
        var watch = LocaleWatch()
        let told = (0..<1_000).compactMap { watch.news(asked: "x\($0)", used: "en") }
        #expect(told.count == LocaleWatch.capacity)
        var other = LocaleWatch()
        #expect(other.news(asked: "en-" + String(repeating: "a", count: 1_000), used: "en")?.asked == "no language tag")
        #expect(other.news(asked: "Zoë O'Neil", used: "en") == nil, "told before, and not by name")
    }
}
