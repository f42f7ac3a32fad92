import Postgres
import Testing

@testable import Outbox

/// Steps that change tables in use: a practice books and letters leave meanwhile.
@Suite("Migrating a database in use")
struct MigrationLockTests {
    @Test("nobody who books or settles loses a transaction to it, and it takes longer than a session's statements may")
    func inUse() async throws {
        try await withVersion17 { url, connection in
            var settings = ConnectionSettings(url: url)
            (settings.statementTimeout, settings.answerMargin) = (.seconds(1), .zero)
            let migrating = try await Connection.open(settings)
            try await lendConnection(to: url) { first in
                try await lendConnection(to: url) { second in
                    try await lendConnection(to: url) { worker in
                        try await first.execute("BEGIN; \(Self.booking(hour: 18))")
                        try await worker.execute("BEGIN; UPDATE holdfast.job SET claim_no = claim_no")
                        let steps = Task {
                            try await Schema(migrating).migrate(includingBooking: true) { _ in }
                        }
                        try await connection.awaitLockWaiters(1)
                        let booked = Task { try await second.execute(Self.booking(hour: 19)) }
                        try await connection.awaitLockWaiters(2)
                        try await first.execute("COMMIT")
                        // The migration has gone on to the queue, which the worker has.
                        try await connection.awaitWaiter(for: "holdfast.job")
                        try await connection.awaitWaitOf(seconds: 1.5)
                        try await worker.execute("\(Self.settling); COMMIT")
                        #expect(try await steps.value.allSatisfy { $0.state == .applied })
                        try await booked.value
                    }
                }
            }
            await migrating.close()
            let rows = try await connection.query("SELECT count(*) AS found FROM booking.reservation")
            #expect(try rows.first?.decode("found", as: Int.self) == 3)
        }
    }

    @Test("a table that is in use for longer than it waits: it says so, has applied nothing, and does later")
    func givesUp() async throws {
        try await withVersion17 { url, connection in
            try await lendConnection(to: url) { application in
                try await application.execute("BEGIN; \(Self.booking(hour: 18))")
                let patience = Duration.milliseconds(200)
                await #expect(throws: SchemaError.locked) {
                    try await Schema(connection).migrate(includingBooking: true, waitingForTables: patience) { _ in }
                }
                #expect(SchemaError.locked.isTransient && SchemaError.locked.description.contains("Run it again"))
                #expect(try await Schema(connection).status().filter { $0.state == .applied }.count == 17)
                try await application.execute("COMMIT")
            }
            _ = try await Schema(connection).migrate(includingBooking: true) { _ in }
            try await Schema(connection).requireCurrent()
        }
    }

    private static func booking(hour: Int) -> String {
        """
        INSERT INTO booking.reservation (provider_id, starts_at, ends_at, place, invitee_name, invitee_email, invitee_tz)
        SELECT id, date_trunc('day', now()) + interval '7 days \(hour) hours', date_trunc('day', now()) + interval '7 days \(hour) hours 30 minutes',
          'virtual', 'Zoë', 'zoe@example.org', 'UTC' FROM booking.provider
        """
    }

    private static let settling = """
        INSERT INTO holdfast.history (job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience)
        SELECT id, claim_no, subject_id, 1, subject_gen, true, 'sent', kind, subject_kind, audience FROM holdfast.job
        """

    /// Lends a database as the last version before this one left it, in which a time is held.
    private func withVersion17(_ body: (String, Connection) async throws -> Void) async throws {
        try await withEmptyDatabase { url, connection in
            try await connection.execute(Schema.foundation)
            for step in Migration.all where step.version <= 17 {
                try await connection.execute(step.sql)
                try await connection.query(
                    "INSERT INTO holdfast.migration VALUES ($1, $2, encode(sha256(convert_to($3, 'UTF8')), 'hex'))",
                    [.int4(Int32(step.version)), .text(step.name), .text(step.sql)])
            }
            try await connection.execute(
                """
                INSERT INTO booking.provider (display_name, email, tz, booking_slug)
                VALUES ('Dr. Ada', 'ada@practice.example', 'UTC', 'ada'); \(Self.booking(hour: 17))
                """)
            try await body(url, connection)
        }
    }
}

extension Connection {
    /// Waits until somebody waits for this table.
    fileprivate func awaitWaiter(for table: String) async throws {
        try await awaitTrue(
            "EXISTS (SELECT FROM pg_locks l WHERE NOT l.granted AND l.relation = '\(table)'::regclass)", "\(table)")
    }

    /// Waits until somebody has waited for so long.
    fileprivate func awaitWaitOf(seconds: Double) async throws {
        try await awaitTrue(
            """
            EXISTS (SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'
                    AND clock_timestamp() - query_start > interval '\(seconds) seconds')
            """, "long enough")
    }

    private func awaitTrue(_ condition: String, _ what: String) async throws {
        for _ in 0..<1000 {
            try await query("SELECT pg_stat_clear_snapshot()")
            if try await query("SELECT \(condition) AS met").first?.decode("met", as: Bool.self) == true { return }
            try await query("SELECT pg_sleep(0.01)")
        }
        Issue.record("nobody waits: \(what)")
    }
}
