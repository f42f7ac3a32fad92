import FoundationEssentials
package import Postgres

/// Whom not to write to, in an operator's hands: each change is one transaction with its line in the audit, which names
/// no address.
package struct Suppressions: Sendable {
    /// What became of one that was to be added.
    package enum Answer: String, Sendable {
        /// It is new.
        case added
        /// One that stood lasts longer now, or binds more.
        case changed
        /// One stood already that binds as much.
        case stands
        /// It was done before, under the same request.
        case doneBefore = "done_before"
    }

    /// What was lifted of an address.
    package struct Lifted: Sendable, Equatable {
        /// Of which classes, and why it stood; empty when nothing did.
        package let reasons: [Suppression.Class: Suppression.Reason]
        /// That was done before, under the same request: nothing was changed now.
        package let isBefore: Bool
    }

    let connection: Connection

    /// The suppressions as this connection reaches them.
    package init(_ connection: Connection) {
        self.connection = connection
    }

    /// What binds an address.
    package func of(_ address: String) async throws -> [Suppression] {
        try await connection.query(
            Statement("story_suppressions", SQL.storySuppressions, [.textArray([address])])
        ).map(Suppression.init)
    }

    /// The first so many that bind an address, in the order of the addresses.
    package func first(_ most: Int) async throws -> [Suppression] { try await next(behind: ("", ""), most) }

    /// Hands out every suppression in the order of the addresses, in batches, so that a long list is never in memory.
    ///
    /// What is over is left out. What was added or lifted meanwhile may or may not be among them. Stops at what `body` throws.
    package func forEachBatch(
        of size: Int = 1000, _ body: ([Suppression]) async throws -> Void
    ) async throws {
        var last = ("", "")
        while true {
            let batch = try await next(behind: last, size)
            guard let end = batch.last else { return }
            try await body(batch)
            last = (end.address.unmasked, end.appliesTo.rawValue)
        }
    }

    /// Suppresses one address.
    package func add(_ suppression: Suppression, _ note: OperatorNote) async throws -> Answer {
        let target = "an address, \(suppression.appliesTo.rawValue)"
        return try await suppress([suppression], "suppressions add", target, note).first ?? .stands
    }

    /// Suppresses many addresses, all or none; one answer for each, in their order.
    ///
    /// Throws ``OperatorError/unusableList(_:)`` when some would be over at once by the queue's clock, and
    /// `PostgresError`.
    package func add(_ list: SuppressionList, _ note: OperatorNote) async throws -> [Answer] {
        try list.requireAhead(of: try await Examination(connection).clocks().queue)
        return try await suppress(list.entries, "suppressions import", "\(list.entries.count) addresses", note)
    }

    /// Lifts what binds an address, of one class or of every one.
    package func remove(
        _ address: String, _ appliesTo: Suppression.Class? = nil, _ note: OperatorNote
    ) async throws -> Lifted {
        let target = "an address, \(appliesTo?.rawValue ?? "every class")"
        let rows = try await connection.query(
            Statement(
                "unsuppress", SQL.unsuppress,
                [.text(address), .optional(appliesTo?.rawValue, Parameter.text), .text(target)] + note.columns))
        var lifted: [Suppression.Class: Suppression.Reason] = [:]
        for row in rows {
            guard let of = Suppression.Class(rawValue: try row.decode("class")) else { continue }
            lifted[of] = Suppression.Reason(rawValue: try row.decode("was")) ?? .manual
        }
        return Lifted(reasons: lifted, isBefore: try rows.first?.decode("done_before") ?? false)
    }

    private func next(behind last: (address: String, class: String), _ most: Int) async throws -> [Suppression] {
        try await connection.query(
            Statement(
                "suppressions", SQL.suppressions,
                [.text(last.address), .text(last.class), .int4(Int32(clamping: most))])
        ).map(Suppression.init)
    }

    private func suppress(
        _ entries: [Suppression], _ action: String, _ target: String, _ note: OperatorNote
    ) async throws -> [Answer] {
        try await connection.query(
            Statement(
                "suppress", SQL.suppress,
                [
                    .textArray(entries.map(\.address.unmasked)), .textArray(entries.map(\.appliesTo.rawValue)),
                    .timestamptzArray(entries.map(\.until)), .textArray(entries.map(\.reason.rawValue)),
                    .text(action), .text(target),
                ] + note.columns)
        ).map { Answer(rawValue: try $0.decode("answer")) ?? .stands }
    }
}
