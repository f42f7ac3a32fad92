/// Why octets were not read as a message; never a word of them.
package enum UnreadableMessage: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is nothing to read.
    case empty
    /// It is longer than ``ReadPart/maximumLength``.
    case tooLong(limit: Int)
    /// It does not begin with header fields.
    case notAMessage
    /// It has more parts, or parts within parts, than any letter or report.
    case tooComplex

    /// A sentence that names the fault and the way out.
    package var description: String {
        switch self {
        case .empty: "the message is empty; give the whole message, header and body"
        case .tooLong(let limit): "the message is longer than \(limit) octets; it is not read"
        case .notAMessage: "this is no mail message; give the whole message, beginning with its header"
        case .tooComplex: "the message has more parts than any letter or report; it is not read"
        }
    }
}
