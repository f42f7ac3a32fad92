import Mail

/// Tells a relay that refuses everybody from recipients who refuse us: a pure value.
///
/// A policy refusal fails its letter. When so many different recipients are refused within a while, and no letters are
/// taken between them, it is us or the relay that the policy is about: the alarm is raised, and stays so until a letter
/// is taken. Each letter that is taken pays for one refusal, so that scattered refusals among many letters raise
/// nothing.
struct PolicyAlarm {
    /// So many different recipients raise it.
    static let threshold = 5
    /// Within this time.
    static let window: Duration = .seconds(600)

    /// Whether a policy refusal counts as trouble with the relay now.
    private(set) var isRaised = false
    /// The refusals that nothing has paid for, the oldest first; never more than the threshold.
    private var refusals: [(recipient: EmailAddress, at: ContinuousClock.Instant)] = []

    /// Notes a policy refusal for good; true when it raised the alarm.
    mutating func refused(_ recipient: EmailAddress, at now: ContinuousClock.Instant) -> Bool {
        if isRaised { return false }
        refusals.removeAll { now - $0.at > Self.window || $0.recipient == recipient }
        refusals.append((recipient, now))
        guard refusals.count >= Self.threshold else { return false }
        refusals = []
        isRaised = true
        return true
    }

    /// Notes a letter that was taken; true when that ended the alarm.
    mutating func accepted() -> Bool {
        if !refusals.isEmpty { refusals.removeFirst() }
        defer { isRaised = false }
        return isRaised
    }
}
