import FoundationEssentials

/// From which due time on a claim looks for jobs: a low-water mark, and a pure value.
///
/// Settled jobs leave dead rows behind, and for as long as some transaction keeps vacuum from removing them every claim
/// would step over all of them. A claim therefore begins where the ones before it were. Jobs with earlier times, of slow
/// producers or put back, are found by a whole look, every few seconds and as soon as a backlog seems to be over.
struct ClaimWindow {
    private static let wholeLookInterval: Duration = .seconds(5)
    /// How much earlier than the claims before it, in seconds: transactions commit out of order.
    private static let margin: TimeInterval = 10

    private var mark: Date?
    private var lookedAt: ContinuousClock.Instant?
    /// The last whole look took all it asked for, so that it may have left older jobs.
    private var leftSome = false

    /// Where the claim that is asked for now begins; nil looks at everything.
    func start(at now: ContinuousClock.Instant = .now) -> Date? {
        guard let lookedAt, now - lookedAt < Self.wholeLookInterval else { return nil }
        return mark
    }

    /// Learns from a claim that began at `start`.
    ///
    /// - Parameters:
    ///   - earliest: the due time of the earliest job it took; nil when it took none.
    ///   - isFull: it took as many as it asked for.
    mutating func claimed(
        from start: Date?, earliest: Date?, isFull: Bool, asked: ContinuousClock.Instant
    ) {
        if start == nil { (lookedAt, leftSome) = (asked, isFull) }
        if let earliest { mark = earliest.addingTimeInterval(-Self.margin) }
        if start != nil, leftSome, !isFull { mark = nil }
    }
}
