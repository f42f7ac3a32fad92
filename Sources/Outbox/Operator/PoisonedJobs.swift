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
        try await rows(.null, nil, most)
    }

    /// One of them; nil when the letter is no poison, or was owed again since.
    package func show(_ jobID: Int64) async throws -> HistoryEntry? {
        try await rows(.int8(jobID), nil, 1).first
    }

    /// Owes one again, as a letter that workers take with nothing else in flight from the start.
    ///
    /// Should it bring one down once more, it is poison at once. It is refused for whatever a resend is refused for.
    ///
    /// Throws ``OperatorError/unknown(_:)`` when the letter is no poison, or was owed again since under another request.
    package func requeue(_ jobID: Int64, _ note: OperatorNote) async throws -> ResendResult {
        guard let entry = try await rows(.int8(jobID), note.requestID, 1).first else {
            throw OperatorError.unknown(
                "job \(jobID) is no poison, or was owed again: 'holdfast poison list' shows what is")
        }
        let target = ResendTarget(
            jobID: jobID, kind: entry.kind, subjectKind: entry.subjectKind, subjectID: entry.subjectID,
            audience: entry.audience)
        return try await Resends(connection, allowList: allowList).send(
            target, ResendOptions(), note, action: "poison requeue")
    }

    /// - Parameter request: what was owed again under it counts as poison still.
    private func rows(_ job: Parameter, _ request: String?, _ most: Int) async throws -> [HistoryEntry] {
        try await connection.query(
            Statement(
                "poisoned", SQL.poisoned, [job, .optional(request, Parameter.text), .int4(Int32(clamping: most))])
        ).map(HistoryEntry.init)
    }
}
