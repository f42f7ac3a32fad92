import Foundation
import TestSupport
import Testing

@Suite struct DeliveryTests {
    @Test("A committed reservation becomes one message with a link that an independent implementation accepts")
    func reservation() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.maildir(at: site.inbox.folder)
            site.use(server)
            let worker = try await site.startWorker()
            let id = try await site.reserve("Zoë O'Neil", "zoe@example.org")
            try await site.inbox.count(reaches: 1)
            try await site.settleEverything()
            let messages = try await site.inbox.messages()
            try #require(messages.count == 1)
            let message = messages[0]

            #expect(message.toName == "Zoë O'Neil")
            #expect(message.headers["x-rcptto"] == "zoe@example.org")
            #expect(message.headers["x-mailfrom"] == "bookings@example.org")
            #expect(message.headers["auto-submitted"] == "auto-generated")
            #expect(message.types == ["multipart/alternative", "text/plain", "text/html"])
            let history = try await site.history()
            #expect(history.map(\.outcome) == ["sent"])
            #expect(history.first?.messageId == message.messageID)
            #expect(history.first?.final == true)

            let token = try message.onlyToken(at: "https://book.example.org/l/rsv/")
            let opened = try await OpenedToken.open(
                token, key: site.publicKey(), assertions: ["bl1.test.rsv", "bl1.test.act", "bl1.prod.rsv", ""])
            #expect(opened[1...].allSatisfy { $0 == nil })
            let claims = try #require(opened[0]).claims
            #expect(opened[0]?.footer == #"{"kid":"test-1"}"#)
            #expect(claims.sub == id.uuidInToken)
            #expect(claims.aud == "book.example.org")
            #expect(claims.pur == "rsv")
            let row = try await site.sql(
                """
                SELECT link_gen, to_char(hold_expires_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
                FROM booking.reservation
                """)
            #expect("\(claims.gen)|\(claims.exp)" == row)
            #expect(claims.jti == (try await site.sql("SELECT jti FROM holdfast.link")).uuidInToken)

            worker.signal(SIGTERM)
            #expect(try await worker.end().status == 0)
        }
    }

    @Test("A signup task becomes a message with an activation link for the client")
    func signupTask() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.maildir(at: site.inbox.folder)
            site.use(server)
            let client = try await site.signUp("李小龍", "bruce@example.org")
            try await site.drain()
            let messages = try await site.inbox.messages()
            try #require(messages.count == 1)
            #expect(messages[0].toName == "李小龍")
            let token = try messages[0].onlyToken(at: "https://book.example.org/l/act/")
            let opened = try await OpenedToken.open(
                token, key: site.publicKey(), assertions: ["bl1.test.act", "bl1.test.rsv"])
            #expect(opened[0]?.claims.sub == client.uuidInToken)
            #expect(opened[0]?.claims.pur == "act")
            #expect(opened[1] == nil)
            #expect(try await site.history().first?.messageId == messages[0].messageID)
        }
    }

    @Test("A transaction that is rolled back sends nothing")
    func rolledBack() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.maildir(at: site.inbox.folder)
            site.use(server)
            _ = try await site.startWorker()
            try await site.reserve("Nobody Atall", "nobody@example.org", ending: "ROLLBACK")
            try await site.reserve("Some Body", "somebody@example.org")
            try await site.inbox.count(reaches: 1)
            try await site.settleEverything()
            #expect(try await site.inbox.messages().map(\.toAddress) == ["somebody@example.org"])
            #expect(try await site.history().count == 1)
        }
    }

    @Test("A worker with nothing to do sends a letter within a second of its commit, again and again")
    func wakesOnNotify() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.maildir(at: site.inbox.folder)
            site.use(server)
            _ = try await site.startWorker()
            for number in 1...5 {
                try await site.reserve("Early Bird", "bird.\(number)@example.org")
                try await site.inbox.count(reaches: number)
                // Unheard, each letter would wait for a poll that began when the one before it was settled.
                try await site.settleEverything()
            }
            let waits = try await site.sql(
                """
                SELECT extract(epoch FROM h.at - r.created_at)
                FROM holdfast.history h JOIN booking.reservation r ON r.id = h.subject_id
                """
            )
            let seconds = waits.split(separator: "\n").compactMap { Double($0) }.sorted()
            try #require(seconds.count == 5)
            #expect(seconds[2] < 0.8, "median of \(seconds)")
        }
    }

    @Test("A job that comes due by itself is sent when it is due and not before")
    func comesDue() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.maildir(at: site.inbox.folder)
            site.use(server)
            _ = try await site.startWorker()
            // One letter now, one in two seconds: after the first nothing but the clock can wake the worker in time.
            try await site.reserve(
                "Right Now", "now@example.org",
                and: """
                    INSERT INTO booking.client (display_name, email, tz)
                    VALUES ('Later On', 'later@example.org', 'UTC');
                    INSERT INTO booking.signup_task (client_id, kind) SELECT id, 'activate_portal' FROM booking.client;
                    UPDATE holdfast.job SET run_at = now() + interval '2 seconds' WHERE kind = 'portal.activate'
                    """)
            try await site.settleEverything()
            let late = try await site.sql(
                """
                SELECT extract(epoch FROM h.at - t.created_at)
                FROM holdfast.history h JOIN booking.signup_task t ON t.id = h.subject_id
                WHERE h.outcome = 'sent'
                """)
            let seconds = try #require(Double(late))
            #expect(seconds >= 2 && seconds < 4, "sent \(seconds) s after the commit, due after 2 s")
        }
    }
}

extension String {
    /// A UUID as tokens write it: its sixteen bytes in base64url.
    fileprivate var uuidInToken: String {
        guard let uuid = UUID(uuidString: self)?.uuid else { return "no UUID" }
        let base64 = Swift.withUnsafeBytes(of: uuid) { Data($0) }.base64EncodedString()
        return base64.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
    }
}

extension ReceivedMessage {
    /// The one token that follows `prefix`, the same in text and HTML.
    func onlyToken(at prefix: String) throws -> String {
        let found = [text, html].map { body in
            Set(
                (body ?? "").split(separator: prefix).dropFirst().map {
                    $0.prefix { $0.isLetter || $0.isNumber || "._-".contains($0) }
                })
        }
        try #require(found[0].count == 1 && found[0] == found[1], "text and HTML must carry the same one link")
        return String(try #require(found[0].first))
    }
}
