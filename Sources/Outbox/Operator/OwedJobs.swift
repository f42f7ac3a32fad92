package import Postgres

/// Letters that are owed, in an operator's hands: each change of one is a transaction with its line in the audit.
package struct OwedJobs: Sendable {
    /// Which letters, by what they have in common.
    package struct Filter: Sendable, Equatable {
        /// Their kind; nil is any.
        package var kind: String?
        /// `ready`, `running` or `held`; nil is any.
        package var state: String?
        /// Of these only; nil is any.
        package var jobs: [Int64]?

        /// Letters of any kind in any state, unless told otherwise.
        package init(kind: String? = nil, state: String? = nil, jobs: [Int64]? = nil) {
            self.kind = kind
            self.state = state
            self.jobs = jobs
        }
    }

    let connection: Connection

    /// Owed letters as this connection reaches them.
    package init(_ connection: Connection) {
        self.connection = connection
    }

    /// How many letters an action would change, and how many it would not and why, whatever `jobs` says; changes nothing.
    package func count(_ action: OwedAction, _ filter: Filter) async throws -> [OwedChange.Answer: Int] {
        let rows = try await connection.query(
            Statement("count_owed", SQL.countOwed, [.text(action.name)] + filter.columns + [action.doubt]))
        var counts: [OwedChange.Answer: Int] = [:]
        for row in rows {
            counts[OwedChange.Answer(rawValue: try row.decode("fits")) ?? .unknown] = try row.decode("number")
        }
        return counts
    }

    /// What would come of it, letter by letter, whatever `jobs` says: first those that it fits, in the order of their
    /// numbers, then the others; changes nothing.
    package func plan(_ action: OwedAction, _ filter: Filter, most: Int) async throws -> [OwedChange] {
        let parameters = [.text(action.name)] + filter.columns + [action.doubt, .int4(Int32(clamping: most))]
        return try await connection.query(Statement("owed_letters", SQL.owedLetters, parameters)).map(OwedChange.init)
    }

    /// Does it to a letter, and says what came of it.
    ///
    /// Waits a few seconds at most for whoever is changing the letter this moment. Throws `PostgresError`: then nothing
    /// was changed, unless the connection was lost during the commit, which the same request finds out.
    package func change(_ action: OwedAction, _ jobID: Int64, _ note: OperatorNote) async throws -> OwedChange {
        let rows = try await connection.query(
            Statement(
                "change_owed", SQL.changeOwed, [.text(action.name), .int8(jobID)] + note.columns + [action.doubt],
                prepared: true))
        guard let row = rows.first else { throw OperatorError.unknown("there is no job \(jobID)") }
        return try OwedChange(row)
    }

    /// Does it to each letter that it fits, in the order of their numbers, and hands out what came of each.
    ///
    /// What is done stays done when it is interrupted. Stops at what `body` throws.
    package func change(
        _ action: OwedAction, _ filter: Filter, _ note: OperatorNote, _ body: (OwedChange) async throws -> Void
    ) async throws {
        var last: Int64 = 0
        while true {
            let next = try await fitting(action, filter, after: last, most: 200)
            for id in next { try await body(try await change(action, id, note)) }
            guard let end = next.last else { return }
            last = end
        }
    }

    /// The letters that an action fits, in the order of their numbers; changes nothing.
    func fitting(
        _ action: OwedAction, _ filter: Filter, after last: Int64 = 0, most: Int
    ) async throws -> [Int64] {
        let parameters =
            [.text(action.name)] + filter.columns + [
                action.doubt, .int8(last), filter.jobs.map { .int8Array($0.map(Int64?.some)) } ?? .null,
                .int4(Int32(clamping: most)),
            ]
        return try await connection.query(Statement("next_owed", SQL.nextOwed, parameters, prepared: true)).map {
            try $0.decode("id")
        }
    }
}

extension OwedJobs.Filter {
    fileprivate var columns: [Parameter] {
        [.optional(kind, Parameter.text), .optional(state, Parameter.text)]
    }
}

extension OwedAction {
    fileprivate var doubt: Parameter {
        if case .release(let doubt?) = self { .text(doubt.rawValue) } else { .null }
    }
}
