import Postgres

/// Who does something by hand, and why: what the audit says of it.
package struct OperatorNote: Sendable, Equatable {
    /// The operator's name.
    package let operatorName: String
    /// Why, in the operator's words; it stays in the audit and is shown to operators only.
    package let reason: String
    /// Under which an action that is asked for twice is done once; nil when nobody repeats it.
    package let requestID: String?

    /// The most characters of a request's id: an index of the audit has them, whose rows have an end.
    package static let mostOfRequestID = 200

    /// Names an operator and a reason.
    ///
    /// Throws ``OperatorError/unnamed`` when either is blank, ``OperatorError/blankRequest`` when the request is, and
    /// ``OperatorError/longRequest`` when it is longer than ``mostOfRequestID``.
    package init(operatorName: String, reason: String, requestID: String? = nil) throws(OperatorError) {
        guard !operatorName.allSatisfy(\.isWhitespace), !reason.allSatisfy(\.isWhitespace) else { throw .unnamed }
        guard requestID?.allSatisfy(\.isWhitespace) != true else { throw .blankRequest }
        guard requestID?.unicodeScalars.count ?? 0 <= Self.mostOfRequestID else { throw .longRequest }
        self.operatorName = operatorName
        self.reason = reason
        self.requestID = requestID
    }
}

extension OperatorNote {
    /// Name, reason and request, as statements take them.
    var columns: [Parameter] {
        [.text(operatorName), .text(reason), .optional(requestID, Parameter.text)]
    }
}

/// What an operator asked for and there is not.
package enum OperatorError: Error, Equatable, CustomStringConvertible {
    /// An action without a name or a reason.
    case unnamed
    /// A request without an id.
    case blankRequest
    /// A request whose id is too long.
    case longRequest
    /// Nothing is known by what was given; the sentence says what was looked for, and never an address.
    case unknown(String)
    /// A list of suppressed addresses that was not taken, with everything that is wrong with it.
    case unusableList([ListProblem])

    /// What is wrong, and the way out.
    package var description: String {
        switch self {
        case .unnamed: "an operator's action needs the operator's name and a reason: say why with --reason"
        case .blankRequest: "a request needs an id of its own: leave out --request-id, and one is made"
        case .longRequest:
            "a request's id has at most \(OperatorNote.mostOfRequestID) characters: shorten --request-id"
        case .unknown(let sentence): sentence
        case .unusableList(let problems):
            "nothing was imported:\n" + problems.map { "  line \($0.line): \($0.sentence)" }.joined(separator: "\n")
        }
    }
}

/// What is wrong with one line of a list; it never quotes the line.
package struct ListProblem: Sendable, Equatable {
    /// Counted from 1.
    package let line: Int
    /// What is wrong, and what is expected.
    package let sentence: String
}
