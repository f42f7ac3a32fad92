import Postgres

/// How much is owed, for gauges and people.
package struct QueueDepth: Sendable, Equatable {
    /// Where owed letters stand.
    package enum State: String, Sendable, CaseIterable {
        /// Not due yet.
        case waiting
        /// To be claimed now.
        case due
        /// Claimed.
        case running
        /// Until an operator says what to do.
        case held
    }

    /// The letters of one kind in one state.
    package struct Count: Sendable, Equatable {
        /// `holdfast.kind.name`.
        package let kind: String
        /// Where they stand.
        package let state: State
        /// How many there are.
        package let jobs: Int
        /// How many of them a relay may have taken already.
        package let inDoubt: Int
    }

    /// Of at most `Outbox.countedJobs` letters.
    package let counts: [Count]
    /// By how much the oldest due letter of each queue is late; zero when none is due.
    package let oldestDue: [String: Duration]
}

extension Outbox {
    /// Counting stops here: a deep queue is read only so far.
    static let countedJobs: Int32 = 100_000

    /// How much is owed, and how late the oldest of these queues is.
    ///
    /// Throws `PostgresError`.
    package func depth(of queues: [String]) async throws -> QueueDepth {
        let results = try await connection.pipeline([
            Statement("queue_depth", SQL.queueDepth, [.int4(Self.countedJobs)]),
            Statement("oldest_due", SQL.oldestDue, [.textArray(queues), .int4Array(Self.priorities)]),
        ])
        let counts = try results[0].map { row in
            QueueDepth.Count(
                kind: try row.decode("kind"),
                state: QueueDepth.State(rawValue: try row.decode("state")) ?? .held,
                jobs: try row.decode("jobs"), inDoubt: try row.decode("in_doubt"))
        }
        let ages = try results[1].map { row in
            (try row.decode("queue", as: String.self), Duration.seconds(try row.decode("late", as: Double.self)))
        }
        return QueueDepth(counts: counts, oldestDue: Dictionary(ages) { first, _ in first })
    }
}
