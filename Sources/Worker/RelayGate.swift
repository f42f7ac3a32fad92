import SMTP
import Synchronization

/// Whether letters may go to the relay now: a circuit breaker, but named as a gate, which lets letters pass when open.
///
/// Trouble with the relay closes it for a growing pause; then one letter tries the way.
///
/// Shared by couriers and the claim loop: while it is closed nothing is claimed, and no job pays for the relay's
/// trouble.
final class RelayGate: Sendable {
    /// What the claim loop may do.
    enum State: Equatable {
        /// Claim freely.
        case open
        /// Claim one job, to see whether the relay is back.
        case probing
        /// Claim nothing until this moment.
        case closed(until: ContinuousClock.Instant)
    }

    private struct Trouble {
        var failures = 0
        var until = ContinuousClock.now
    }

    private let trouble = Mutex<Trouble?>(nil)
    private let firstPause: Duration
    private let longestPause: Duration

    init(firstPause: Duration = .seconds(1), longestPause: Duration = .seconds(60)) {
        self.firstPause = firstPause
        self.longestPause = longestPause
    }

    /// Where it stands.
    func state(at now: ContinuousClock.Instant = .now) -> State {
        trouble.withLock { trouble in
            guard let trouble else { return .open }
            return trouble.until > now ? .closed(until: trouble.until) : .probing
        }
    }

    /// Closes it; several failures at once count as one.
    ///
    /// Returns the pause when this call closed it, for the log.
    func close(hint: Duration? = nil, at now: ContinuousClock.Instant = .now, chance: Double) -> Duration? {
        trouble.withLock { trouble in
            var next = trouble ?? Trouble()
            if next.failures > 0, next.until > now { return nil }
            let steps = min(next.failures, 10)
            let pause = hint ?? min(firstPause * Double(1 << steps), longestPause) * (0.75 + 0.5 * chance)
            next.failures += 1
            next.until = now + pause
            trouble = next
            return pause
        }
    }

    /// Opens it: the relay judged a letter by itself.
    ///
    /// True when it was not open before.
    func open() -> Bool {
        trouble.withLock { trouble in
            defer { trouble = nil }
            return trouble != nil
        }
    }
}
