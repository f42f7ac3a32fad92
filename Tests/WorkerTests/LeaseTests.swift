import Outbox
import Testing

@testable import Worker

@Suite("Lease, as the worker knows it")
struct LeaseTests {
    @Test("it is not live before it is granted")
    func beforeGrant() {
        #expect(!Lease(worker: WorkerID()).isLive)
    }

    @Test("it runs from the moment it was asked for, and ends two seconds early")
    func margin() {
        let lease = Lease(worker: WorkerID())
        let ending = ContinuousClock.now - lease.timing.length + .seconds(2)
        lease.granted(to: lease.worker, asked: ending - .milliseconds(1))
        #expect(!lease.isLive)
        lease.granted(to: lease.worker, asked: ending + .seconds(5))
        #expect(lease.isLive)
    }

    @Test("it is over when the database says so, and live again under the name of a new grant")
    func lost() {
        let lease = Lease(worker: WorkerID())
        lease.granted(to: lease.worker, asked: .now)
        lease.lost()
        #expect(!lease.isLive)
        let fresh = WorkerID()
        lease.granted(to: fresh, asked: .now)
        #expect(lease.isLive && lease.worker == fresh)
    }

    @Test("a letter claimed under an earlier lease is not sent under a later one")
    func earlierLease() {
        let (first, second) = (WorkerID(), WorkerID())
        let lease = Lease(worker: first)
        lease.granted(to: first, asked: .now)
        #expect(lease.isLive(for: first) && !lease.isLive(for: second))
        lease.granted(to: second, asked: .now)
        #expect(!lease.isLive(for: first) && lease.isLive(for: second))
    }

    @Test("four beats fit into it")
    func beats() {
        #expect(Lease.Timing().beat * 4 <= Lease.Timing().length)
    }
}
