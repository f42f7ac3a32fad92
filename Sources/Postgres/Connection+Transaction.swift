/// Identifies an open transaction; the tasks inside it carry it along, so that no other task slips a statement in.
final class TransactionMark: Sendable {
    @TaskLocal static var current: TransactionMark?
}

extension Connection {
    /// What a transaction sees of others that commit meanwhile.
    package enum Isolation: String, Sendable {
        /// Each statement sees what was committed before it began.
        case readCommitted = "READ COMMITTED"
        /// The transaction sees one moment.
        case repeatableRead = "REPEATABLE READ"
        /// As if transactions ran one after another; expect 40001 and run again.
        case serializable = "SERIALIZABLE"
    }

    /// Runs `body` in a transaction: commits when it returns, rolls back when it throws or its task is cancelled.
    ///
    /// Meanwhile other tasks' calls on this connection throw `.busy`. When COMMIT itself is lost with the connection,
    /// whether it took effect is unknown.
    /// - Throws: what `body` throws; `.transactionAborted` when it swallowed a statement's error; `PostgresError` or
    ///   `CancellationError` of BEGIN and COMMIT.
    @discardableResult
    package nonisolated func withTransaction<Value>(
        _ isolation: Isolation = .readCommitted, _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        let mark = TransactionMark()
        try await begin(isolation, mark)
        do {
            let value = try await TransactionMark.$current.withValue(mark) {
                let value = try await body(self)
                try await commit()
                return value
            }
            return value
        } catch {
            await rollBack()
            throw error
        }
    }

    private func begin(_ isolation: Isolation, _ mark: TransactionMark) async throws {
        try await perform { wire throws(PostgresError) in
            guard try !wire.isInTransaction else {
                throw PostgresError(.busy, "a transaction is already open on this connection; transactions do not nest")
            }
            var statements = [Statement("begin", "BEGIN ISOLATION LEVEL \(isolation.rawValue)")]
            if wire.throughPooler { statements.append(wire.settings.timeouts(local: true)) }
            _ = try wire.pipeline(statements)
        }
        openTransaction(mark)
    }

    private func commit() async throws {
        try await perform { wire throws(PostgresError) in
            guard try !wire.isInFailedTransaction else {
                throw PostgresError(.transactionAborted, "a statement of the transaction failed; it is rolled back")
            }
            _ = try wire.pipeline([Statement("commit", "COMMIT")])
        }
        closeTransaction()
    }

    private func rollBack() {
        closeTransaction()
        // A connection that cannot roll back is lost, and the server rolls back by itself.
        try? performRegardless { wire throws(PostgresError) in
            if try wire.isInTransaction { try wire.execute("ROLLBACK") }
        }
    }
}
