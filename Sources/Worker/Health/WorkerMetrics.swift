import CoreMetrics
import Notifications
import Outbox

/// The counters and times of one worker, made once, so that counting costs no look-up by name.
struct WorkerMetrics: Sendable {
    private let staleSettles: Counter
    private let rescuedJobs: Counter
    private let claimedJobs: Counter
    private let claimTime: Timer
    private let settleTime: Timer
    private let letterTime: Timer
    private let letters: [String: [Outcome: Counter]]
    private let releases: [String: Counter]

    /// Makes them in a backend.
    init(_ factory: any MetricsFactory) {
        staleSettles = .init(.staleSettles, factory)
        rescuedJobs = .init(.rescued, factory)
        claimedJobs = .init(.claimed, factory)
        claimTime = .init(.claimTime, factory)
        settleTime = .init(.settleTime, factory)
        letterTime = .init(.letterTime, factory)
        let kinds = Kind.all.map(\.name)
        letters = Self.keyed(kinds) { kind in
            Self.keyed(Outcome.allCases) { .init(.letters, factory, [("kind", kind), ("outcome", $0.rawValue)]) }
        }
        releases = Self.keyed(kinds) { .init(.released, factory, [("kind", $0)]) }
    }

    /// Counts a claim that was answered.
    func claimed(_ jobs: Int, in time: Duration) {
        claimedJobs.increment(by: jobs)
        claimTime.record(time)
    }

    /// Counts what a courier says of a claim of this kind.
    func carried(_ report: Report, kind: String, in time: Duration) {
        letterTime.record(time)
        if case .settle(let settlement) = report {
            letters[kind]?[settlement.outcome]?.increment()
        } else {
            releases[kind]?.increment()
        }
    }

    /// Counts a batch of outcomes that was written, some of them too late.
    func settled(late: Int, in time: Duration) {
        settleTime.record(time)
        staleSettles.increment(by: late)
    }

    /// Counts jobs of lost workers that were put back.
    func rescued(_ jobs: Int) {
        rescuedJobs.increment(by: jobs)
    }

    private static func keyed<Key: Hashable, Value>(_ keys: [Key], _ value: (Key) -> Value) -> [Key: Value] {
        Dictionary(uniqueKeysWithValues: keys.map { ($0, value($0)) })
    }
}

extension Counter {
    fileprivate convenience init(
        _ name: MetricName, _ factory: any MetricsFactory, _ labels: [(String, String)] = []
    ) {
        self.init(label: name.rawValue, dimensions: labels, factory: factory)
    }
}

extension Timer {
    fileprivate convenience init(_ name: MetricName, _ factory: any MetricsFactory) {
        self.init(label: name.rawValue, dimensions: [], factory: factory)
    }

    fileprivate func record(_ time: Duration) {
        recordNanoseconds(Int64(time / .nanoseconds(1)))
    }
}
