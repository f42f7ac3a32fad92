import Postgres

/// What kind of server answers, and to whom.
package struct ServerFacts: Sendable {
    /// Whether it only follows another server.
    package let isStandby: Bool
    /// Whether transactions may not write.
    package let isReadOnly: Bool
    /// The server process that answered.
    package let answeringPID: Int32
    /// The name of the database, as in `Installation.identifier`.
    package let identifier: String
    /// The role that asks.
    package let role: String
    /// Whether that is an operator's role and no worker's.
    package let isDesk: Bool
    /// Whether the queue's tables are there, whatever the role may do with them.
    package let hasSchema: Bool

    init(_ row: Row) throws {
        isStandby = try row.decode("is_standby")
        isReadOnly = try row.decode("is_read_only")
        answeringPID = try row.decode("answering_pid")
        identifier = try row.decode("identifier")
        role = try row.decode("role")
        isDesk = try row.decode("is_desk")
        hasSchema = try row.decode("has_schema")
    }
}

/// Letters that wait for somebody.
package struct Backlog: Sendable, Equatable {
    /// Due for more than five minutes and not stopped: a worker should have sent them.
    package let overdue: Int
    /// For how many seconds the oldest of them has waited; nil without any.
    package let oldestOverdue: Double?
    /// Held back for the operator.
    package let held: Int
    /// Put back after they brought workers down twice.
    package let suspects: Int
    /// In doubt for more than an hour, and not held.
    package let oldDoubts: Int

    init(_ row: Row) throws {
        overdue = try row.decode("overdue")
        oldestOverdue = try row.decodeIfPresent("oldest_overdue")
        held = try row.decode("held")
        suspects = try row.decode("suspects")
        oldDoubts = try row.decode("old_doubts")
    }
}

/// The workers of an installation.
package struct Workforce: Sendable, Equatable {
    /// How many hold a lease.
    package let alive: Int
    /// How many have lost theirs without a word.
    package let lapsed: Int
    /// The versions of the programs of those alive.
    package let versions: [String]

    init(_ row: Row) throws {
        alive = try row.decode("alive")
        lapsed = try row.decode("lapsed")
        versions = try row.decode("versions")
    }
}
