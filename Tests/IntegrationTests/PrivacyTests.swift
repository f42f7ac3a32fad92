import Foundation
import TestSupport
import Testing

/// Nobody and nothing private is told by anything but the letters, whatever happens to them.
@Suite struct PrivacyTests {
    @Test("A relay that quotes everything in every reply: nothing of it is kept", arguments: LogFormat.allCases)
    func quoted(_ format: LogFormat) async throws {
        try await withCanaries(format) { site in
            let server = try SMTPServer.scripted(.quoting)
            site.use(server)
            site.settings["HOLDFAST_SESSIONS"] = "1"
            for number in 1...12 { try await site.reserveCanary(number) }
            try await site.reserveCanary(13, at: "elsewhere.test")
            let worker = try await site.startWorker()
            try await site.hurryUntilSettled()

            // One address is dead by now: its next letter is not sent.
            let dead = try await site.sql("SELECT substring(address FROM '[0-9]+') FROM holdfast.suppression")
            try await site.reserveCanary(try #require(Int(dead)), slot: 20)
            _ = try await site.signUp(Canary.client, "canary.client@example.org")
            try await site.hurryUntilSettled()
            try await server.catchUp()
            let letters = try await site.requireCanaries(in: server)
            #expect(letters.contains { $0.toAddress == "canary.provider@example.org" })
            #expect(letters.contains { $0.toAddress == "canary.client@example.org" })

            // The provider's letters met refusals as well.
            let history: [HistoryRow] = try await site.rows("SELECT * FROM holdfast.history")
            let ends = ["sent", "retry", "failed", "suppressed", "unknown"]
            #expect(Set(history.map(\.outcome)) == Set(ends))
            for code in [250, 451, 550, 552, 554] {
                #expect(
                    history.contains { $0.code == code && $0.reply?.contains("[address] [address] [address]") == true },
                    "\(code)")
            }
            #expect(history.contains { $0.reply?.hasSuffix("[link] [link] [link]") == true })
            try await site.expectNoLeaks(beside: [worker])
            // The addresses are where they are meant to be.
            let whole = site.secretsTold(by: try await site.tables(whole: true))
            for table in ["suppression", "full_mailbox"] {
                #expect(whole.contains { $0.hasPrefix("a row of \(table) ") })
            }
        }
    }

    @Test(
        "Killed in mid-send, and an outage in mid-send: journal, health, metrics and sessions tell nothing",
        arguments: LogFormat.allCases)
    func killedAndAway(_ format: LogFormat) async throws {
        let cluster = try await PostgresCluster.launch()
        try await withCanaries(format, on: cluster) { site in
            try await site.sql("ALTER DATABASE postgres SET synchronous_commit = on")
            let server = try SMTPServer.scripted(.holdingQuotes)
            site.use(server)
            for number in 1...4 { try await site.reserveCanary(number) }
            let worker = try await site.startWorker()
            try await server.messages(reach: 4)
            #expect(try await site.sessions().count >= 3)
            try await site.expectNoLeaks(beside: [worker])

            try await cluster.stop()
            try server.release()
            try await site.journal("knew of every 250") { $0.components(separatedBy: "\tsent\t").count == 5 }
            try await worker.monitor.health("the database is what is wrong") { $0.codes.contains("database") }
            try await site.expectNoLeaks(beside: [worker], database: false)
            worker.signal(SIGKILL)
            try await worker.end()
            try await cluster.start()
            let next = try await site.startWorker()
            try await site.settleEverything()
            #expect(next.log.contains("settled from the journal"))
            #expect(try await site.history().map(\.outcome) == ["sent", "sent", "sent", "sent"])
            next.signal(SIGTERM)
            try await next.end()
            _ = try await site.requireCanaries(in: server)
            try await site.expectNoLeaks()
            try await leftInDoubt(site)
        }
    }

    /// A worker that is killed between the dot and the reply; the operator holds the letter and lets it go.
    private func leftInDoubt(_ site: TestInstallation) async throws {
        let server = try SMTPServer.scripted(.holdingQuotes)
        site.use(server)
        try await site.reserveCanary(5)
        let worker = try await site.startWorker()
        try await server.messages(reach: 1)
        worker.signal(SIGKILL)
        try await worker.end()
        try await site.journal("knew of the doubt") { $0.contains("\tunknown\t") }
        try await site.expectNoLeaks()
        try server.release()

        let next = try await site.startWorker()
        #expect(try await site.history().last?.outcome == "unknown")
        #expect(
            try await site.sql(
                """
                UPDATE holdfast.job SET state = 'held', run_at = 'infinity';
                SELECT c.answer FROM holdfast.job j, holdfast.change_owed('release', j.id, 'ada', 'the relay has lost it', in_doubt => 'send') c
                """) == "done")
        try await site.settleEverything()
        for command in [["status"], ["status", "--json"], ["links", "keys", "list", "--json"]] {
            try await site.must(command)
        }
        for change in ["pause", "resume"] {
            try await site.must([change, "--kind", "portal.activate", "--reason", "the portal is down"])
        }
        try await site.expectNoLeaks(beside: [next])
    }

    @Test("Reports of letters that came back, true, false and hostile", arguments: LogFormat.allCases)
    func bounced(_ format: LogFormat) async throws {
        try await withCanaries(format) { site in
            let server = try SMTPServer.scripted()
            site.use(server)
            for number in 1...3 { try await site.reserveCanary(number) }
            try await site.drain()
            try await server.catchUp()
            let letters = try await site.requireCanaries(in: server)
            let returned = try #require(letters.first { $0.toName == Canary.visitor(1) })
            let token = try #require(returned.text?.firstMatch(of: /v4\.public\.[A-Za-z0-9_.-]+/)).0

            let report = try site.bounce("postfix-unknown-user", of: returned.messageID)
            #expect(try await site.must(["bounces"], stdin: report).output.hasPrefix("recorded: "))
            #expect(try await site.must(["bounces", "--json"], stdin: report).output.contains("known"))
            for fixture in ["gmail", "ses", "qmail", "exim-text", "not-complaint", "not-vacation", "postfix-delayed"] {
                for id in ["canary.1+tag@example.org", "\(token)@example.org"] {
                    let report = try site.bounce(fixture, of: id)
                    #expect(try await site.run(["bounces"], stdin: report).status == 65)
                }
            }
            let hostile = [
                report.replacing("5.1.1", with: "5.1.1 \(token)"),
                report.replacing("Status: 5.1.1", with: "Status: \(token)"),
                "canary.1+tag@example.org", "Subject: \(Canary.visitor(1))\n\n\(token)", "\(token): canary\n\n",
                report.replacing("rfc822; canary.1+tag@example.org", with: "\(token); canary.1\0@example.org"),
            ]
            for text in hostile { _ = try await site.run(["bounces", "--json"], stdin: text) }
            let away = "postgresql://canary@127.0.0.1:9/none?connect_timeout=5&password=\(Canary.databasePassword)"
            #expect(try await site.run(["bounces"], ["HOLDFAST_DATABASE_URL": away], stdin: report).status == 75)
            try await reportInSQL(site, letters, String(token))
            try await site.drain()
            try await server.catchUp()
            #expect(server.messages.count > 3, "the provider was told")
        }
    }

    /// What a provider's webhook may come to say.
    private func reportInSQL(_ site: TestInstallation, _ letters: [ReceivedMessage], _ token: String) async throws {
        let other = try #require(letters.first { $0.toName == Canary.visitor(2) })
        for arguments in [
            "'<\(other.messageID)>', '5.1.1', recipient => 'Canary <canary.2+tag@example.org>'",
            "'\(token)', '5.1.1', recipient => '\(token)'", "'canary.2+tag@example.org', '5.0.0'",
        ] {
            try await site.sql("SELECT holdfast.report_bounce(\(arguments))")
        }
        let refusal = await #expect(throws: TestSupportError.self) {
            try await site.sql("SELECT holdfast.report_bounce('\(token)', 'canary', recipient => '\(token)')")
        }
        #expect(site.secretsTold(by: [Trace("the refusal", "\(refusal?.description ?? "")")]) == [])
    }

    @Test("Logins that succeed and that the relay, or the token endpoint, refuses", arguments: LogFormat.allCases)
    func refusedLogins(_ format: LogFormat) async throws {
        try await withCanaries(format) { site in
            let authority = try CertificateAuthority()
            let password = site.folder.appendingPathComponent("password")
            try Data("\(Canary.password)\n".utf8).write(to: password)
            site.settings["HOLDFAST_SMTP_PASSWORD_FILE"] = password.path
            for isRefused in [false, true] {
                let server = try SMTPServer.scripted(.login(authority, isRefused: isRefused))
                site.use(server)
                site.settings["HOLDFAST_SMTP_URL"] = "smtp://canary-user%40practice.test@localhost:\(server.port)"
                site.settings["HOLDFAST_SMTP_CA_FILE"] = authority.file
                try await site.reserveCanary(isRefused ? 2 : 1)
                #expect(try await site.run(["worker", "--drain"]).status == (isRefused ? 78 : 0))
                try await server.catchUp()
                let told = site.secretsTold(by: [Trace("the relay", server.commands.joined(separator: "\n"))])
                for secret in [Canary.password, Canary.user] { #expect(told.contains("the relay tells '\(secret)'")) }
            }
            try await refusedTokens(site)
        }
    }

    private func refusedTokens(_ site: TestInstallation) async throws {
        let relay = try await TokenRelay()
        site.use(relay)
        try site.replaceToken(relay)
        var changes: [String: String?] = ["HOLDFAST_SMTP_PASSWORD_FILE": nil]
        try await site.drain(changes)
        #expect(try await site.history().map(\.outcome) == ["sent", "sent"])
        try relay.tokens.revoke()
        #expect(try await site.run(["worker"], changes).status == 78)

        var settings = TokenServer.Settings()
        settings.secret = Canary.clientSecret
        let body = #"{"error":"invalid_client","error_description":"\#(Canary.clientSecret) is not v4.public.canary"}"#
        settings.answers = [.init(401, body), .init(400, #"{"error":"\#(Canary.clientSecret)"}"#), .init(200, body)]
        let tokens = try await TokenServer(settings)
        let secret = site.folder.appendingPathComponent("client-secret")
        try Data("\(Canary.clientSecret)\n".utf8).write(to: secret)
        site.settings["HOLDFAST_SMTP_TOKEN_CLIENT_SECRET_FILE"] = secret.path
        changes["HOLDFAST_SMTP_TOKEN_FILE"] = .some(nil)
        changes["HOLDFAST_SMTP_TOKEN_URL"] = tokens.url
        changes["HOLDFAST_SMTP_TOKEN_CLIENT_ID"] = "canary"
        for _ in 1...3 {
            let result = try await site.run(["worker", "--drain"], changes)
            #expect(result.status != 0 && result.errors.contains("holdfast: The token endpoint"), "\(result.errors)")
        }
    }

    @Test("What looks for leaks finds them: in a new table and column, a log, a file's name, a page")
    func finds() async throws {
        try await withInstallation { site in
            let address = "insert INTO holdfast.suppression (address, reason) VALUES ('canary@example.org', 'manual')"
            try await site.sql(address)
            try await site.expectNoLeaks()
            try await site.sql(
                """
                ALTER TABLE holdfast.suppression ADD COLUMN note text DEFAULT 'told by Canary';
                CREATE TABLE holdfast.notes AS SELECT 'canary'::bytea AS note
                """)
            try Data("K4.Secret".utf8).write(to: site.folder.appendingPathComponent("0.err"))
            try Data().write(to: site.folder.appendingPathComponent("canary.log"))
            site.secrets.append("a longer secret")
            try Data("AUTH \(Data("xa longer secret".utf8).base64EncodedString())".utf8)
                .write(to: site.folder.appendingPathComponent("1.err"))
            #expect(
                try await Set(site.leaks()) == [
                    "a row of suppression tells 'canary'", "a row of notes tells 'canary'",
                    "the file 0.err tells 'k4.secret'", "the list of files tells 'canary'",
                    "the file 1.err tells 'a longer secret'",
                ])
        }
    }
}

extension TestInstallation {
    /// Waits until nothing is owed, and lets nothing wait longer than the relay makes it.
    func hurryUntilSettled() async throws {
        try await eventually("every letter ended", within: 240) {
            try await hurry()
            return try await sql("SELECT count(*) FROM holdfast.job") == "0"
        }
    }

    /// Waits until the journal satisfies a condition.
    fileprivate func journal(_ what: String, _ holds: (String) -> Bool) async throws {
        let file = folder.appendingPathComponent("journal/journal")
        try await eventually("the journal \(what)") { holds(try String(contentsOf: file, encoding: .utf8)) }
    }

    /// A report of `Tests/MailTests/Bounces` about the first visitor's letter of this Message-ID.
    fileprivate func bounce(_ fixture: String, of messageID: String) throws -> String {
        let file = Self.repository.appendingPathComponent("Tests/MailTests/Bounces/\(fixture).eml")
        return try String(contentsOf: file, encoding: .utf8)
            .replacing("8f14e45f-ceea-4e7a-9c3b-1d2f3a4b5c6d.k3j5m7p2q4@practice.example", with: messageID)
            .replacing("zoe@example.org", with: "canary.1+tag@example.org").replacing("Zoe", with: Canary.visitor(1))
    }
}
