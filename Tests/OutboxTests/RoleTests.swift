import Foundation
import Notifications
import Postgres
import TestSupport
import Testing

@testable import Outbox

/// What `deploy/roles.sql` grants, and what it does not.
@Suite("Roles")
struct RoleTests {
    @Test("the application writes its tables, owes letters, and redeems, looks at and asks for links")
    func application() async throws {
        try await withRoles { house in
            try await house.become("holdfast_application")
            try await house.run(
                """
                INSERT INTO booking.payor (id, name) VALUES ('p', 'Payor');
                INSERT INTO booking.provider (display_name, email, tz, booking_slug) VALUES ('Dr. Ada', 'ada@example.org', 'UTC', 'ada');
                INSERT INTO booking.client (display_name, email, tz) VALUES ('Bo Li', 'bo@example.org', 'UTC');
                UPDATE booking.client SET email = 'bo.li@example.org' WHERE email = 'bo@example.org';
                UPDATE booking.client SET checkins = 'off_requested' WHERE id = '\(House.client)';
                INSERT INTO booking.message_thread (client_id, provider_id, unread_by_client_since)
                VALUES ('\(House.client)', '\(House.provider)', holdfast.clock());
                """)
            try await house.task()
            let booking = try await house.reserve()
            try await house.appoint(["starts_at": "'2027-03-09 18:00:00+00'"])
            try await house.run("UPDATE booking.reservation SET ends_at = ends_at + interval '5 minutes'")
            #expect(try await house.redeem(UUID(), "'act'") == "unknown")
            #expect(try await house.state(of: UUID()) == "unknown")
            try await house.run(
                """
                SELECT holdfast.reissue(gen_random_uuid());
                SELECT holdfast.enqueue('reservation.confirm', 'reservation', '\(booking)', dedupe_key => 'mine');
                SELECT holdfast.cancel('mine');
                SELECT holdfast.report_bounce('m@example.org', '5.1.1');
                SELECT kid, public_key, state, verify_until FROM holdfast.signing_key;
                DELETE FROM booking.signup_task;
                DELETE FROM booking.message_thread;
                """)
        }
    }

    @Test("the application redeems links that it may not read")
    func applicationRedeems() async throws {
        try await withRoles { house in
            let (held, guest) = (try await house.heldTime(), try await house.invitedGuest())
            let booked = try await house.bookedTime(["starts_at": "'2027-03-09 18:00:00+00'"])
            let others = [("act", "'act'"), ("task", "'task'"), ("pref", "'pref', 'opt_out'")]
            var calls = [
                (held.link, "'rsv', 'confirm', client_id => '\(House.client)'"),
                (guest.link, "'inv', reservation_id => '\(held.id)'"),
                (booked.link, "'appt', 'cancel'"),
            ]
            for (purpose, arguments) in others {
                calls.append((try await house.link(purpose, to: House.client, kind: "task.digest"), arguments))
            }
            try await house.become("holdfast_application")
            for (link, arguments) in calls {
                #expect(try await house.redeem(link, arguments) == "done", "\(arguments)")
            }
        }
    }

    @Test("the application may not look behind the curtain, change the schema or act as the worker")
    func applicationMayNot() async throws {
        try await refuses("holdfast_application", Self.notForApplications)
    }

    private static let notForApplications = [
        "SELECT args FROM holdfast.job", "SELECT count(*) FROM holdfast.job",
        "INSERT INTO holdfast.job DEFAULT VALUES",
        "SELECT FROM holdfast.history", "SELECT FROM holdfast.history_default", "SELECT FROM holdfast.suppression",
        "DELETE FROM holdfast.suppression", "SELECT FROM holdfast.full_mailbox", "SELECT FROM holdfast.told",
        "SELECT FROM holdfast.link", "UPDATE holdfast.link SET uses = 0", "SELECT FROM holdfast.dedupe",
        "SELECT FROM holdfast.audit", "SELECT FROM holdfast.installation", "SELECT FROM holdfast.allowance",
        "SELECT FROM holdfast.reissue", "SELECT * FROM holdfast.signing_key",
        "UPDATE holdfast.signing_key SET state = 'revoked'",
        "INSERT INTO holdfast.pause VALUES ('*', 'x', 'x')", "UPDATE holdfast.kind SET class = 'survey'",
        "SELECT holdfast.withdraw('\(House.client)', 'x')", "SELECT holdfast.revoke_links('\(House.client)')",
        "SELECT holdfast.address_of('client', '\(House.client)', 'client')",
        "SELECT holdfast.change_owed('cancel', 1, 'x', 'x')", "SELECT holdfast.resend(1, 'x', 'x')",
        "SELECT holdfast.suppress_bounced('x@example.org', 1)", "SELECT holdfast.create_history_partitions()",
        "SELECT holdfast.drop_history_partitions(30)", "SELECT holdfast.prune_links()",
        "SELECT booking.owe_activation(t) FROM booking.signup_task t", "TRUNCATE booking.client CASCADE",
        "ALTER TABLE booking.client DISABLE TRIGGER ALL", "DROP TRIGGER b_owe ON booking.client",
        "CREATE OR REPLACE FUNCTION holdfast.clock() RETURNS timestamptz LANGUAGE sql AS 'SELECT now()'",
        "CREATE TABLE booking.mine ()", "CREATE TABLE holdfast.mine ()", "CREATE SCHEMA mine",
        "SET log_error_verbosity = verbose",
        "SET session_replication_role = replica",
    ]

    @Test("a worker's whole day needs no more than its role")
    func worker() async throws {
        try await withRoles { house in
            try await house.become("holdfast_application")
            for hour in 1...4 { try await house.reserve(["starts_at": "'2027-03-09 0\(hour):00:00+00'"]) }
            try await house.become("holdfast_worker")
            try await Schema(house.connection).requireCurrent()
            _ = try await Installation.read(house.connection)
            _ = try await house.keys.all()
            let worker = WorkerID()
            try await house.outbox.register(worker, lease: .seconds(60), info: "{}")
            #expect(try await house.outbox.renew(worker, lease: .seconds(60)))
            let claims = try await house.claim(worker: worker)
            try #require(claims.count == 4 && claims.allSatisfy { $0.links.count == 1 })
            let tickets = claims.map(\.job.ticket)
            let dead = Settlement(tickets[1], .failed, unreachable: UnreachableAddress("dead@example.org", .dead))
            let settled = try await house.outbox.settle([
                Settlement(tickets[0], .sent), dead,
                Settlement(tickets[2], .retry, next: .again(after: .zero), burnsAttempt: true),
            ])
            #expect(settled.count == 3)
            #expect(try await house.release([tickets[3]]).count == 1)
            #expect(try await house.claim(worker: worker).count == 3)
            try await house.run("UPDATE holdfast.worker SET lease_until = '-infinity'")
            #expect(try await house.outbox.rescue(limit: 100, isSweep: true).jobs == 3)
            _ = try await house.outbox.leaseBudget(of: "r", ratePerSecond: 5, most: 2)
            _ = try await house.outbox.keep(historyDays: 400)
            _ = try await house.outbox.nextDue(queues: ["mail"], kinds: House.kinds)
            _ = try await QueueStatus.read(house.connection)
            #expect(try await Pauses(house.connection).pause("*", reason: "x", operator: "ada"))
            #expect(try await Pauses(house.connection).resume("*", reason: "x", operator: "ada"))
            #expect(
                try await house.outbox.reportBounce(messageID: "m@example.org", status: "5.1.1", recipient: nil)
                    == .unmatched)
            try await house.outbox.remove(worker)
        }
    }

    @Test("a worker makes tomorrow's partitions of history without owning anything")
    func partitions() async throws {
        try await withRoles { house in
            try await house.run("DROP TABLE holdfast.history_\(try await today(house))")
            try await house.become("holdfast_worker")
            #expect(try await house.line("SELECT holdfast.create_history_partitions() > 0") == "(t)")
        }
    }

    @Test("a worker may not write what applications write, rewrite what was, or change the schema")
    func workerMayNot() async throws {
        try await refuses("holdfast_worker", Self.notForWorkers)
    }

    private static let notForWorkers = [
        "INSERT INTO booking.payor (id, name) VALUES ('p', 'x')",
        "UPDATE booking.reservation SET state = 'cancelled'",
        "UPDATE booking.client SET email = 'x@example.org'", "DELETE FROM booking.signup_task",
        "TRUNCATE booking.reservation CASCADE",
        "SELECT FROM booking.client FOR UPDATE", "SELECT * FROM holdfast.redeem(gen_random_uuid(), 'act')",
        "SELECT holdfast.reissue(gen_random_uuid())", "UPDATE holdfast.history SET outcome = 'sent'",
        "DELETE FROM holdfast.history",
        "DELETE FROM holdfast.history_default", "UPDATE holdfast.audit SET operator = 'x'",
        "DELETE FROM holdfast.audit",
        "INSERT INTO holdfast.audit (operator, action, target) VALUES ('x', 'resend', 'x')",
        "INSERT INTO holdfast.signing_key VALUES ('x', '', 'next')",
        "UPDATE holdfast.signing_key SET state = 'revoked'",
        "UPDATE holdfast.kind SET class = 'survey'", "UPDATE holdfast.installation SET environment = 'prod'",
        "DELETE FROM holdfast.migration", "TRUNCATE holdfast.job", "DROP TABLE holdfast.job",
        "CREATE TABLE holdfast.mine ()",
        "CREATE TABLE booking.mine ()", "CREATE SCHEMA mine", "ALTER TABLE holdfast.job ADD COLUMN x int",
        "CREATE EXTENSION dblink",
        "CREATE INDEX ON holdfast.job (kind)", "DROP TRIGGER history_bounce ON holdfast.history",
        "SELECT booking.owe_activation(t) FROM booking.signup_task t", "SET session_replication_role = replica",
        "SELECT holdfast.resend(1, 'x', 'x')", "SELECT holdfast.change_owed('cancel', 1, 'x', 'x')",
        "SELECT holdfast.unsuppress('x@example.org', NULL, 'x', 'x', 'x')", "SELECT FROM holdfast.address_key",
        "SELECT holdfast.digest_of_address('x@example.org')", "SELECT holdfast.note_disclosure('x', 'x', 'x')",
        """
        CREATE TEMP TABLE mine (LIKE holdfast.history);
        CREATE TRIGGER mine AFTER INSERT ON mine REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION holdfast.owe_bounce_notices()
        """,
    ]

    @Test("somebody who is in none of these roles may not even look")
    func stranger() async throws {
        try await withRoles { house in
            try await house.become("pg_signal_backend")
            for statement in [
                "SELECT FROM booking.payor", "SELECT holdfast.clock()",
                "SELECT * FROM holdfast.link_state(gen_random_uuid())",
            ] {
                #expect(try await house.refusal(statement)?.sqlState == .insufficientPrivilege)
            }
        }
    }

    @Test("granting twice grants the same, and takes back what somebody granted besides")
    func twice() async throws {
        try await withRoles { house in
            let once = try await privileges(house)
            #expect(once.count > 40)
            try await house.run(
                "GRANT SELECT ON holdfast.job TO holdfast_application; GRANT UPDATE ON booking.client TO holdfast_worker, PUBLIC"
            )
            #expect(try await privileges(house) != once)
            try await house.grantRoles()
            #expect(try await privileges(house) == once)
        }
    }

    @Test("a practice with tables of its own has the roles too")
    func withoutBooking() async throws {
        try await withEmptyDatabase { url, connection in
            _ = try await Schema(connection).migrate(includingBooking: false) { _ in }
            try await House(url: url, connection: connection).grantRoles()
            try await connection.execute("SET ROLE holdfast_worker")
            _ = try await Outbox(connection).keep(historyDays: 400)
        }
    }

    private func today(_ house: House) async throws -> String {
        try await house.connection.query("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYYMMDD') AS day").first?.decode(
            "day") ?? ""
    }

    private func privileges(_ house: House) async throws -> [String] {
        try await house.lines(
            """
            SELECT c.relname, c.relacl::text AS acl FROM pg_class c WHERE c.relnamespace IN ('booking'::regnamespace, 'holdfast'::regnamespace)
            UNION ALL
            SELECT p.proname, p.proacl::text FROM pg_proc p WHERE p.pronamespace IN ('booking'::regnamespace, 'holdfast'::regnamespace)
            ORDER BY 1, 2
            """)
    }
}

/// Lends a house whose roles have been granted what is theirs.
func withRoles(_ body: (House) async throws -> Void) async throws {
    try await withHouse { house in
        try await house.grantRoles()
        try await body(house)
    }
}

/// Requires that a role may do none of these.
func refuses(_ role: String, _ statements: [String]) async throws {
    try await withRoles { house in
        try await house.become(role)
        for statement in statements {
            do {
                try await house.run(statement)
                Issue.record("it may: \(statement)")
            } catch let error as PostgresError {
                #expect(error.sqlState == .insufficientPrivilege, "\(statement)")
            }
        }
    }
}

extension House {
    /// Runs the script an owner runs, with the program an owner runs it with.
    func grantRoles() async throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../deploy/roles.sql"
        ).path
        let result = try await TestSupport.run("psql", ["-qX", "-d", url, "-f", script])
        guard result.status == 0 else { throw TestSupportError("roles.sql: \(result.errors)") }
    }

    /// Goes on with the rights of a role.
    func become(_ role: String) async throws {
        try await run("SET ROLE \(role)")
    }
}
