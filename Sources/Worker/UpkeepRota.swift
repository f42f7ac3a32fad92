import Outbox

/// When which chore of upkeep is due: a pure value that is told the time.
///
/// Each chore comes again after its interval, a little sooner or later: several workers are started at once, and need
/// not work at once.
struct UpkeepRota {
    /// Something to do now and then.
    enum Chore: Hashable, Sendable {
        /// What the booking domain owes by the clock.
        case sweep(Sweep)
        /// Puts in order what is stored, and tells again of trouble that lasts.
        case keep
        /// Looks for what slowly harms the queue.
        case look

        /// All of them, the most urgent first.
        static let all: [Chore] = Sweep.allCases.map(Chore.sweep) + [.keep, .look]

        /// How often it is due.
        var interval: Duration {
            switch self {
            case .sweep(.expireHolds): .milliseconds(17_500)
            case .sweep(.oweDigests): .seconds(300)
            case .look, .sweep(.letExpire): .seconds(60)
            case .keep, .sweep(.pruneTold), .sweep(.pruneAllowance), .sweep(.eraseAddressChanges): .seconds(3600)
            }
        }
    }

    /// The share of an interval by which chance may shorten or lengthen it: 15 to 20 seconds for holds.
    static let jitter = 0.14
    /// The longest a chore that failed waits for its next try.
    static let retry: Duration = .seconds(60)

    private var times: [Chore: ContinuousClock.Instant]

    /// A rota with every chore due.
    init(at start: ContinuousClock.Instant) {
        times = Dictionary(uniqueKeysWithValues: Chore.all.map { ($0, start) })
    }

    /// When the next chore is due; before `now` when one has been for a while.
    func next(at now: ContinuousClock.Instant) -> ContinuousClock.Instant { times.values.min() ?? now }

    /// The chores that are due now, the most urgent first; each is due again after its interval.
    mutating func take(
        at now: ContinuousClock.Instant, using generator: inout some RandomNumberGenerator
    ) -> [Chore] {
        let due = Chore.all.filter { times[$0, default: now] <= now }
        for chore in due {
            let chance = Double.random(in: (1 - Self.jitter)...(1 + Self.jitter), using: &generator)
            times[chore] = now + chore.interval * chance
        }
        return due
    }

    /// Learns that a chore failed: it is due again before long.
    mutating func failed(_ chore: Chore, at now: ContinuousClock.Instant) {
        times[chore] = min(times[chore, default: now], now + Self.retry)
    }
}
