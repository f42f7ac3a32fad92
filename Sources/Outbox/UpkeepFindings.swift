package import FoundationEssentials
import Notifications
import Postgres

/// What slowly harms a queue, as the database shows it.
package struct UpkeepFindings: Sendable, Equatable {
    /// Whoever keeps vacuum from removing dead rows: the oldest snapshot that somebody holds.
    package struct Pin: Sendable, Equatable {
        /// `session`, `standby`, `replication slot` or `prepared transaction`.
        package let holder: String
        /// A session's process id, a slot's name or a transaction's number; never a statement.
        package let name: String
        /// For how long; nil where the server does not say.
        package let seconds: Double?
        /// How many transactions have begun since.
        package let transactions: Int

        /// Whether it is old enough to tell somebody.
        package var isStale: Bool { (seconds ?? 0) > 300 || transactions > 1_000_000 }
    }

    /// The oldest snapshot; nil when nobody holds one.
    package let oldestPin: Pin?
    /// Whether snapshots of other roles' sessions are seen too, as members of `pg_read_all_stats` do.
    package let seesAllSessions: Bool
    /// Dead rows of `holdfast.job`, as the statistics count them.
    package let deadJobs: Int
    /// How full the server's NOTIFY queue is, 0 to 1; producers' commits fail when it is full.
    package let notifyUsage: Double
    /// Rows of history that had no partition of their day, counted up to 100,000.
    package let defaultHistoryRows: Int
    /// Until when there are partitions; nil when there is none.
    package let historyUntil: Date?

    init(_ row: Row) throws {
        oldestPin = try row.decodeIfPresent("holder", as: String.self).map { holder in
            Pin(
                holder: holder, name: try row.decode("name"), seconds: try row.decodeIfPresent("seconds"),
                transactions: try row.decode("transactions"))
        }
        seesAllSessions = try row.decode("sees_all_sessions")
        deadJobs = try row.decodeIfPresent("dead_jobs") ?? 0
        notifyUsage = try row.decode("notify_usage")
        defaultHistoryRows = try row.decode("default_history_rows")
        historyUntil = try row.decodeIfPresent("history_until")
    }
}

extension Outbox {
    /// Looks for what slowly harms the queue.
    package func upkeepFindings() async throws -> UpkeepFindings {
        let rows = try await connection.query(Statement("upkeep_findings", SQL.upkeepFindings))
        guard let row = rows.first else { throw MalformedFact("upkeep_findings has no row") }
        return try UpkeepFindings(row)
    }
}
