import Foundation
import TestSupport
import Testing

/// Tests of letters through a real SMTP server: who may get one, what it says, and what the relay's answer becomes.
@Suite struct PreviewSendingTests {
    private static let letter = ["appointment.confirmed", "--scenario", "in-person"]

    @Test("A test arrives marked as one, twice under two names, and with links that open nothing")
    func command() async throws {
        try await withPreviewDesk { desk in
            let inbox = Maildir(desk.folder.appendingPathComponent("inbox"))
            let server = try SMTPServer.maildir(at: inbox.folder)
            desk.send(through: server)
            for _ in 1...2 {
                let result = try await desk.run(Self.letter + ["--send-to", "Me@Example.org"])
                #expect(result.status == 0, "\(result.errors)")
                #expect(result.output.hasPrefix("Sent. The relay smtp://127.0.0.1:\(server.port) took it: 250 "))
            }
            let letters = try await inbox.messages()
            #expect(letters.count == 2 && Set(letters.map(\.messageID)).count == 2)
            for letter in letters {
                #expect(letter.toAddress == "Me@example.org" && letter.headers["x-rcptto"] == "Me@example.org")
                #expect(letter.headers["subject"]?.hasPrefix("TEST: ") == true)
                #expect(letter.text?.hasPrefix("TEST. This is a test") == true)
                let html = try #require(letter.html)
                #expect(html.contains(/<body[^>]*>\s*<div[^>]*>TEST\. This is a test/))
                #expect(letter.calendar?.contains("SUMMARY:TEST: ") == true)
                #expect(abs(letter.date - Date().timeIntervalSince1970) < 600)
            }
            withExtendedLifetime(server) {}
        }
    }

    @Test("Nobody gets a test whom HOLDFAST_ONLY_TO does not name, and without it nobody does")
    func refused() async throws {
        try await withPreviewDesk { desk in
            let server = try SMTPServer.scripted()
            desk.send(through: server)
            desk.settings["HOLDFAST_ONLY_TO"] = "me@example.org, example.net"
            for address in [
                "you@example.org", "me@sub.example.net", "me@example.org.evil.example", "me", "", "a b@example.net",
            ] {
                let result = try await desk.run(Self.letter + ["--send-to", address])
                #expect(result.status == 1 && result.output.isEmpty, "\(address): \(result.errors)")
                #expect(result.errors.hasPrefix("holdfast: "))
            }
            let named = try await desk.run(Self.letter + ["--send-to", "you@example.org"])
            #expect(named.errors == "holdfast: Not sent: HOLDFAST_ONLY_TO does not name this address.\n")
            for name in ["HOLDFAST_ONLY_TO", "HOLDFAST_FROM", "HOLDFAST_SMTP_URL"] {
                let value = desk.settings.removeValue(forKey: name)
                let result = try await desk.run(Self.letter + ["--send-to", "me@example.org"])
                #expect(result.status == 1)
                #expect(
                    result.errors
                        == "holdfast: Tests cannot be sent: set \(name), and start the preview again.\n")
                desk.settings[name] = value
            }
            _ = try await desk.run(Self.letter + ["--send-to", "ann@example.net"])
            server.await("closed")
            #expect(server.commands.filter { $0.hasPrefix("RCPT") } == ["RCPT TO:<ann@example.net>"])
        }
    }

    @Test("What the relay says is shown without addresses; a relay that is away is named")
    func relayRefuses() async throws {
        try await withPreviewDesk { desk in
            var scenario = RelayScenario()
            scenario.answers["RCPT"] = ["550 5.1.1 <{recipient}> unknown, said {local}"]
            let server = try SMTPServer.scripted(scenario)
            desk.send(through: server)
            let result = try await desk.run(Self.letter + ["--send-to", "me@example.org"])
            #expect(result.status == 1)
            #expect(
                result.errors == "holdfast: The relay smtp://127.0.0.1:\(server.port) did not take the test, at stage "
                    + "rcpt: 550 5.1.1 [address] unknown, said [address]\n")
            desk.settings["HOLDFAST_SMTP_URL"] = "smtp://127.0.0.1:9"
            let away = try await desk.run(Self.letter + ["--send-to", "me@example.org"])
            #expect(away.status == 1)
            #expect(away.errors.contains("No connection to the relay smtp://127.0.0.1:9"))
        }
    }

    @Test("A page asks for a test by POST from its own origin, and from no other")
    func page() async throws {
        try await withPreviewDesk { desk in
            let inbox = Maildir(desk.folder.appendingPathComponent("inbox"))
            let server = try SMTPServer.maildir(at: inbox.folder)
            desk.send(through: server)
            let (_, client) = try await desk.serve()
            let path = "/letter/portal.activate/en/hostile/send"
            let own = ["Origin": "http://127.0.0.1:\(client.port)"]
            let form = ["Content-Type": "application/x-www-form-urlencoded"]
            func post(_ fields: [String: String], _ body: String) async throws -> Monitor.Answer {
                try await client.exchange("POST", path, form.merging(fields) { $1 }, body: body)
            }
            for origin in [[:], ["Origin": "null"], ["Origin": "http://evil.example"], ["Origin": "http://127.0.0.1"]] {
                let answer = try await post(origin, "to=me%40example.org")
                #expect(answer.status == 403 && answer.body == "A test is sent from the preview's own page only.\n")
            }
            #expect(try await client.exchange("GET", path, own).status == 405)
            #expect(try await post(own, "").status == 400)
            #expect(try await post(own, "to=" + String(repeating: "a", count: 5000)).status == 400)
            #expect(try await post(own, "to=you%40example.com").status == 403)
            #expect(inbox.files.isEmpty)
            let sent = try await post(own, "to=me%40example.org")
            #expect(sent.status == 200 && sent.body.hasPrefix("Sent. "), "\(sent)")
            #expect(try await inbox.messages().count == 1)
            let none = try await client.exchange(
                "POST", "/letter/love/en/hostile/send", own, body: "to=me%40example.org")
            #expect(none.status == 404)
            withExtendedLifetime(server) {}
        }
    }
}

extension PreviewDesk {
    /// Lets tests go through a server, to `example.org`.
    fileprivate func send(through server: SMTPServer) {
        settings["HOLDFAST_SMTP_URL"] = "smtp://127.0.0.1:\(server.port)"
        settings["HOLDFAST_FROM"] = "Harbour Practice <bookings@example.org>"
        settings["HOLDFAST_ONLY_TO"] = "example.org"
    }
}
