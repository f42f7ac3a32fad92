import Foundation
import Notifications
import Postgres
import TestSupport
import Testing

@testable import Outbox

/// What `deploy/roles.sql` grants operators, and what it does not.
@Suite("The operator's role")
struct OperatorRoleTests {
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
                    "(change_owed)", "(end_links)", "(note_disclosure)", "(report_bounce)", "(resend)",
                    "(resume_letters)",
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
}
