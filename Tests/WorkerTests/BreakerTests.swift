import Testing

@testable import Worker

@Suite("Breaker")
final class BreakerTests {
    private var breaker = Breaker()
    private let start = ContinuousClock.now

    @Test("the failure of a lone letter opens it for about five seconds; then a probe lets one letter try")
    func loneFailure() {
        #expect(fail(underWay: 1) == .seconds(5))
        #expect(breaker.state == .open(until: start + .seconds(5)))
        breaker.probed()
        #expect(breaker.state == .halfOpen(isTried: false))
        breaker.beginTrial()
        #expect(breaker.state == .halfOpen(isTried: true))
        #expect(succeed())
        #expect(breaker.state == .closed)
    }

    @Test("one failure among letters that are taken does not open it, however often that happens")
    func failuresAmongSuccesses() {
        for _ in 0..<100 {
            #expect(fail(underWay: 2) == nil)
            #expect(!succeed(in: 0))
        }
        #expect(breaker.state == .closed)
    }

    @Test("a cohort of failures opens it once, and its stragglers count for nothing")
    func cohort() {
        let pauses = (0..<8).map { _ in fail(underWay: 8, in: 0) }
        #expect(pauses == [nil, nil, nil, nil, nil, nil, nil, .seconds(5)])
        for _ in 0..<8 { #expect(fail(underWay: 8, in: 0) == nil) }
        #expect(!succeed(in: 0))
        #expect(breaker.state == .open(until: start + .seconds(5)))
    }

    @Test("a cohort that shrinks because letters go elsewhere is one too")
    func shrinkingCohort() {
        let pauses = (0..<5).map { fail(underWay: 8 - $0, in: 0) }
        #expect(pauses == [nil, nil, nil, nil, .seconds(5)])
    }

    @Test("the pause doubles up to five minutes while trials fail, and begins anew once one succeeds")
    func growth() {
        for seconds in [5, 10, 20, 40, 80, 160, 300, 300, 300, 300, 300, 300, 300] {
            #expect(fail(underWay: 1) == .seconds(seconds))
            breaker.probed()
            breaker.beginTrial()
        }
        #expect(succeed())
        #expect(fail(underWay: 1) == .seconds(5))
    }

    @Test("a failed probe opens it anew, for longer")
    func failedProbe() {
        #expect(fail(underWay: 1) == .seconds(5))
        let later = start + .seconds(5)
        let pause = breaker.open(hint: nil, at: later, chance: 0.5)
        #expect(pause == .seconds(10))
        #expect(breaker.state == .open(until: later + .seconds(10)))
    }

    @Test("a trial that fails opens it, however many letters seem to be under way")
    func failedTrial() {
        _ = fail(underWay: 1)
        breaker.probed()
        breaker.beginTrial()
        #expect(fail(underWay: 50) == .seconds(10))
    }

    @Test("a trial that says nothing leaves it to the next letter")
    func undecidedTrial() {
        _ = fail(underWay: 1)
        breaker.probed()
        breaker.beginTrial()
        breaker.withdrew(breaker.generation - 1)
        #expect(breaker.state == .halfOpen(isTried: true))
        breaker.withdrew(breaker.generation)
        #expect(breaker.state == .halfOpen(isTried: false))
    }

    @Test("chance moves the pause by a quarter at most", arguments: zip([0, 1], [3.75, 6.25]))
    func chance(chance: Double, seconds: Double) {
        let pause = breaker.open(hint: nil, at: start, chance: chance)
        #expect(pause == .seconds(seconds))
    }

    @Test("a relay's own wish is kept to the second")
    func hint() {
        let pause = breaker.failed(0, underWay: 1, hint: .seconds(90), at: start, chance: 1)
        #expect(pause == .seconds(90))
        #expect(breaker.state == .open(until: start + .seconds(90)))
    }

    private func fail(underWay: Int, in generation: Int? = nil) -> Duration? {
        breaker.failed(generation ?? breaker.generation, underWay: underWay, hint: nil, at: start, chance: 0.5)
    }

    private func succeed(in generation: Int? = nil) -> Bool { breaker.succeeded(generation ?? breaker.generation) }
}
