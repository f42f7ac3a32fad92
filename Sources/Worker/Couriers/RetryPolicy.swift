package import FoundationEssentials

/// When a letter that was not taken is tried again.
///
/// A pure value; chance is handed in.
package struct RetryPolicy: Sendable {
    /// The pause after the first attempt; it quadruples from one attempt to the next.
    package var firstPause: Duration = .seconds(30)
    /// The longest pause.
    package var longestPause: Duration = .seconds(3600)
    /// How long a letter without a deadline of its own is tried.
    package var patience: TimeInterval = 48 * 3600
    /// The pause before a letter that may have been taken is sent once more, the same to the byte.
    package var pauseInDoubt: Duration = .seconds(15 * 60)

    /// The pause of a letter during which the relay made trouble: the next one to try the way is another, or one letter
    /// that a relay stumbles over would hold up all of them.
    package var pauseAfterTrouble: Duration = .seconds(60)
    /// How often in a row the relay's limits may turn a letter away at no cost.
    ///
    /// A limit that meets one letter time and again is likely its recipient's: from then on it is tried at the pace of
    /// the recipient's own refusals, and leaves the way to others. It is not failed for it.
    package var freeThrottles = 10

    /// The standard policy.
    package init() {}

    /// The pause after `attempts` attempts that counted, within a quarter of its length by chance; a relay's own wish
    /// wins.
    ///
    /// - Parameters:
    ///   - attempts: 1 after the first.
    ///   - hint: what the relay asked for, within one minute to one hour.
    ///   - chance: 0 to 1.
    func pause(after attempts: Int, hint: Duration?, chance: Double) -> Duration {
        if let hint { return hint }
        let steps = min(max(attempts - 1, 0), 16)
        let pause = min(firstPause * Double(1 << (2 * steps)), longestPause)
        return pause * (0.75 + 0.5 * chance)
    }

    /// The moment after which the letter is given up.
    func lastChance(firstTried: Date, expiresAt: Date) -> Date {
        min(expiresAt, firstTried.addingTimeInterval(patience))
    }
}
