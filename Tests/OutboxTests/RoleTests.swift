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

    @Test("an operator's whole day needs no more than its role")
    func operatorsDay() async throws {
        try await withRoles { house in
            let id = try await house.reserve()
            try await house.deliver()
            try await house.invite()
            try await house.become("holdfast_operator")
            try await Schema(house.connection).requireCurrent()
            _ = try await Installation.read(house.connection)
            _ = try await QueueStatus.read(house.connection)
            _ = try await QueueOutlook.read(house.connection)
            for letter in [ResendSelection.reservation(id), .recipient("zoe@example.org")] {
                #expect(try await house.plan(letter, ResendOptions(rotate: true)).verdict == .send)
            }
            let sent = try #require(try await house.resend(.reservation(id), ResendOptions(rotate: true)).sent)
            let jobs = house.owedJobs
            for action in [OwedAction.hold, .release(inDoubt: nil), .cancel] {
                #expect(try await jobs.change(action, sent, House.note()).answer == .done)
            }
            _ = try await jobs.count(.cancel, OwedJobs.Filter())
            try await jobs.change(.cancel, OwedJobs.Filter(kind: "provider.invite"), House.note()) {
                #expect($0.answer == .done)
            }
            let list = Suppressions(house.connection)
            #expect(try await list.add(Suppression("zoe@example.org"), House.note()) == .added)
            try await list.forEachBatch { #expect($0.count == 1) }
            #expect(try await list.remove("zoe@example.org", nil, House.note()).reasons == [.all: .manual])
            for needle in [Needle.address("zoe@example.org"), .subject(id), .job(sent)] {
                #expect(try await !Stories(house.connection).find(needle, revealing: House.note()).history.isEmpty)
            }
            #expect(try await PoisonedJobs(house.connection, allowList: .everybody).list().isEmpty)
            #expect(try await HistoryExport(house.connection).forEachBatch(since: .distantPast) { _ in } > 0)
            #expect(try await Pauses(house.connection).pause("*", reason: "x", operator: "mel"))
            #expect(try await Pauses(house.connection).resume("*", reason: "x", operator: "mel"))
            try await Disclosure(house.connection).record("the suppressions", House.note())
            let failed = ResendSelection.failed(FailedLetters(since: .seconds(60)))
            #expect(try await house.resends.plan(failed, ResendOptions()).isEmpty)
        }
    }

    @Test(
        "by hand, too, an operator sends a letter again once in ten minutes and three times a day, and forges no action"
    )
    func byHand() async throws {
        try await withRoles { house in
            let id = try await house.appoint()
            try await house.deliver()
            let first = try await house.delivered("appointment.confirmed")
            try await house.become("holdfast_operator")
            func resend(_ job: Int64, _ more: String = "") -> String {
                "SELECT holdfast.resend(\(job), 'somebody else', 'x'\(more))"
            }
            let owed = try await house.lines("SELECT id FROM holdfast.job ORDER BY id")
            func refused(_ script: String, _ state: String) async throws {
                let error = await #expect(throws: PostgresError.self) { try await house.run(script) }
                #expect(error?.sqlState?.rawValue == state, "\(script)")
                try await house.run("ROLLBACK")
                #expect(try await house.lines("SELECT id FROM holdfast.job ORDER BY id") == owed, "\(script)")
            }
            try await refused("BEGIN; \(resend(first)); \(resend(first)); COMMIT", "HF022")
            try await refused("BEGIN ISOLATION LEVEL REPEATABLE READ; \(resend(first)); COMMIT", "HF022")
            try await refused(resend(first, ", action => 'adopt'"), "HF021")
            try await refused(resend(first, ", action => NULL"), "HF021")
            let action =
                "'{x@example.org}', '{all}', '{NULL}', '{manual}', 'links keys activate', 'x', 'the director', 'x'"
            try await refused("SELECT holdfast.suppress(\(action))", "HF021")
            // By the command it is sent, and what is by hand counts behind it.
            let sent = try #require(try await house.resend(.reservation(id)).sent)
            #expect(
                try await house.lines("SELECT operator, role = session_user FROM holdfast.audit WHERE job_id = \(sent)")
                    == ["(mel,t)"])
            try await house.run("RESET ROLE; DELETE FROM holdfast.job WHERE id = \(sent)")
            try await house.become("holdfast_operator")
            try await refused(resend(first), "HF022")
            for hours in [1, 2] {
                try await house.run("RESET ROLE; \(House.clock(at: "2027-03-01 \(17 + hours):00:00+00"))")
                try await house.become("holdfast_operator")
                try await house.run(resend(first))
            }
            try await house.run("RESET ROLE; DELETE FROM holdfast.job; \(House.clock(at: "2027-03-01 20:00:00+00"))")
            try await house.become("holdfast_operator")
            #expect(try await house.line("SELECT count(*) FROM holdfast.job") == "(0)")
            let error = await #expect(throws: PostgresError.self) { try await house.run(resend(first)) }
            #expect(error?.sqlState?.rawValue == "HF022")
            #expect(try await house.line("SELECT count(*) FROM holdfast.job") == "(0)")
        }
    }

    @Test("an operator changes nothing but by what writes the audit")
    func operatorMayNot() async throws {
        try await refuses("holdfast_operator", Self.notForOperators)
        try await withRoles { (house: House) async throws in
            let tables = "pg_class c WHERE c.relnamespace IN ('holdfast'::regnamespace, 'booking'::regnamespace)"
            let writes = "has_any_column_privilege('holdfast_operator', c.oid, 'INSERT, UPDATE, REFERENCES')"
            let other = "has_table_privilege('holdfast_operator', c.oid, 'DELETE, TRUNCATE, TRIGGER')"
            #expect(try await house.count("\(tables) AND c.relkind IN ('r', 'p')") > 30)
            #expect(
                try await house.lines(
                    """
                    SELECT c.relname FROM \(tables) AND CASE
                      WHEN c.relkind IN ('r', 'p', 'v', 'm') THEN \(writes) OR \(other)
                      WHEN c.relkind = 'S' THEN has_sequence_privilege('holdfast_operator', c.oid, 'USAGE, UPDATE') END
                    """) == [])
            let mayCall = "has_function_privilege('holdfast_operator', p.oid, 'EXECUTE')"
            let acts = "pg_proc p WHERE p.prosecdef AND p.provolatile = 'v' AND \(mayCall)"
            #expect(
                try await house.lines("SELECT p.proname FROM \(acts) ORDER BY 1") == [
                    "(change_owed)", "(note_disclosure)", "(report_bounce)", "(resend)", "(resume_letters)",
                    "(stop_letters)", "(suppress)", "(unsuppress)",
                ])
        }
    }

    private static let notForOperators = [
        "INSERT INTO holdfast.job DEFAULT VALUES", "UPDATE holdfast.job SET state = 'held'", "DELETE FROM holdfast.job",
        "SELECT holdfast.enqueue('portal.activate', 'client', '\(House.client)')", "SELECT holdfast.cancel('x')",
        "SELECT holdfast.withdraw('\(House.client)', 'x')", "SELECT holdfast.revoke_links('\(House.client)')",
        "SELECT holdfast.reissue(gen_random_uuid())",
        "SELECT * FROM holdfast.redeem(gen_random_uuid(), 'act')", "UPDATE holdfast.link SET uses = 0",
        "DELETE FROM holdfast.link", "INSERT INTO holdfast.link DEFAULT VALUES",
        "INSERT INTO holdfast.audit (operator, action, target, request_id) VALUES ('x', 'resend', 'x', 'r')",
        "SELECT holdfast.note_action('x', 'resend', 'x', 'x', 'r')",
        "INSERT INTO holdfast.pause VALUES ('*', 'x', 'x')", "DELETE FROM holdfast.pause",
        "SELECT FROM holdfast.address_key",
        "INSERT INTO holdfast.suppression (address, reason) VALUES ('x@example.org', 'manual')",
        "DELETE FROM holdfast.suppression", "DELETE FROM holdfast.audit", "UPDATE holdfast.audit SET operator = 'x'",
        "INSERT INTO holdfast.history DEFAULT VALUES", "DELETE FROM holdfast.history",
        "UPDATE holdfast.kind SET class = 'survey'",
        "UPDATE holdfast.signing_key SET state = 'revoked'", "UPDATE holdfast.installation SET environment = 'prod'",
        "UPDATE booking.client SET email = 'x@example.org'", "DELETE FROM booking.reservation",
        "SELECT FROM booking.client FOR UPDATE",
        "INSERT INTO holdfast.worker (id, lease_until) VALUES (gen_random_uuid(), now())",
        "SELECT holdfast.drop_history_partitions(30)", "CREATE TABLE holdfast.mine ()",
        "SET session_replication_role = replica",
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

    private func refuses(_ role: String, _ statements: [String]) async throws {
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
private func withRoles(_ body: (House) async throws -> Void) async throws {
    try await withHouse { house in
        try await house.grantRoles()
        try await body(house)
    }
}

extension House {
    /// Runs the script an owner runs, with the program an owner runs it with.
    fileprivate func grantRoles() async throws {
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(
            "../../deploy/roles.sql"
        ).path
        let result = try await TestSupport.run("psql", ["-qX", "-d", url, "-f", script])
        guard result.status == 0 else { throw TestSupportError("roles.sql: \(result.errors)") }
    }

    /// Goes on with the rights of a role.
    fileprivate func become(_ role: String) async throws {
        try await run("SET ROLE \(role)")
    }
}
