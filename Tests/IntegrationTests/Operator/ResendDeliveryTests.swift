import Foundation
import TestSupport
import Testing

/// `holdfast resend` beside a running worker: what arrives.
@Suite("Letters sent again")
struct ResendDeliveryTests {
    private static let site = "https://book.example.org/l/rsv/"

    @Test("One more letter arrives, with a Message-ID and a Date of its own; both links are of one generation and work")
    func again() async throws {
        try await withFirstLetter { site, id in
            try await resend(site, id)
            let letters = try await site.inbox.messages()
            try #require(letters.count == 2)
            #expect(letters[0].messageID != letters[1].messageID)
            #expect(letters[1].date > letters[0].date)
            #expect(letters.map(\.toAddress) == ["zoe@example.org", "zoe@example.org"])
            let claims = try await claims(letters, site)
            #expect(claims[0].gen == claims[1].gen && claims[0].exp == claims[1].exp && claims[0].jti != claims[1].jti)
            #expect(try await redeem(site, claims[0]) == "done")
        }
    }

    @Test("With --rotate exactly one letter arrives, the older link is dead, and the new one works")
    func rotated() async throws {
        try await withFirstLetter { site, id in
            let plan = ["resend", "--reservation", id, "--rotate", "--dry-run"]
            #expect(try await site.must(plan).output.contains("1 link of older copies would end: 1 rsv\n"))
            #expect(try await site.must(plan + ["--json"]).output.contains(#""endedLinks":{"rsv":1}"#))
            try await resend(site, id, ["--rotate"])
            let letters = try await site.inbox.messages()
            try #require(letters.count == 2)
            let claims = try await claims(letters, site)
            #expect(claims[1].gen == claims[0].gen && claims[1].jti != claims[0].jti)
            #expect(try await redeem(site, claims[0]) != "done")
            #expect(try await redeem(site, claims[1]) == "done")
        }
    }

    @Test("Two operators at once beside a running worker: one letter arrives, and one of them is told why not")
    func twoOperators() async throws {
        try await withFirstLetter { site, id in
            let held = try await site.holding("SELECT FROM booking.reservation FOR UPDATE")
            var commands: [HoldfastProcess] = []
            for name in ["one", "two"] {
                commands.append(try await site.start(["resend", "--reservation", id, "--yes", "--reason", name]))
            }
            try await site.waiting(2)
            try held.end()
            var results: [CommandResult] = []
            for command in commands { results.append(try await command.end()) }
            #expect(results.map(\.status).sorted() == [0, 1])
            let refused = try #require(results.first { $0.status == 1 }).output.split(whereSeparator: \.isWhitespace)
                .joined(separator: " ")
            #expect(["still owed", "being sent", "ten minutes ago"].contains { refused.contains($0) }, "\(refused)")
            try await site.settleEverything()
            #expect(site.inbox.files.count == 2)
            #expect(try await site.sql("SELECT count(*) FROM holdfast.audit WHERE action = 'resend'") == "1")
        }
    }

    /// Five such refusals in a row would be the relay's own trouble.
    @Test("Letters that a relay refused leave once it takes them, each once, while the worker runs")
    func bulk() async throws {
        try await withInstallation { site in
            var relay = RelayScenario()
            relay.answers["RCPT"] = Array(repeating: "550 5.7.1 not on the list", count: 4) + ["250 2.1.5 Ok"]
            let server = try SMTPServer.scripted(relay)
            site.use(server)
            _ = try await site.startWorker()
            try await site.reserveMany(4)
            try await eventually("four letters had failed") {
                try await site.history().count { $0.outcome == "failed" } == 4
            }
            let find = try await site.must(["find", "visitor.3@example.org"]).output
            #expect(find.contains("550 5.7.1 not on the list"))
            let result = try await site.must(
                [
                    "resend", "--failed", "--since", "1h", "--code", "5.7.1", "--yes", "--reason", "on the list",
                    "--rate", "50",
                ])
            #expect(result.output.hasSuffix("4 letters owed again, 0 refused\n"))
            try await site.settleEverything()
            try await server.catchUp()
            #expect(server.messageIDs.count == 4 && Set(server.messageIDs).count == 4)
            // What was made good is not sent once more.
            let nothing = try await site.run(["resend", "--failed", "--since", "1h", "--dry-run"])
            #expect(nothing.status == 1 && nothing.errors.contains("nothing matches"))
        }
    }

    /// Lends an installation with a running worker whose first letter, to Zoë, has arrived.
    private func withFirstLetter(_ body: (TestInstallation, String) async throws -> Void) async throws {
        try await withInstallation { site in
            site.use(try SMTPServer.maildir(at: site.inbox.folder))
            _ = try await site.startWorker()
            let id = try await site.reserve("Zoë O'Neil", "zoe@example.org")
            try await site.inbox.count(reaches: 1)
            try await site.settleEverything()
            // A Date tells seconds.
            try await site.sql(TestInstallation.clock(movedBy: "5 seconds"))
            try await body(site, id)
        }
    }

    private func resend(_ site: TestInstallation, _ id: String, _ options: [String] = []) async throws {
        try await site.must(["resend", "--reservation", id, "--yes", "--reason", "client on the phone"] + options)
        try await site.inbox.count(reaches: 2)
        try await site.settleEverything()
    }

    private func claims(_ letters: [ReceivedMessage], _ site: TestInstallation) async throws -> [OpenedToken.Claims] {
        var claims: [OpenedToken.Claims] = []
        for letter in letters {
            let token = try letter.onlyToken(at: Self.site)
            let opened = try await OpenedToken.open(token, key: site.publicKey(), assertions: ["bl1.test.rsv"])
            claims.append(try #require(opened[0]).claims)
        }
        return claims
    }

    /// Uses a link as the practice's web application does; returns the outcome.
    private func redeem(_ site: TestInstallation, _ claims: OpenedToken.Claims) async throws -> String {
        try await site.sql(
            """
            INSERT INTO booking.client (display_name, email, tz) VALUES ('Zoë', 'zoe@example.org', 'Europe/London')
            ON CONFLICT DO NOTHING;
            SELECT r.outcome FROM holdfast.link AS l
            CROSS JOIN holdfast.redeem(l.jti, 'rsv', 'confirm', client_id => (SELECT id FROM booking.client LIMIT 1)) AS r
            WHERE rtrim(translate(encode(uuid_send(l.jti), 'base64'), '+/', '-_'), '=') = '\(claims.jti)'
            """)
    }
}
