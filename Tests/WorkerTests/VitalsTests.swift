import Testing

@testable import Worker

@Suite("Vitals")
struct VitalsTests {
    private let vitals = Vitals()
    private let start = ContinuousClock.now

    @Test("trouble is new once, lasts since its beginning, and keeps its latest reason")
    func trouble() {
        #expect(vitals.note(.claims, "first", at: start))
        #expect(!vitals.note(.claims, "second", at: start + .seconds(2)))
        #expect(vitals.troubles == [.claims: .init(since: start, reason: "second")])
        #expect(vitals.end(.claims, at: start + .seconds(5)) == .seconds(5))
        #expect(vitals.end(.claims, at: start + .seconds(6)) == nil)
        #expect(vitals.note(.claims, "third", at: start + .seconds(7)))
    }

    @Test("the trouble of one thing is not another's")
    func apart() {
        #expect(vitals.note(.connection("claim"), "why", at: start))
        #expect(vitals.note(.connection("settle"), "why", at: start))
        #expect(vitals.note(.settles, "why", at: start))
        #expect(vitals.end(.connection("claim"), at: start) == .zero)
        #expect(Set(vitals.troubles.keys) == [.connection("settle"), .settles])
    }

    @Test("there is no proof before the first, and then the latest")
    func proof() {
        #expect(vitals.provedAt == nil)
        vitals.proved(at: start)
        vitals.proved(at: start + .seconds(1))
        #expect(vitals.provedAt == start + .seconds(1))
    }
}
