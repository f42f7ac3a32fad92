/// How long to wait between attempts: exponential up to a cap, spread by chance so that clients do not come at once.
package struct Backoff: Sendable, Hashable {
    /// The wait after the first failure, before chance.
    package let initial: Duration
    /// The longest wait, before chance.
    package let cap: Duration
    /// What each wait is multiplied by to give the next.
    package let factor: Double
    /// The share of a wait by which chance may shorten or lengthen it, from 0 to 1.
    package let jitter: Double

    /// Describes a backoff; values outside their ranges are brought to the nearest allowed one.
    package init(
        initial: Duration = .milliseconds(100), cap: Duration = .seconds(15), factor: Double = 2, jitter: Double = 0.25
    ) {
        self.initial = max(initial, .zero)
        self.cap = max(cap, self.initial)
        self.factor = max(factor, 1)
        self.jitter = min(max(jitter, 0), 1)
    }

    /// The wait after so many failures in a row.
    /// - Parameters:
    ///   - failures: 1 or more.
    ///   - generator: the source of chance; a seeded one gives the same waits again.
    package func delay(afterFailures failures: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        var delay = initial
        var doublings = failures - 1
        while doublings > 0, delay < cap, factor > 1 {
            delay = min(delay * factor, cap)
            doublings -= 1
        }
        return delay * Double.random(in: (1 - jitter)...(1 + jitter), using: &generator)
    }
}
