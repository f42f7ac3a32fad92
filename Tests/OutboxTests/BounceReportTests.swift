import Foundation
import Notifications
import Outbox
import Postgres
import Testing

@Suite("Reports of letters that came back")
struct BounceReportTests {
    @Test("a report is recorded once: history, suppression and the provider's notice")
    func recorded() async throws {
        try await withSentLetter { (house: House, claim: Claim) async throws in
            #expect(try await house.bounce(" <m1@example.org>\r\n") == .recorded)
            let history = """
                SELECT claim_no, attempt, gen, final, outcome, reason, stage, enhanced, message_id, audience
                FROM holdfast.history
                ORDER BY at
                """
            let rows = [
                "(1,1,1,t,sent,,dot,2.0.0,m1@example.org,invitee)",
                #"(1,1,1,t,failed,"bounced later",bounce,5.1.1,m1@example.org,invitee)"#,
            ]
            #expect(try await house.lines(history) == rows)
            let suppression = try await house.line(
                """
                SELECT address, class, reason, evidence = $1::bigint AS proof,
                  until - holdfast.clock() AS lasts
                FROM holdfast.suppression
                """, [.int8(claim.job.ticket.jobID)])
            #expect(suppression == #"(zoe@example.org,all,hard_bounce,t,"30 days")"#)
            #expect(try await house.lines("SELECT kind FROM holdfast.job") == ["(provider.bounce)"])

            for status in ["5.1.1", "5.7.1"] { #expect(try await house.bounce("m1@example.org", status) == .known) }
            #expect(try await house.lines(history) == rows)
            #expect(try await house.count("holdfast.job") == 1)
            #expect(try await house.count("holdfast.suppression") == 1)
        }
    }

    @Test(
        "a status that is no proof of a dead address suppresses nobody",
        arguments: ["5.0.0", "5.1.0", "5.1.4", "5.1.7", "5.1.8", "5.2.0", "5.2.2", "5.4.7", "5.7.1", "5.7.606"])
    func noProof(status: String) async throws {
        try await withSentLetter { (house: House, _: Claim) async throws in
            #expect(try await house.bounce("m1@example.org", status) == .recorded)
            #expect(try await house.count("holdfast.suppression") == 0)
            #expect(try await house.lines("SELECT kind FROM holdfast.job") == ["(provider.bounce)"])
        }
    }

    @Test(
        "a status of a dead address suppresses it", arguments: ["5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1"])
    func proof(status: String) async throws {
        try await withSentLetter { (house: House, _: Claim) async throws in
            #expect(try await house.bounce("m1@example.org", status) == .recorded)
            #expect(try await house.count("holdfast.suppression") == 1)
        }
    }

    @Test("a letter that is late or has arrived is no bounce", arguments: ["4.4.1", "4.1.1", "2.0.0", "2.1.5"])
    func ignored(status: String) async throws {
        try await withSentLetter { (house: House, _: Claim) async throws in
            #expect(try await house.bounce("m1@example.org", status) == .ignored)
            #expect(try await house.count("holdfast.history") == 1)
            #expect(try await house.count("holdfast.job") == 0)
        }
    }

    @Test(
        "what is no status is refused",
        arguments: ["", "5.1", "550", "5.1.1 ", "3.1.1", "5.1.1234", "5.1.1; DROP TABLE"])
    func badStatus(status: String) async throws {
        try await withSentLetter { (house: House, _: Claim) async throws in
            let sql = "SELECT holdfast.report_bounce('m1@example.org', $1)"
            #expect(try await house.refusal(sql, [.text(status)])?.sqlState == SQLState(rawValue: "HF005"))
            #expect(try await house.refusal("SELECT holdfast.report_bounce('m1@example.org', NULL)")?.sqlState != nil)
        }
    }

    @Test(
        "a report about no letter of ours changes nothing",
        arguments: ["", "<>", "other@example.org", "m1", "' OR true"])
    func unmatched(messageID: String) async throws {
        try await withSentLetter { (house: House, _: Claim) async throws in
            #expect(try await house.bounce(messageID) == .unmatched)
            #expect(try await house.count("holdfast.history") == 1)
            #expect(try await house.count("holdfast.suppression") == 0)
        }
    }

    @Test("a report that is faster than the settle is asked for again")
    func early() async throws {
        try await withReservation { house, id in
            try await house.owe(1, about: id)
            let uuid = try #require(
                try await house.line("SELECT message_uuid FROM holdfast.job")?.dropFirst().dropLast())
            let messageID = "\(uuid).k3j5m7p2q4@practice.example"
            #expect(try await house.bounce(messageID) == .unmatched)
            let claim = try await house.claimOne()
            #expect(try await house.bounce(messageID) == .early)
            try await house.settle(claim, .sent, messageID: messageID)
            #expect(try await house.bounce(messageID) == .recorded)
        }
    }

    @Test("a letter in doubt that waits to be sent once more is withdrawn", arguments: ["ready", "held"])
    func inDoubt(state: String) async throws {
        try await withLetter { house, claim in
            try await house.settle(
                claim, .unknown, messageID: "m1@example.org", next: .again(after: .seconds(900)), leavesDoubt: true)
            try await house.run("UPDATE holdfast.job SET state = '\(state)'")
            #expect(try await house.bounce("m1@example.org") == .recorded)
            #expect(try await house.lines("SELECT kind FROM holdfast.job") == ["(provider.bounce)"])
            #expect(
                try await house.lines("SELECT outcome, final FROM holdfast.history ORDER BY at") == [
                    "(unknown,f)", "(failed,t)",
                ])
        }
    }

    @Test("a letter that is being sent once more this moment is judged by its own claim")
    func beingSent() async throws {
        try await withLetter { house, claim in
            try await house.settle(
                claim, .unknown, messageID: "m1@example.org", next: .again(after: .zero), leavesDoubt: true)
            let again = try await house.claimOne()
            #expect(try await house.bounce("m1@example.org") == .recorded)
            try await house.settle(again, .sent, messageID: "m1@example.org")
            #expect(try await house.bounce("m1@example.org") == .known)
            #expect(try await house.lines("SELECT kind FROM holdfast.job") == ["(provider.bounce)"])
        }
    }

    @Test("a letter that the relay refused at once is on record as failed already")
    func refusedAtOnce() async throws {
        try await withLetter { house, claim in
            try await house.settle(claim, .failed, messageID: "m1@example.org")
            #expect(try await house.bounce("m1@example.org") == .known)
            #expect(try await house.count("holdfast.history") == 1)
        }
    }

    @Test(
        "an address is suppressed only while it is surely the one the letter went to",
        arguments: [
            ("SELECT 1", nil, true), ("SELECT 1", "ZOE@example.org", true), ("SELECT 1", "<zoe@example.org>", true),
            // Passed on by the mailbox to one that is dead, or mended since.
            ("SELECT 1", "elsewhere@example.net", false),
            ("UPDATE booking.reservation SET invitee_email = 'zoe2@example.org'", nil, false),
            ("UPDATE booking.reservation SET invitee_email = 'zoe2@example.org'", "zoe@example.org", false),
            // Another time is another generation too: without a name in the report nobody knows.
            ("UPDATE booking.reservation SET starts_at = starts_at - interval '1 hour'", nil, false),
            ("UPDATE booking.reservation SET starts_at = starts_at - interval '1 hour'", "zoe@example.org", true),
            ("DELETE FROM booking.reservation", "zoe@example.org", false),
        ])
    func samePerson(change: String, recipient: String?, isSuppressed: Bool) async throws {
        try await withSentLetter { (house: House, _: Claim) async throws in
            try await house.run(change)
            #expect(try await house.bounce("m1@example.org", recipient: recipient) == .recorded)
            #expect(try await house.count("holdfast.suppression") == (isSuppressed ? 1 : 0))
        }
    }

    @Test(
        "a client's letter is about the client's address, a provider's about the provider's, who gets no notice of it")
    func audiences() async throws {
        try await withHouse { house in
            let (appointment, task) = (try await house.appoint(), try await house.task())
            try await house.clearQueue()
            try await house.record(
                "sent", about: appointment, kind: "provider.appointment", audience: "provider", messageID: "p@x")
            try await house.record(
                "sent", about: task, kind: "portal.activate", subjectKind: "signup_task", audience: "client",
                messageID: "t@x")
            #expect(try await house.bounce("p@x") == .recorded)
            #expect(try await house.bounce("t@x") == .recorded)
            #expect(
                try await house.lines("SELECT address FROM holdfast.suppression ORDER BY 1")
                    == ["(amara@practice.example)", "(zoe@example.org)"])
            #expect(try await house.count("holdfast.job") == 0)
            try await house.record(
                "sent", about: appointment, kind: "appointment.confirmed", audience: "client", messageID: "c@x")
            #expect(try await house.bounce("c@x", recipient: "zoe@example.org") == .recorded)
            #expect(try await house.lines("SELECT kind FROM holdfast.job") == ["(provider.bounce)"])
        }
    }

    @Test("what is suppressed already stays as it was said; what has run out is said anew")
    func suppressedBefore() async throws {
        for (until, reason) in [
            ("NULL", "manual"), ("holdfast.clock() + interval '1 day'", "manual"), ("holdfast.clock()", "hard_bounce"),
        ] {
            try await withSentLetter { (house: House, _: Claim) async throws in
                try await house.run(
                    """
                    INSERT INTO holdfast.suppression (address, reason, until)
                    VALUES ('zoe@example.org', 'manual', \(until))
                    """
                )
                #expect(try await house.bounce("m1@example.org") == .recorded)
                #expect(try await house.lines("SELECT reason FROM holdfast.suppression") == ["(\(reason))"])
            }
        }
    }

    @Test(
        "reports at once are one, at every isolation level",
        arguments: ["READ COMMITTED", "REPEATABLE READ", "SERIALIZABLE"])
    func atOnce(isolation: String) async throws {
        try await withSentLetter { (house: House, _: Claim) async throws in
            let answers = try await withThrowingTaskGroup { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await house.withConnection { connection in
                            try await connection.execute(
                                "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL \(isolation)")
                            do {
                                return try await Outbox(connection)
                                    .reportBounce(messageID: "m1@example.org", status: "5.1.1", recipient: nil).rawValue
                            } catch let error as PostgresError where error.sqlState?.rawValue == "40001" {
                                return "try again"
                            }
                        }
                    }
                }
                return try await group.reduce(into: [String: Int]()) { $0[$1, default: 0] += 1 }
            }
            #expect(answers["recorded"] == 1, "\(answers)")
            #expect(answers.keys.allSatisfy { ["recorded", "known", "try again"].contains($0) })
            #expect(try await house.count("holdfast.history WHERE stage = 'bounce'") == 1)
            #expect(try await house.count("holdfast.job") == 1)
        }
    }

    @Test("the hour of the report stands in history, but never before the letter nor in the future")
    func hours() async throws {
        for (at, expected) in [
            ("clock_timestamp() - interval '10 minutes'", "(t,f,f)"), ("'-infinity'", "(f,t,f)"),
            ("'infinity'", "(f,f,t)"), ("NULL", "(f,t,f)"),
        ] {
            try await withSentLetter { (house: House, _: Claim) async throws in
                try await house.run("UPDATE holdfast.history SET at = clock_timestamp() - interval '20 minutes'")
                let rows = try await house.connection.query(
                    "SELECT holdfast.report_bounce('m1@example.org', '5.1.1', at => \(at)) AS answer")
                #expect(try rows.first?.decode("answer") == "recorded")
                let hour = try await house.line(
                    """
                    SELECT abs(extract(epoch FROM clock_timestamp() - b.at) - 600) < 300 AS said,
                      b.at - s.at < interval '1 second' AS after,
                      clock_timestamp() - b.at < interval '5 minutes' AS now
                    FROM holdfast.history b, holdfast.history s WHERE b.stage = 'bounce' AND s.outcome = 'sent'
                    """)
                #expect(hour == expected, "\(at)")
            }
        }
    }

    @Test("an application's role may report, and see nothing of what it reports about")
    func applicationRole() async throws {
        try await withSentLetter { (house: House, _: Claim) async throws in
            let role = "app_\(UUID().uuidString.prefix(8).lowercased())"
            try await house.run("CREATE ROLE \(role); GRANT USAGE ON SCHEMA holdfast TO \(role)")
            do {
                try await house.run("SET ROLE \(role)")
                #expect(try await house.bounce("m1@example.org") == .recorded)
                for sql in [
                    "SELECT * FROM holdfast.history", "SELECT * FROM holdfast.suppression",
                    "SELECT holdfast.address_of('reservation', gen_random_uuid(), 'invitee')",
                    "SELECT holdfast.suppress_bounced('x@example.org', 1)",
                    "SELECT holdfast.is_bounce_news('reservation', gen_random_uuid(), 1)",
                ] {
                    #expect(try await house.refusal(sql)?.sqlState == .insufficientPrivilege, "\(sql)")
                }
            } catch {
                try await house.run("RESET ROLE; DROP OWNED BY \(role); DROP ROLE \(role)")
                throw error
            }
            try await house.run("RESET ROLE; DROP OWNED BY \(role); DROP ROLE \(role)")
        }
    }
}

extension House {
    /// Reports a letter that came back.
    func bounce(_ messageID: String, _ status: String = "5.1.1", recipient: String? = nil) async throws -> BounceAnswer
    {
        try await outbox.reportBounce(messageID: messageID, status: status, recipient: recipient)
    }

    /// Writes the end of a letter into history, whatever was owed.
    func record(
        _ outcome: String, about subject: UUID, kind: String = "reservation.confirm",
        subjectKind: String = "reservation",
        audience: String = "invitee", generation: Int = 1, messageID: String? = nil
    ) async throws {
        try await connection.query(
            """
            INSERT INTO holdfast.history (job_id, claim_no, subject_id, attempt, gen, final, outcome, kind,
              subject_kind, audience, message_id)
            VALUES (nextval('holdfast.job_id_seq'), 1, $1, 1, $2, true, $3, $4, $5, $6, $7)
            """,
            [
                .uuid(subject), .int4(Int32(clamping: generation)), .text(outcome), .text(kind), .text(subjectKind),
                .text(audience), .optional(messageID, Parameter.text),
            ])
    }

    /// Settles a claim with what a relay said of a letter of this id.
    func settle(
        _ claim: Claim, _ outcome: Outcome, messageID: String, next: Settlement.Next = .end, leavesDoubt: Bool = false
    ) async throws {
        var evidence = Settlement.Evidence()
        (evidence.messageID, evidence.stage, evidence.enhanced) = (messageID, "dot", "2.0.0")
        let settlement = Settlement(
            claim.job.ticket, outcome, next: next, burnsAttempt: true, leavesDoubt: leavesDoubt, evidence: evidence)
        #expect(try await outbox.settle([settlement]).count == 1)
    }
}

/// Lends a house whose one letter, `m1@example.org`, a relay has taken.
func withSentLetter(_ body: (House, Claim) async throws -> Void) async throws {
    try await withLetter { house, claim in
        try await house.settle(claim, .sent, messageID: "m1@example.org")
        try await body(house, claim)
    }
}
