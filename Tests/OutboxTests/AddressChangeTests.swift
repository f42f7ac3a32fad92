import Foundation
import Postgres
import Testing

@testable import Outbox

@Suite("Changed addresses")
struct AddressChangeTests {
    private static let move = "UPDATE booking.client SET email = 'zoe.oneil@example.org' WHERE id = '\(House.client)'"

    @Test("a client's new address is told to the old one and to the new one")
    func clientIsTold() async throws {
        try await withHouse { house in
            try await house.run(Self.move)
            #expect(
                try await house.lines(
                    "SELECT client_id, provider_id, old_email, new_email, at::text FROM booking.address_change")
                    == [#"(\#(House.client),,zoe@example.org,zoe.oneil@example.org,"2027-03-01 17:00:00+00")"#])
            #expect(
                try await house.lettersOfPeople()
                    == ["old", "new"].map {
                        #"(security.notice,client,"{""to"": ""\#($0)"", ""audience"": ""client""}")"#
                    })
            let subjects =
                "holdfast.job j JOIN booking.address_change a ON a.id = j.subject_id AND j.subject_kind = 'address_change'"
            #expect(
                try await house.count(
                    "\(subjects) WHERE j.dedupe_key = 'security.notice:' || a.id || ':' || (j.args ->> 'to')") == 2)
        }
    }

    @Test("a provider's, too; no link of theirs ends by it")
    func providerIsTold() async throws {
        try await withHouse { house in
            try await house.invite()
            try await house.clearQueue()
            try await house.run("UPDATE booking.provider SET email = 'a.lindqvist@practice.example'")
            #expect(
                try await house.lettersOfPeople()
                    == ["old", "new"].map {
                        #"(security.notice,provider,"{""to"": ""\#($0)"", ""audience"": ""provider""}")"#
                    })
            #expect(try await house.line("SELECT link_gen FROM booking.provider") == "(1)")
        }
    }

    @Test("other letter case is no other address", arguments: ["booking.client", "booking.provider"])
    func letterCase(table: String) async throws {
        try await withHouse { (house: House) async throws in
            try await house.run("UPDATE \(table) SET email = upper(left(email, 1)) || substr(email, 2)")
            #expect(try await house.count("booking.address_change") == 0)
            #expect(try await house.count("holdfast.job") == 0)
        }
    }

    @Test("two changes in a row are told to all three addresses, once for each change")
    func twoChanges() async throws {
        try await withHouse { house in
            try await house.run(Self.move)
            try await house.updateClient("email = 'third@example.org'")
            #expect(
                try await house.lines("SELECT old_email, new_email FROM booking.address_change ORDER BY old_email")
                    == ["(zoe.oneil@example.org,third@example.org)", "(zoe@example.org,zoe.oneil@example.org)"])
            #expect(try await house.count("holdfast.job WHERE kind = 'security.notice'") == 4)
        }
    }

    @Test("times ahead get a new generation, and their new reader has been told nothing; others are left alone")
    func timesAhead() async throws {
        try await withHouse { house in
            let ahead = try await house.appoint(["changed_by": "'provider'"])
            let past = try await house.appoint(["starts_at": "'2027-02-20 18:00+00'"])
            let cancelled = try await house.appoint(["starts_at": "'2027-03-10 18:00+00'"])
            try await house.run("UPDATE booking.reservation SET state = 'cancelled' WHERE id = '\(cancelled)'")
            let held = try await house.reserve(["starts_at": "'2027-03-11 18:00+00'"])
            for id in [ahead, past, cancelled, held] {
                try await house.link("appt", of: "\(id)")
                for audience in ["client", "provider"] {
                    try await house.run(
                        "INSERT INTO holdfast.told (subject_id, audience, job_id, subject_kind, kind, ical_seq, facts_digest) VALUES ('\(id)', '\(audience)', 1, 'reservation', 'x.y', 0, 'd')"
                    )
                }
            }
            try await house.link("pref", of: House.client)
            try await house.run(Self.move)
            let generations = try await house.lines(
                "SELECT link_gen, changed_by FROM booking.reservation ORDER BY starts_at")
            #expect(generations == ["(1,practice)", "(2,provider)", "(2,practice)", "(1,practice)"])
            let revoked = try await house.lines(
                "SELECT purpose, subject_id FROM holdfast.link WHERE revoked_at IS NOT NULL ORDER BY purpose")
            #expect(revoked == ["(appt,\(ahead.uuidString.lowercased()))", "(pref,\(House.client))"])
            #expect(
                try await house.count("holdfast.told WHERE subject_id = '\(ahead)' AND audience = 'provider'") == 1)
            #expect(try await house.count("holdfast.told") == 7)
        }
    }

    @Test("what changed is forgotten after thirty days")
    func erased() async throws {
        try await withHouse { house in
            try await house.run(Self.move)
            try await house.setClock("2027-03-31 17:00:00+00")
            #expect(try await house.outbox.sweep(.eraseAddressChanges) == 0)
            try await house.setClock("2027-03-31 17:00:01+00")
            #expect(try await house.outbox.sweep(.eraseAddressChanges) == 1)
            #expect(try await house.count("booking.address_change") == 0)
        }
    }

    @Test(
        "a late bounce of such a letter is recorded, and suppresses neither address on a guess",
        arguments: ["old", "new"])
    func bounce(reader: String) async throws {
        try await withHouse { house in
            try await house.run(
                """
                \(Self.move);
                INSERT INTO holdfast.history (job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience, message_id, args)
                SELECT id, 1, subject_id, 1, subject_gen, true, 'sent', kind, subject_kind, audience, 'm1@example.org', args
                FROM holdfast.job WHERE args ->> 'to' = '\(reader)';
                DELETE FROM holdfast.job;
                """)
            #expect(
                try await house.outbox.reportBounce(messageID: "m1@example.org", status: "5.1.1", recipient: nil)
                    == .recorded)
            #expect(try await house.count("holdfast.suppression") == 0)
        }
    }
}

/// The order of locks is people, reservations, jobs, links; whoever keeps another one ends in a deadlock here.
@Suite("Changed addresses among others")
struct AddressChangeMeetings {
    private static let move = "UPDATE booking.client SET email = 'zoe.oneil@example.org' WHERE id = '\(House.client)'"

    @Test("a link of an appointment that is being used for its end goes first: what has ended is not told anew")
    func redeemingAppointment() async throws {
        try await withHouse { house in
            let id = try await house.appoint()
            try await house.link("appt", of: "\(id)")
            try await house.meeting(
                "SELECT FROM booking.reservation WHERE id = '\(id)' FOR UPDATE", waits: Self.move,
                then: """
                    UPDATE holdfast.link SET uses = uses + 1 WHERE subject_id = '\(id)';
                    UPDATE booking.reservation SET state = 'cancelled', changed_by = 'client' WHERE id = '\(id)';
                    """)
            #expect(try await house.line("SELECT state, link_gen FROM booking.reservation") == "(cancelled,2)")
            #expect(try await house.line("SELECT email FROM booking.client") == "(zoe.oneil@example.org)")
        }
    }

    @Test("a link of the client that is being used goes first, and then is void")
    func redeemingActivation() async throws {
        try await withHouse { house in
            try await house.task(["reservation_id": "'\(try await house.appoint())'"])
            try await house.link("act", of: House.client)
            try await house.meeting(
                "SELECT FROM booking.client WHERE id = '\(House.client)' FOR UPDATE", waits: Self.move,
                then: """
                    UPDATE holdfast.link SET uses = uses + 1 WHERE subject_id = '\(House.client)';
                    UPDATE booking.client SET portal_activated_at = holdfast.clock() WHERE id = '\(House.client)';
                    """)
            #expect(try await house.line("SELECT uses, revoked_at IS NOT NULL FROM holdfast.link") == "(1,t)")
            #expect(try await house.count("holdfast.job WHERE kind = 'portal.activate'") == 0)
        }
    }

    @Test("a claim under way, which issues a client's link in an appointment's letter, goes first")
    func claiming() async throws {
        try await withHouse { house in
            let id = try await house.appoint()
            try await house.clearQueue()
            try await house.owe(1, about: id, kind: "appointment.confirmed")
            try await house.link("act", of: House.client)
            try await house.meeting(
                "UPDATE holdfast.job SET state = 'running', claim_no = 1", waits: Self.move,
                then: "UPDATE holdfast.link SET kid = kid WHERE subject_id = '\(House.client)'")
            // The letter under way is left to its claim; the links of its reader are void.
            #expect(
                try await house.count("holdfast.job WHERE kind = 'appointment.confirmed' AND state = 'running'") == 1)
            #expect(try await house.line("SELECT revoked_at IS NOT NULL FROM holdfast.link") == "(t)")
        }
    }

    /// Each its own way through the locks, again and again; `ROUND` is the number of the turn.
    private static let scripts = [
        "UPDATE booking.client SET email = 'zoe' || ROUND || '@example.org'",
        // A link of the client is used.
        """
        SELECT FROM booking.client FOR UPDATE;
        UPDATE holdfast.link SET uses = 1, revoked_at = NULL WHERE subject_id = '\(House.client)';
        UPDATE booking.client SET portal_activated_at = CASE WHEN ROUND % 2 = 0 THEN holdfast.clock() END
        """,
        // A link of an appointment is used.
        """
        CREATE TEMPORARY TABLE picked ON COMMIT DROP AS SELECT id FROM booking.reservation ORDER BY md5(id::text || ROUND) LIMIT 1;
        SELECT FROM booking.reservation r WHERE r.id IN (SELECT id FROM picked) FOR UPDATE;
        UPDATE holdfast.link SET uses = 1, revoked_at = NULL WHERE subject_id IN (SELECT id FROM picked);
        UPDATE booking.reservation r SET starts_at = r.starts_at + interval '1 minute', ends_at = r.ends_at + interval '1 minute'
        WHERE r.id IN (SELECT id FROM picked)
        """,
        """
        UPDATE booking.signup_task SET state = CASE WHEN ROUND % 2 = 0 THEN 'open' ELSE 'void' END
        WHERE id = (SELECT id FROM booking.signup_task ORDER BY md5(id::text || ROUND) LIMIT 1)
        """,
        // A claim.
        """
        WITH c AS (SELECT id FROM holdfast.job WHERE state = 'ready' ORDER BY run_at LIMIT 20 FOR NO KEY UPDATE SKIP LOCKED)
        UPDATE holdfast.job j SET claim_no = claim_no + 1 FROM c WHERE j.id = c.id
        """,
    ]

    @Test("address changes, used links, moves, tasks and claims at once never deadlock")
    func allAtOnce() async throws {
        try await withHouse { house in
            for day in 8...11 {
                let id = try await house.appoint(["starts_at": "'2027-03-\(day) 18:00+00'"])
                try await house.task(["reservation_id": "'\(id)'"])
                try await house.link("appt", of: "\(id)")
            }
            try await house.link("act", of: House.client)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for script in Self.scripts {
                    group.addTask {
                        try await house.withConnection { connection in
                            for round in 1...100 {
                                try await connection.execute(script.replacing("ROUND", with: "\(round)"))
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await house.line("SELECT email FROM booking.client") == "(zoe100@example.org)")
            #expect(try await house.count("booking.address_change") == 100)
        }
    }
}
