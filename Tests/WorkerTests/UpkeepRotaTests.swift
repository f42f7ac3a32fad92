import Outbox
import Testing

@testable import Worker

@Suite("When a worker does its chores")
struct UpkeepRotaTests {
    private let start = ContinuousClock.now

    @Test("at the start all are due, holds first and the look after putting in order")
    func beginning() {
        var rota = UpkeepRota(at: start)
        var generator = SystemRandomNumberGenerator()
        let due = rota.take(at: start, using: &generator)
        #expect(due == UpkeepRota.Chore.all)
        #expect(due.first == .sweep(.expireHolds))
        #expect(Array(due.suffix(2)) == [.keep, .look])
        #expect(rota.take(at: start, using: &generator).isEmpty)
    }

    @Test("in six hours each is done as often as its interval says, a little more or less")
    func intervals() {
        var rota = UpkeepRota(at: start)
        var generator = SystemRandomNumberGenerator()
        var times: [UpkeepRota.Chore: [Duration]] = [:]
        while rota.next(at: start) < start + .seconds(6 * 3600) {
            let now = rota.next(at: start)
            for chore in rota.take(at: now, using: &generator) {
                times[chore, default: []].append(start.duration(to: now))
            }
        }
        for chore in UpkeepRota.Chore.all {
            let waits = zip(times[chore, default: []].dropFirst(), times[chore, default: []]).map { $0 - $1 }
            #expect(!waits.isEmpty, "\(chore)")
            for wait in waits {
                #expect(wait >= chore.interval * 0.86 && wait <= chore.interval * 1.14, "\(chore): \(wait)")
            }
        }
        // 15 to 20 seconds.
        let holds = times[.sweep(.expireHolds), default: []].count
        #expect((6 * 180...6 * 240).contains(holds), "\(holds)")
        // Workers that were started together drift apart.
        let waits = zip(times[.look, default: []].dropFirst(), times[.look, default: []]).map { $0 - $1 }
        #expect(Set(waits).count > 1)
    }

    @Test("one that failed is tried again within a minute, and moves no other")
    func failure() {
        var rota = UpkeepRota(at: start)
        var generator = SystemRandomNumberGenerator()
        _ = rota.take(at: start, using: &generator)
        rota.failed(.keep, at: start)
        rota.failed(.sweep(.expireHolds), at: start)
        let early = rota.take(at: start + .seconds(20), using: &generator)
        // Its own turn comes sooner than the next try.
        #expect(early == [.sweep(.expireHolds)])
        let late = rota.take(at: start + .seconds(60), using: &generator)
        #expect(late.contains(.keep))
        #expect(!late.contains(.sweep(.pruneTold)) && !late.contains(.sweep(.oweDigests)))
    }
}
