import Testing

@testable import Worker

@Suite("Relay gate")
struct RelayGateTests {
    private let gate = RelayGate()
    private let start = ContinuousClock.now

    @Test("it is open until somebody closes it, and says once that it was opened again")
    func opening() {
        #expect(gate.state(at: start) == .open)
        #expect(!gate.open())
        _ = gate.close(at: start, chance: 0.5)
        #expect(gate.open())
        #expect(!gate.open())
        #expect(gate.state(at: start) == .open)
    }

    @Test("it is closed for its pause, and then lets one letter try")
    func probing() {
        #expect(gate.close(at: start, chance: 0.5) == .seconds(1))
        #expect(gate.state(at: start) == .closed(until: start + .seconds(1)))
        #expect(gate.state(at: start + .milliseconds(999)) == .closed(until: start + .seconds(1)))
        #expect(gate.state(at: start + .seconds(1)) == .probing)
        #expect(gate.state(at: start + .seconds(500)) == .probing)
    }

    @Test("failures while it is closed count as the one that closed it")
    func coalescing() {
        #expect(gate.close(at: start, chance: 0.5) == .seconds(1))
        for _ in 0..<7 { #expect(gate.close(at: start + .milliseconds(500), chance: 0.5) == nil) }
        #expect(gate.state(at: start) == .closed(until: start + .seconds(1)))
        #expect(gate.close(at: start + .seconds(1), chance: 0.5) == .seconds(2))
    }

    @Test("the pause doubles up to a minute while every probe fails, and begins anew once one succeeds")
    func growth() {
        var now = start
        for seconds in [1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60, 60, 60, 60] {
            #expect(gate.close(at: now, chance: 0.5) == .seconds(seconds))
            now += .seconds(seconds)
            #expect(gate.state(at: now) == .probing)
        }
        #expect(gate.open())
        #expect(gate.close(at: now, chance: 0.5) == .seconds(1))
    }

    @Test("chance moves the pause by a quarter at most", arguments: zip([0, 1], [0.75, 1.25]))
    func chance(chance: Double, seconds: Double) {
        #expect(gate.close(at: start, chance: chance) == .seconds(seconds))
    }

    @Test("a relay's own wish is kept to the second")
    func hint() {
        #expect(gate.close(hint: .seconds(300), at: start, chance: 1) == .seconds(300))
        #expect(gate.state(at: start + .seconds(299)) == .closed(until: start + .seconds(300)))
    }
}
