import Notifications
import Postgres

/// What the database answers to a report that a letter came back.
package enum BounceAnswer: String, Sendable, CaseIterable {
    /// The letter is on record as failed from now on.
    case recorded
    /// It was on record as failed before; nothing was changed.
    case known
    /// The status is no failure; nothing was changed.
    case ignored
    /// The letter is not settled yet: report it again in a moment.
    case early
    /// There is no such letter, or it is too old.
    case unmatched
}

extension Outbox {
    /// Records that a letter a relay had taken came back, as `holdfast.report_bounce` does it: once, whoever reports.
    ///
    /// - Parameters:
    ///   - messageID: the letter's Message-ID, with or without angle brackets.
    ///   - status: an enhanced status code (RFC 3463) such as `5.1.1`.
    ///   - recipient: the address the report names; nil when it names none.
    /// - Throws: `PostgresError`.
    package func reportBounce(messageID: String, status: String, recipient: String?) async throws -> BounceAnswer {
        let rows = try await connection.query(
            Statement(
                "report_bounce", SQL.reportBounce,
                [.text(messageID), .text(status), .optional(recipient, Parameter.text)]))
        guard let answer = BounceAnswer(rawValue: try rows.first?.decode("answer") ?? "") else {
            throw MalformedFact("holdfast.report_bounce gave an answer this program does not know")
        }
        return answer
    }
}
