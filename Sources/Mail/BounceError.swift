/// Why a message was not read as a report about a letter; never a word of the message.
package enum BounceError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is nothing to read.
    case empty
    /// It is longer than ``BounceReport/maximumLength``.
    case tooLong(limit: Int)
    /// It does not begin with header fields.
    case notAMessage
    /// It has more parts, or parts within parts, than any report.
    case tooComplex
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
        case .empty: "the message is empty; give the whole report, header and body"
        case .tooLong(let limit): "the message is longer than \(limit) octets, which no report is"
        case .notAMessage: "this is no mail message; give the whole report, beginning with its header"
        case .tooComplex: "the message has more parts than any report; it is not read"
        case .notABounce(let sort): "this is no bounce report but \(sort.rawValue)"
        }
    }
}
