import Postgres

/// Keeping what is stored in bounds; any worker may call any of this at any time, and no two do the same at once.
extension Outbox {
    /// What one round of upkeep did.
    package struct Kept: Sendable, Equatable {
        /// Rows of history that were moved from the default partition into one of their day.
        package let moved: Int
        /// Days of history that were dropped.
        package let dropped: Int
        /// Dedupe keys and links that were forgotten.
        package let pruned: Int
    }

    /// The most keys or links one statement forgets.
    private static let batch = 500
    /// The most such statements of one round; the next round goes on.
    private static let batches = 40

    /// Makes partitions ahead, drops and sorts history, and forgets old keys and links.
    ///
    /// Each step is a transaction of its own and gives up a lock it cannot have within half a second; what is left is
    /// done by the next round.
    /// - Parameter historyDays: how long history and keys are kept; less than 30 counts as 30.
    package func keep(historyDays: Int) async throws -> Kept {
        let days = Parameter.int4(Int32(clamping: historyDays))
        _ = try await number("create_history", "SELECT holdfast.create_history_partitions() AS number")
        let dropped = try await number(
            "drop_history", "SELECT holdfast.drop_history_partitions($1::int) AS number", [days])
        let keys = try await batches(
            "prune_dedupe", "SELECT holdfast.prune_dedupe($2::int, $1::int) AS number", [days])
        let links = try await batches("prune_links", "SELECT holdfast.prune_links($1::int) AS number")
        // Last, because it is the one that may be long: what fails here fails alone.
        let moved = try await number("sort_history", "SELECT holdfast.sort_history()::int AS number")
        return Kept(moved: moved, dropped: dropped, pruned: keys + links)
    }

    /// The sweeps this database has: without the reference tables there is little to sweep.
    package func sweeps() async throws -> Set<Sweep> {
        let rows = try await connection.query(
            Statement(
                "sweeps", "SELECT s AS name FROM unnest($1::text[]) AS s WHERE to_regprocedure(s) IS NOT NULL",
                [.textArray(Sweep.allCases.map(\.signature))]))
        let found = try Set(rows.map { try $0.decode("name", as: String.self) })
        return Set(Sweep.allCases.filter { found.contains($0.signature) })
    }

    /// Does a sweep and says on how many rows it worked; what is beyond forty calls is left to the next time.
    package func sweep(_ sweep: Sweep) async throws -> Int {
        guard let most = sweep.most else {
            return try await number(sweep.rawValue, "SELECT holdfast.\(sweep.rawValue)() AS number")
        }
        return try await batches(sweep.rawValue, "SELECT holdfast.\(sweep.rawValue)($1::int) AS number", of: most)
    }

    private func batches(
        _ name: String, _ sql: String, _ parameters: [Parameter] = [], of size: Int = batch
    ) async throws -> Int {
        var done = 0
        for _ in 1...Self.batches {
            let more = try await number(name, sql, [.int4(Int32(size))] + parameters)
            done += more
            if more < size { break }
        }
        return done
    }

    private func number(_ name: String, _ sql: String, _ parameters: [Parameter] = []) async throws -> Int {
        try await connection.query(Statement(name, sql, parameters)).first?.decode("number") ?? 0
    }
}
