/// Whose trouble an outcome is, and so what it may cost.
package enum Scope: String, Sendable, CaseIterable {
    /// The relay, the network or our account there: slow down or stop sending; no letter is to blame.
    case relay
    /// The relay's limits: send fewer, or later; no letter is to blame.
    case throttle
    /// The sender address: stop that identity; no letter is to blame.
    case sender
    /// The recipient's mailbox or address.
    case recipient
    /// This message: its size or its form.
    case message
    /// A policy of the receiving side that refused this message; the address itself may be fine.
    case policy
    /// A kept session that had gone stale: open another one at once; it was no attempt.
    case session
    /// Nobody's: accepted, unknown, or withheld by the caller.
    case none

    /// Whether the letter itself is to blame, so that an attempt was spent on it.
    package var isLettersFault: Bool {
        switch self {
        case .recipient, .message, .policy: true
        case .relay, .throttle, .sender, .session, .none: false
        }
    }
}
