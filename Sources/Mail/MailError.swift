/// Why an address, a header or a message was refused: which field and what is wrong, never the value.
///
/// Two errors are equal when field and problem are equal, so callers and tests decide on meaning, not on text.
package struct MailError: Error, Hashable, Sendable {
    /// The field that was refused.
    package let field: Field

    /// What is wrong with it.
    package let problem: Problem

    /// Says what is wrong with which part.
    package init(_ field: Field, _ problem: Problem) {
        self.field = field
        self.problem = problem
    }

    /// The part of an address or a message that an error is about.
    package enum Field: Hashable, Sendable {
        case address
        case localPart
        case domain
        case displayName
        case date
        case language
        case fileName
        case contentType
        case text
        case content
        case multipart
        case headerName
        /// The value of the header field with this name. Field names are the program's own constants.
        case header(String)
        case calendar
        case message
    }

    /// What is wrong with a field; the limits are in octets unless said otherwise.
    package enum Problem: Hashable, Sendable {
        case empty
        case tooLong(limit: Int)
        case controlCharacter
        case bidirectionalControl
        case invisibleCharacter
        case space
        case angleBracket
        case missingAtSign
        case unbalancedQuote
        case misplacedDot
        case forbiddenCharacter
        case addressLiteral
        case emptyLabel
        case misplacedHyphen
        case numericTopLevel
        case notRepresentable
        case malformed
        case reservedName
        case outOfRange
        case bareLineEnding
        case eightBit
        case lineTooLong
        case endsTooSoon
    }
}

extension MailError: CustomStringConvertible {
    /// A sentence that names the field, the fault and the way out, and never the value.
    package var description: String {
        "The \(field.phrase) \(problem.phrase)."
    }
}

extension MailError.Field {
    fileprivate var phrase: String {
        switch self {
        case .address: "email address"
        case .localPart: "part of the email address before the @"
        case .domain: "domain of the email address"
        case .displayName: "display name"
        case .date: "date of the message"
        case .language: "content language"
        case .fileName: "file name of the attachment"
        case .contentType: "content type"
        case .text: "text of the message"
        case .content: "content of a 7bit part"
        case .multipart: "multipart body"
        case .headerName: "name of a header field"
        case .header(let name): "header field \(name)"
        case .calendar: "calendar entry"
        case .message: "composed message"
        }
    }
}

extension MailError.Problem {
    fileprivate var phrase: String {
        switch self {
        case .empty: "is empty; give it a value"
        case .tooLong(let limit): "is longer than \(limit) octets; shorten it"
        case .controlCharacter: "contains a control character or line break; remove it"
        case .bidirectionalControl: "contains a bidirectional control character; remove it"
        case .invisibleCharacter: "contains an invisible character; remove it"
        case .space: "contains white space; remove it"
        case .angleBracket: "contains an angle bracket; give the bare address"
        case .missingAtSign: "has no @; write it as name@domain"
        case .unbalancedQuote: "has a quotation mark that is not closed or not escaped; mend the quotation"
        case .misplacedDot: "begins or ends with a dot or has two in a row; remove the extra dot"
        case .forbiddenCharacter: "contains a character that is not allowed there; remove it"
        case .addressLiteral: "is an address literal; use a domain name"
        case .emptyLabel: "has an empty label; remove the extra dot"
        case .misplacedHyphen: "has a label with a misplaced hyphen; correct the label"
        case .numericTopLevel: "ends in a number; use a domain name"
        case .notRepresentable: "has no clean ASCII form; write it as xn-- labels"
        case .malformed: "is malformed; write it as its RFC says"
        case .reservedName: "is written by the composer; leave it out of the extra fields"
        case .outOfRange: "is out of range; use a moment between 1970 and 9999"
        case .bareLineEnding: "has a CR or LF that is not a CRLF pair; use another transfer encoding"
        case .eightBit: "has octets above 127; use base64 or quoted-printable"
        case .endsTooSoon: "does not end after it starts; correct its end"
        case .lineTooLong: "has a line of more than 998 octets; fold it or use another transfer encoding"
        }
    }
}
