import Outbox
import Synchronization

/// The right of this worker to start sends, as far as it knows itself: measured on its own clock from before the
/// renewal was asked for, so that it never believes in a lease longer than the database does.
final class Lease: Sendable {
    /// How long leases last; only tests have others than the standard ones.
    struct Timing {
        /// How long a lease lasts.
        var length: Duration = .seconds(12)
        /// How often it is renewed: four beats to a lease, so that a slow one or two do not end it.
        var beat: Duration = .seconds(3)
        /// A send is not started this close to the end.
        var margin: Duration = .seconds(2)
    }

    private struct State {
        var worker: WorkerID
        var until: ContinuousClock.Instant?
    }

    let timing: Timing
    private let state: Mutex<State>

    init(worker: WorkerID, timing: Timing = Timing()) {
        self.timing = timing
        state = Mutex(State(worker: worker))
    }

    /// The name the lease is under now.
    var worker: WorkerID { state.withLock { $0.worker } }

    /// Whether jobs may be claimed.
    var isLive: Bool { isLive(for: worker) }

    /// Whether a send may be started or go on under the lease it was claimed with; a later one does not count.
    func isLive(for worker: WorkerID) -> Bool {
        state.withLock { state in
            state.worker == worker && state.until.map { $0 - timing.margin > .now } ?? false
        }
    }

    /// How long sends may still be started; zero or less when they may not, nothing left when it was lost.
    func left(at now: ContinuousClock.Instant = .now) -> Duration {
        state.withLock { state in state.until.map { $0 - timing.margin - now } ?? .zero }
    }

    /// The database granted or renewed it, asked at `asked`.
    func granted(to worker: WorkerID, asked: ContinuousClock.Instant) {
        state.withLock { $0 = State(worker: worker, until: asked + timing.length) }
    }

    /// The database says that it is over.
    func lost() {
        state.withLock { $0.until = nil }
    }
}
