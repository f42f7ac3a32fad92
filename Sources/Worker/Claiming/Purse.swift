import Outbox

/// What the claim loop has leased of the relays' budgets and not spent: the letters it may claim.
///
/// A pure value. It asks for a quarter of a second's worth at a time, so that workers share what there is and an idle
/// one keeps little back.
struct Purse {
    private var tokens: [Int: Int] = [:]
    private var emptyUntil: [Int: ContinuousClock.Instant] = [:]

    /// How many to ask the budget for.
    static func portion(ofRate ratePerSecond: Double, for letters: Int) -> Int {
        max(1, min(letters, Int(ratePerSecond / 4)))
    }

    /// How many letters to a relay are paid for.
    func letters(to relay: Int) -> Int { tokens[relay] ?? 0 }

    /// When the budget is worth asking again; nil when it is now.
    func wait(for relay: Int, at now: ContinuousClock.Instant) -> Duration? {
        guard let until = emptyUntil[relay], until > now else { return nil }
        return until - now
    }

    /// Puts a lease in; an empty one says when to ask again.
    mutating func receive(_ lease: BudgetLease, for relay: Int, at now: ContinuousClock.Instant) {
        tokens[relay, default: 0] += lease.tokens
        emptyUntil[relay] = lease.tokens == 0 ? now + lease.wait : nil
    }

    /// Takes out what letters were claimed for; a relay without a budget costs nothing.
    mutating func spend(_ letters: Int, on relay: Int) {
        guard let left = tokens[relay] else { return }
        tokens[relay] = max(0, left - letters)
    }
}
