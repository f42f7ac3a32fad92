/// Why a message was not read as a report about a letter; never a word of the message.
package enum BounceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// It cannot be read as a message.
    case unreadable(UnreadableMessage)
    /// It is a message of another sort.
    case notABounce(Sort)

    /// What a message is that is no report of a delivery.
    package enum Sort: String, Hashable, Sendable {
        /// Somebody's absence, or another answer of a program.
        case automaticReply = "an automatic reply"
        /// A message disposition notification (RFC 8098).
        case readReceipt = "a read receipt"
        /// A feedback report (RFC 5965): a reader called the letter spam.
        case complaint = "a complaint"
        /// Anything else.
        case otherMail = "mail of another kind, or a report in words this program does not know"
    }

    /// A sentence that names the fault and the way out.
    package var description: String {
        switch self {
        case .unreadable(let reason): reason.description
        case .notABounce(let sort): "this is no bounce report but \(sort.rawValue)"
        }
    }
}
