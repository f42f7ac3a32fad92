import Testing

@testable import Worker

@Suite("Concurrency limit")
struct ConcurrencyLimitTests {
    private let start = ContinuousClock.now

    @Test("it starts at five, or at what is allowed", arguments: zip([1, 4, 5, 64], [1, 4, 5, 5]))
    func starting(most: Int, places: Int) {
        #expect(ConcurrencyLimit(most: most).places == places)
    }

    @Test("a round of letters that are taken makes room for one more session, up to the most")
    func growing() {
        var limit = ConcurrencyLimit(most: 8)
        let places = (0..<40).map { _ in
            limit.grow()
            return limit.places
        }
        #expect(places.prefix(18).last == 8, "full concurrency within 5 + 6 + 7 letters")
        #expect(places.allSatisfy { $0 <= 8 })
        #expect(zip(places, places.dropFirst()).allSatisfy { $1 - $0 <= 1 })
    }

    @Test("a wish for fewer halves it once, however many letters under way hear it")
    func cutting() {
        var limit = ConcurrencyLimit(most: 64)
        while limit.places < 20 { limit.grow() }
        for _ in 0..<20 { limit.cut(begun: start, at: start + .seconds(1)) }
        #expect(limit.places == 10)
        limit.cut(begun: start + .seconds(1), at: start + .seconds(2))
        #expect(limit.places == 5)
    }

    @Test("it never falls below one session, and grows again from there")
    func floor() {
        var limit = ConcurrencyLimit(most: 8)
        for second in 0..<9 { limit.cut(begun: start + .seconds(second), at: start + .seconds(second)) }
        #expect(limit.places == 1)
        limit.grow()
        #expect(limit.places == 2)
    }
}
