package import FoundationEssentials
package import Postgres

/// Applies the numbered steps of the schema, and tells where a database stands.
package struct Schema: Sendable {
    let connection: Connection

    /// The schema as this connection reaches it; a direct connection, not a pooler's, because a lock is held between
    /// statements.
    package init(_ connection: Connection) {
        self.connection = connection
    }

    /// One step, as `holdfast migrate --status` shows it.
    package struct Step: Sendable, Equatable {
        /// Where a step stands.
        package enum State: String, Sendable {
            /// In the database, with the text this program has.
            case applied
            /// Not in the database yet.
            case pending
            /// Left out with `--no-booking`.
            case leftOut = "left out"
            /// In the database, with another text.
            case changed
            /// In the database, and not known to this program.
            case unknown
        }

        /// Its number.
        package let version: Int
        /// Its name.
        package let name: String
        /// Where it stands.
        package let state: State
        /// When it was applied.
        package let appliedAt: Date?
    }

    /// Every step that the database or this program knows, in order.
    package func status() async throws -> [Step] {
        try await steps(in: recorded())
    }

    /// Throws `SchemaError` unless the database has exactly the steps this program knows, so that a worker never
    /// guesses.
    package func requireCurrent() async throws {
        for step in try await status() {
            switch step.state {
            case .applied, .leftOut: continue
            case .pending: throw SchemaError.behind(needs: Migration.latest, has: step.version - 1)
            case .unknown: throw SchemaError.ahead(needs: Migration.latest, has: step.version)
            case .changed: throw SchemaError.changed(step.version)
            }
        }
    }

    /// Whether there are reservations to write about: our own tables, or what a practice provides in their place.
    package func hasBooking() async throws -> Bool {
        let rows = try await connection.query("SELECT to_regclass('booking.reservation') IS NOT NULL AS found")
        return try rows.first?.decode("found") ?? false
    }

    /// Applies every pending step in one transaction: all of them or none.
    ///
    /// Safe to run from several hosts at once: the later ones wait for the first, and then find nothing to do. On a
    /// database in use the steps wait for whoever writes, and the others for them, whatever timeouts the session has.
    ///
    /// Throws `SchemaError`, ``SchemaError/locked`` when a table was not free in time, or `PostgresError`; then nothing
    /// was changed.
    /// - Parameters:
    ///   - includingBooking: false leaves out the reference tables, once and for all for this database.
    ///   - patience: how long a step waits for a table; whoever comes to it behind it waits as long.
    ///   - willApply: told of each step before it runs.
    /// - Returns: the steps as they stand afterwards.
    package func migrate(
        includingBooking: Bool, waitingForTables patience: Duration = .seconds(10),
        willApply: @Sendable (Migration) -> Void
    ) async throws -> [Step] {
        do {
            try await connection.withTransaction { transaction in
                try await limit("statement_timeout", to: Self.longest)
                try await limit("lock_timeout", to: Self.longest)
                _ = try await transaction.query(
                    "SELECT pg_advisory_xact_lock(hashtext('holdfast.migrate'))", timeout: Self.longest)
                try await limit("lock_timeout", to: patience)
                try await applyPending(includingBooking: includingBooking, willApply)
            }
        } catch let error as PostgresError {
            throw [.lockNotAvailable, .deadlockDetected].contains(error.sqlState) ? SchemaError.locked : error
        }
        return try await status()
    }

    /// The longest a step or another migration may take: indexes over years of history are made in it.
    private static let longest = Duration.seconds(3600)

    private func limit(_ setting: String, to duration: Duration) async throws {
        let milliseconds = Int(duration / .milliseconds(1))
        _ = try await connection.query(
            "SELECT set_config($1, $2, true)", [.text(setting), .text("\(milliseconds)ms")])
    }

    private func applyPending(includingBooking: Bool, _ willApply: @Sendable (Migration) -> Void) async throws {
        try await connection.execute(Self.foundation)
        let steps = try await steps(in: recorded())
        for step in steps where step.state == .changed { throw SchemaError.changed(step.version) }
        for step in steps where step.state == .unknown {
            throw SchemaError.ahead(needs: Migration.latest, has: step.version)
        }
        let pending = Set(steps.filter { $0.state == .pending }.map(\.version))
        for migration in Migration.all where pending.contains(migration.version) {
            try await apply(migration, leavingOut: migration.isBooking && !includingBooking, willApply)
        }
    }

    private func apply(_ migration: Migration, leavingOut: Bool, _ willApply: @Sendable (Migration) -> Void)
        async throws
    {
        if !leavingOut {
            willApply(migration)
            try await connection.execute(migration.sql, timeout: Self.longest)
        }
        _ = try await connection.query(
            """
            INSERT INTO holdfast.migration (version, name, checksum, left_out)
            VALUES ($1::int, $2::text, encode(sha256(convert_to($3::text, 'UTF8')), 'hex'), $4::boolean)
            """,
            [.int4(Int32(clamping: migration.version)), .text(migration.name), .text(migration.sql), .bool(leavingOut)])
    }

    /// What every step stands on; the only statements that ask whether something is there.
    static let foundation = """
        CREATE SCHEMA IF NOT EXISTS holdfast;
        CREATE TABLE IF NOT EXISTS holdfast.migration (
          version int PRIMARY KEY, name text NOT NULL, checksum text NOT NULL, left_out boolean NOT NULL DEFAULT false,
          applied_at timestamptz NOT NULL DEFAULT clock_timestamp());
        """

    private func recorded() async throws -> Rows? {
        let exists = try await connection.query("SELECT to_regclass('holdfast.migration') IS NOT NULL AS found")
        guard try exists.first?.decode("found", as: Bool.self) == true else { return nil }
        return try await connection.query(
            Statement(
                "schema_status", SQL.schemaStatus,
                [.int4Array(Migration.all.map { Int32(clamping: $0.version) }), .textArray(Migration.all.map(\.sql))]))
    }

    private func steps(in recorded: Rows?) throws -> [Step] {
        var steps: [Int: Step] = [:]
        for migration in Migration.all {
            steps[migration.version] = Step(
                version: migration.version, name: migration.name, state: .pending, appliedAt: nil)
        }
        for row in recorded.map(Array.init) ?? [] {
            let version = try row.decode("version", as: Int.self)
            let state = try Self.state(isKnown: steps[version] != nil, row)
            steps[version] = Step(
                version: version, name: try row.decode("name"), state: state, appliedAt: try row.decode("applied_at"))
        }
        return steps.values.sorted { $0.version < $1.version }
    }

    private static func state(isKnown: Bool, _ row: Row) throws -> Step.State {
        guard isKnown else { return .unknown }
        if try row.decode("left_out") { return .leftOut }
        return try row.decode("unchanged") ? .applied : .changed
    }
}

/// Why a database is not served.
package enum SchemaError: Error, Equatable, CustomStringConvertible {
    /// Steps are missing.
    case behind(needs: Int, has: Int)
    /// A newer program was here.
    case ahead(needs: Int, has: Int)
    /// A step's text is not what this program has under that number.
    case changed(Int)
    /// A table was not free to be changed.
    case locked

    /// It may work later, with nothing mended.
    package var isTransient: Bool { self == .locked }

    /// What is wrong, and the way out.
    package var description: String {
        switch self {
        case .behind(let needs, let has):
            "the database has schema version \(has), this holdfast needs version \(needs): run 'holdfast migrate'"
        case .ahead(let needs, let has):
            "the database has schema version \(has), this holdfast knows version \(needs) at most: install the "
                + "newer holdfast that migrated it"
        case .changed(let version):
            "step \(version) of the database's schema is not the one this holdfast has: it was migrated by "
                + "another build; see 'holdfast migrate --status'"
        case .locked:
            "somebody had the tables in use for too long: nothing was changed. Run it again, when no long transaction "
                + "is open; pg_stat_activity shows them"
        }
    }
}
