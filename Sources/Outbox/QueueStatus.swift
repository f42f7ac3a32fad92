package import FoundationEssentials
package import Postgres

/// The queue at a glance: numbers, ids and what operators wrote; nobody's name or address.
package struct QueueStatus: Sendable {
    /// What is owed of one kind.
    package struct Depth: Sendable, Equatable {
        /// The kind.
        package let kind: String
        /// Waiting, and due.
        package let due: Int
        /// Waiting for their time.
        package let later: Int
        /// Claimed by a worker.
        package let running: Int
        /// Held back for the operator.
        package let held: Int
        /// Those of all these that an earlier attempt may have delivered already.
        package let inDoubt: Int
        /// For how many seconds the oldest of those that are due has waited; nil when none is due.
        package let oldestDue: Double?

        init(_ row: Row) throws {
            kind = try row.decode("kind")
            due = try row.decode("due")
            later = try row.decode("later")
            running = try row.decode("running")
            held = try row.decode("held")
            inDoubt = try row.decode("in_doubt")
            oldestDue = try row.decodeIfPresent("oldest_due")
        }
    }

    /// A worker with a lease.
    package struct WorkerLease: Sendable, Equatable {
        /// Its key in `holdfast.worker`.
        package let id: UUID
        /// When it started.
        package let startedAt: Date
        /// Seconds until its lease ends; negative when it has ended.
        package let leaseLeft: Double
        /// The program's version; nil for one that does not say.
        package let version: String?
        /// Its process's number on its own host; nil for one that does not say.
        package let pid: String?
        /// How its relays stood at its last renewal; none before its first one, or when this program cannot read it.
        package let relays: [WorkerRelay]

        init(_ row: Row) throws {
            id = try row.decode("id")
            startedAt = try row.decode("started_at")
            leaseLeft = try row.decode("lease_left")
            version = try row.decodeIfPresent("version")
            pid = try row.decodeIfPresent("pid")
            relays = WorkerRelay.read(try row.decode("relays")) ?? []
        }
    }

    /// What is owed, by kind.
    package let queue: [Depth]
    /// How often each outcome was recorded in the last hour, by kind.
    package let lastHour: [String: [Outcome: Int]]
    /// Every stop that stands.
    package let pauses: [Pause]
    /// The workers.
    package let workers: [WorkerLease]
    /// What slowly harms the queue.
    package let findings: UpkeepFindings

    /// Reads all of it.
    package static func read(_ connection: Connection) async throws -> QueueStatus {
        QueueStatus(
            queue: try await connection.query(Statement("status_queue", SQL.statusQueue)).map(Depth.init),
            lastHour: try await lastHour(connection),
            pauses: try await Pauses(connection).all(),
            workers: try await connection.query(Statement("status_workers", SQL.statusWorkers)).map(WorkerLease.init),
            findings: try await Outbox(connection).upkeepFindings())
    }

    private static func lastHour(_ connection: Connection) async throws -> [String: [Outcome: Int]] {
        var kinds: [String: [Outcome: Int]] = [:]
        for row in try await connection.query(Statement("status_outcomes", SQL.statusOutcomes)) {
            guard let outcome = Outcome(rawValue: try row.decode("outcome")) else { continue }
            kinds[try row.decode("kind"), default: [:]][outcome] = try row.decode("number")
        }
        return kinds
    }
}
