import Testing

@testable import Worker

@Suite("Suspects' turn")
struct SuspectWatchTests {
    private let start = ContinuousClock.now

    @Test("an idle worker looks at once, again at once after it found one, and else every five seconds")
    func idle() {
        var watch = SuspectWatch(now: start)
        #expect(watch.isLookDue(now: start))
        watch.looked(found: true, now: start)
        #expect(watch.isLookDue(now: start))
        watch.looked(found: false, now: start)
        #expect(!watch.isLookDue(now: start + .milliseconds(4999)))
        #expect(watch.isLookDue(now: start + .seconds(5)))
    }

    @Test("a busy worker asks every 15 seconds, and clears the way only for one that has waited")
    func busy() {
        var watch = SuspectWatch(now: start)
        #expect(!watch.isQuestionDue(now: start + .seconds(14)))
        #expect(watch.isQuestionDue(now: start + .seconds(15)))
        watch.answered(isWaiting: false, now: start + .seconds(15))
        #expect(!watch.isClearing && !watch.isQuestionDue(now: start + .seconds(29)))
        watch.answered(isWaiting: true, now: start + .seconds(30))
        #expect(watch.isClearing && !watch.isQuestionDue(now: start + .seconds(500)))
        watch.looked(found: false, now: start + .seconds(500))
        #expect(!watch.isClearing && !watch.isQuestionDue(now: start + .seconds(501)))
    }

    @Test("suspects that have waited get a second of a busy worker's time, then the others their own")
    func turn() {
        var watch = SuspectWatch(now: start)
        watch.answered(isWaiting: true, now: start + .seconds(15))
        watch.looked(found: true, now: start + .seconds(20))
        watch.looked(found: true, now: start + .seconds(20) + .milliseconds(999))
        #expect(watch.isClearing)
        watch.looked(found: true, now: start + .seconds(21))
        #expect(!watch.isClearing && watch.isQuestionDue(now: start + .seconds(36)))
        watch.answered(isWaiting: true, now: start + .seconds(36))
        watch.looked(found: true, now: start + .seconds(40))
        #expect(watch.isClearing)
    }
}
