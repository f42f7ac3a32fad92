/// How many sessions one relay gets: grown while it takes letters, halved when it asks for fewer (additive increase,
/// multiplicative decrease).
///
/// A pure value; the clock is handed in.
struct ConcurrencyLimit {
    /// Where it starts, as Postfix does; a full house is reached within some dozens of letters.
    private static let start = 5

    private let most: Int
    private var value: Double
    private var cutAt: ContinuousClock.Instant?

    /// - Parameter most: how many sessions there may be at most.
    init(most: Int) {
        self.most = max(1, most)
        value = Double(min(Self.start, self.most))
    }

    /// How many sessions there may be now.
    var places: Int { Int(value) }

    /// The relay judged a letter: a whole round of them makes room for one more session.
    mutating func grow() {
        value = min(value + 1 / Double(places), Double(most))
    }

    /// The relay asks for fewer: half of them.
    ///
    /// Letters that were under way when it was last cut say nothing new.
    mutating func cut(begun: ContinuousClock.Instant, at now: ContinuousClock.Instant) {
        if let cutAt, begun < cutAt { return }
        cutAt = now
        value = max(1, (value / 2).rounded(.down))
    }
}
