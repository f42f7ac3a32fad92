package import Notifications
package import Postgres

/// Letters that left the queue because they brought workers down with them.
package struct PoisonedJobs: Sendable {
    let connection: Connection
    let allowList: AllowList

    /// Poison as this connection reaches it; `allowList` is who may be written to here.
    package init(_ connection: Connection, allowList: AllowList) {
        self.connection = connection
        self.allowList = allowList
    }

    /// The newest of them that were not owed again since.
    package func list(most: Int = 200) async throws -> [HistoryEntry] {
        try await rows(.null, most)
    }

    /// One of them; nil when the letter is no poison, or was owed again since.
    package func show(_ jobID: Int64) async throws -> HistoryEntry? {
        try await rows(.int8(jobID), 1).first
    }

    /// Owes one again, as a letter that workers take with nothing else in flight from the start.
    ///
    /// Should it bring one down once more, it is poison at once. It is refused for whatever a resend is refused for.
    ///
    /// Throws ``OperatorError/unknown(_:)`` when the letter is no poison.
    package func requeue(_ jobID: Int64, _ note: OperatorNote) async throws -> ResendResult {
        let resends = Resends(connection, allowList: allowList)
        let targets = try await resends.targets(of: .job(jobID))
        guard let target = targets.groups.first?.first, try await isPoison(jobID) else {
            throw OperatorError.unknown("job \(jobID) is no poison: 'holdfast poison list' shows what is")
        }
        return try await resends.send(target, ResendOptions(), note, action: "poison requeue")
    }

    private func isPoison(_ jobID: Int64) async throws -> Bool {
        let rows = try await connection.query(Statement("letter_of", SQL.letterOf, [.int8(jobID)]))
        return try rows.first?.decodeIfPresent("outcome") == Outcome.poison.rawValue
    }

    private func rows(_ job: Parameter, _ most: Int) async throws -> [HistoryEntry] {
        try await connection.query(Statement("poisoned", SQL.poisoned, [job, .int4(Int32(clamping: most))])).map(
            HistoryEntry.init)
    }
}
