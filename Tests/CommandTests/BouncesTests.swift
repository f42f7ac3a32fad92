import Foundation
import TestSupport
import Testing

@Suite struct BouncesTests {
    @Test(
        "A report of a letter that was sent is recorded, tells the provider, and is known the second time",
        arguments: ["postfix-unknown-user", "exim-text", "gmail"])
    func recorded(_ fixture: String) async throws {
        try await withInstallation { site in
            let report = try await site.report(fixture, on: site.sentLetter())
            let first = try await site.run(["bounces"], Self.databaseOnly(site), stdin: report)
            #expect(first.status == 0)
            #expect(first.output == "recorded: a letter came back with 5.1.1\n")
            #expect(first.errors.isEmpty)
            let marks = """
                SELECT string_agg(outcome || ' ' || coalesce(stage, '-'), ', ' ORDER BY at),
                  (SELECT string_agg(address, ', ')
                  FROM holdfast.suppression), (SELECT string_agg(kind, ', ') FROM holdfast.job WHERE audience = 'provider') FROM holdfast.history
                """
            let marked = "sent accepted, failed bounce|zoe@example.org|provider.bounce"
            #expect(try await site.sql(marks) == marked)

            let again = try await site.run(["bounces", "--json"], Self.databaseOnly(site), stdin: report)
            #expect(again.status == 0)
            #expect(again.output == "{\"outcome\":\"known\",\"status\":\"5.1.1\"}\n")
            #expect(try await site.sql(marks) == marked)

            try await site.drain()
            let notice = try #require(try await site.inbox.messages().last)
            let text = try #require(notice.text)
            #expect(notice.toAddress == "quinn@example.org" && text.contains("Zoe"))
            #expect(!text.contains("zoe@") && !text.contains("Lovelace"))
        }
    }

    @Test("A letter that is known by its envelope id alone is found")
    func envelopeID() async throws {
        try await withInstallation { site in
            let report = try await site.report("postfix-envelope-id", on: site.sentLetter())
            #expect(try await site.must(["bounces"], stdin: report).output.hasPrefix("recorded: "))
        }
    }

    @Test("A server that gave up on a transient fault proves nothing about the address")
    func expired() async throws {
        try await withInstallation { site in
            let report = try await site.report("postfix-expired", on: site.sentLetter())
            let result = try await site.must(["bounces", "--json"], stdin: report)
            #expect(result.output == "{\"outcome\":\"recorded\",\"status\":\"5.4.7\"}\n")
            #expect(try await site.sql("SELECT count(*) FROM holdfast.suppression") == "0")
        }
    }

    @Test(
        "What is no bounce of a letter of ours is unusable input: exit 65, and nothing is changed",
        arguments: [
            ("postfix-delayed", "this is no bounce: the letter is late, or has arrived; nothing was changed"),
            ("postfix-success", "this is no bounce: the letter is late, or has arrived; nothing was changed"),
            ("not-vacation", "this is no bounce report but an automatic reply"),
            ("not-complaint", "this is no bounce report but a complaint"),
        ])
    func noBounce(_ fixture: String, sentence: String) async throws {
        try await withInstallation { site in
            let report = try await site.report(fixture, on: site.sentLetter())
            let result = try await site.run(["bounces", "--json"], stdin: report)
            #expect(result.status == 65)
            #expect(result.output.isEmpty)
            #expect(result.errors == "holdfast: \(sentence)\n")
            #expect(try await site.sql("SELECT count(*) FROM holdfast.history") == "1")
        }
    }

    @Test("A report about no letter on record, of no letter, or that is none, is unusable input")
    func unmatched() async throws {
        try await withInstallation { site in
            let stranger = try await site.run(
                ["bounces", "--json"], stdin: site.report("gmail", on: "other@example.org"))
            #expect(stranger.status == 65)
            #expect(stranger.output == "{\"outcome\":\"unmatched\",\"status\":\"5.1.1\"}\n")
            #expect(
                stranger.errors
                    == "holdfast: no letter on record has the Message-ID of this report; nothing was changed\n")
            let nameless = try site.report("qmail", on: "m@x").replacing("Message-ID: <m@x>\n", with: "")
            #expect(try await site.run(["bounces"], stdin: nameless).status == 65)
            for text in ["", "zoe@example.org", String(repeating: "Subject: x\n", count: 200_000)] {
                let result = try await site.run(["bounces"], stdin: text)
                #expect(result.status == 65)
                #expect(result.errors.hasPrefix("holdfast: ") && !result.errors.contains("zoe"))
            }
        }
    }

    @Test(
        "Without the database or the way to it, or before the letter is settled, the mail server tries again: exit 75")
    func tryAgain() async throws {
        try await withInstallation { site in
            let messageID = try await site.sentLetter()
            let report = try site.report("gmail", on: messageID)
            let away = ["HOLDFAST_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none?connect_timeout=5"]
            let result = try await site.run(["bounces"], away, stdin: report)
            #expect(result.status == 75)
            #expect(result.errors.hasPrefix("holdfast: the report is not recorded: "))
            let mistaken = try await site.run(["bounces"], ["HOLDFAST_DATABASE_URL": "nonsense"], stdin: report)
            #expect(mistaken.status == 75)
            #expect(mistaken.errors.hasPrefix("holdfast: the report is not recorded: HOLDFAST_DATABASE_URL: "))

            try await site.sql("UPDATE holdfast.migration SET version = 1000 WHERE version = 7")
            let migrating = try await site.run(["bounces"], stdin: report)
            #expect(migrating.status == 75)
            #expect(migrating.errors.contains("run 'holdfast migrate'"))
            try await site.sql("UPDATE holdfast.migration SET version = 7 WHERE version = 1000")

            // As it is while the relay has the letter and its word is not on record yet.
            try await site.sql(
                """
                INSERT INTO holdfast.job (run_at, expires_at, subject_id, subject_gen, priority, queue, kind, subject_kind,
                  audience, claim_no, message_uuid)
                SELECT at, at + interval '1 day', subject_id, gen, 0, 'mail', kind, subject_kind, audience, 1,
                  left(message_id, 36)::uuid
                FROM holdfast.history;
                DELETE FROM holdfast.history
                """)
            let early = try await site.run(["bounces"], stdin: report)
            #expect(early.status == 75)
            #expect(early.errors == "holdfast: the letter is not settled yet: report it again in a moment\n")
        }
    }

    /// The command needs no other setting.
    private static func databaseOnly(_ site: TestInstallation) -> [String: String?] {
        Dictionary(uniqueKeysWithValues: site.settings.keys.filter { $0 != "HOLDFAST_DATABASE_URL" }.map { ($0, nil) })
    }
}

extension TestInstallation {
    /// Sends one letter and returns its Message-ID, as history has it.
    fileprivate func sentLetter() async throws -> String {
        use(try SMTPServer.maildir(at: inbox.folder))
        try await sql(
            """
            INSERT INTO booking.provider (display_name, email, tz, booking_slug)
            VALUES ('Dr. Quinn', 'quinn@example.org', 'UTC', 'quinn');
            INSERT INTO booking.reservation
              (provider_id, invitee_name, invitee_email, invitee_tz, starts_at, ends_at, place)
            SELECT id, 'Zoe Lovelace', 'zoe@example.org', 'Europe/London', t, t + interval '1 hour', 'virtual'
            FROM booking.provider, LATERAL (SELECT date_trunc('hour', now()) + interval '5 days' AS t) AS slot
            """)
        try await drain()
        return try await sql("SELECT message_id FROM holdfast.history")
    }

    /// A report of `Tests/MailTests/Bounces` about the letter of this Message-ID.
    fileprivate func report(_ fixture: String, on messageID: String) throws -> String {
        let file = Self.repository.appendingPathComponent("Tests/MailTests/Bounces/\(fixture).eml")
        return try String(contentsOf: file, encoding: .utf8).replacing(
            "8f14e45f-ceea-4e7a-9c3b-1d2f3a4b5c6d.k3j5m7p2q4@practice.example", with: messageID
        )
        .replacing("8f14e45f-ceea-4e7a-9c3b-1d2f3a4b5c6d+2Ek3j5m7p2q4@practice.example", with: messageID)
    }
}
