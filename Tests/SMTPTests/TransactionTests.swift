import Foundation
import SMTP
import TestSupport
import Testing

/// One message on one session: what is said, and what each answer comes to.
@Suite struct TransactionTests {
    @Test func pipelinesTheEnvelopeInOneWrite() throws {
        let server = try SMTPServer.scripted()
        let (delivery, isReusable) = try deliverOnce(server)
        #expect(delivery.verdict == .accepted)
        #expect(delivery.stage == .accepted)
        #expect(delivery.scope == .none)
        #expect(delivery.reply?.code == 250)
        #expect(delivery.queueID == "4TEST1")
        #expect(delivery.tls == nil)
        #expect(isReusable)
        let seen = try #require(server.await("message"))
        #expect(seen.content == Data(message))
        #expect(
            server.commands.dropFirst() == [
                "MAIL FROM:<from@practice.test> SIZE=\(message.count)", "RCPT TO:<to@client.test>", "DATA",
            ])
        #expect(Set(server.events.filter { $0.event == "command" }.dropFirst().map(\.read)).count == 1)
    }

    @Test func speaksOneByOneWithoutPipelining() throws {
        var scenario = RelayScenario()
        scenario.capabilities = []
        let server = try SMTPServer.scripted(scenario)
        let session = try Client(target(server))
        for _ in 1...2 { #expect(try session.deliver(envelope, message).verdict == .accepted) }
        session.quit()
        server.await("closed")
        #expect(
            server.commands == [
                "EHLO client.test", "MAIL FROM:<from@practice.test>", "RCPT TO:<to@client.test>", "DATA", "RSET",
                "MAIL FROM:<from@practice.test>", "RCPT TO:<to@client.test>", "DATA", "QUIT",
            ])
        let reads = server.events.filter { $0.event == "command" }.map(\.read)
        #expect(Set(reads).count == reads.count)
    }

    @Test(arguments: [true, false], ["MAIL", "RCPT", "DATA", "DOT"])
    func refusalsAreToldAndTheSessionKept(_ pipelining: Bool, _ verb: String) throws {
        let stages: [String: Stage] = ["MAIL": .mail, "RCPT": .rcpt, "DATA": .data, "DOT": .dot]
        for text in ["450 4.2.0 later", "550 5.7.1 never"] {
            var scenario = RelayScenario()
            if !pipelining { scenario.capabilities = [] }
            scenario.answers[verb] = [.init(text), .init(verb == "DATA" ? "354 go" : "250 Ok")]
            if verb == "MAIL" { scenario.answers["RCPT"] = ["503 5.5.1 no MAIL", "250 Ok"] }
            if verb == "MAIL" || verb == "RCPT" { scenario.answers["DATA"] = ["554 5.5.1 nobody", "354 go"] }
            if !pipelining {
                if verb == "MAIL" { scenario.answers["RCPT"] = nil }
                if verb != "DATA" { scenario.answers["DATA"] = nil }
            }
            let server = try SMTPServer.scripted(scenario)
            let session = try Client(target(server))
            let delivery = try session.deliver(envelope, message)
            #expect(delivery.verdict == (text.hasPrefix("4") ? .transient : .permanent))
            #expect(delivery.stage == stages[verb])
            #expect(delivery.reply?.code == Int(text.prefix(3)))
            #expect(session.isReusable)
            #expect(try session.deliver(envelope, message).verdict == .accepted)
        }
    }

    @Test func aLoneDotEndsAMessageForNobody() throws {
        var scenario = RelayScenario()
        scenario.answers["RCPT"] = ["550 5.1.1 no such user", "250 Ok"]
        scenario.answers["DOT"] = ["554 5.5.1 no valid recipients", "250 Ok"]
        let server = try SMTPServer.scripted(scenario)
        let session = try Client(target(server))
        let delivery = try session.deliver(envelope, message)
        #expect(delivery.verdict == .permanent)
        #expect(delivery.stage == .rcpt)
        #expect(delivery.scope == .recipient)
        #expect(delivery.finding == .dead)
        #expect(server.await("message")?.content == Data())
        #expect(session.isReusable)
        #expect(try session.deliver(envelope, message).verdict == .accepted)
        #expect(server.await("message")?.content == Data(message))
    }

    @Test(arguments: ["250 2.0.0 Ok", "251 fine", "252 perhaps", "299 sure"]) func anyPositiveReplyAccepts(
        _ text: String
    ) throws {
        var scenario = RelayScenario()
        scenario.answers["DOT"] = [.init(text)]
        #expect(try deliverOnce(SMTPServer.scripted(scenario)).delivery.verdict == .accepted)
    }

    @Test func repliesMayComeByteByByte() throws {
        var scenario = RelayScenario()
        for (verb, text) in [
            ("GREETING", "220-a\n220 b"), ("MAIL", "250-2.1.0 a\n250 2.1.0 b"), ("RCPT", "250 Ok"), ("DATA", "354 go"),
            ("DOT", "250-2.0.0 fine\n250 2.0.0 Ok: queued as 4SPLIT"), ("EHLO", "250-x\n250-PIPELINING\n250 "),
        ] { scenario.answers[verb] = [.init(text, split: true)] }
        let server = try SMTPServer.scripted(scenario)
        let delivery = try deliverOnce(server).delivery
        #expect(delivery.verdict == .accepted)
        #expect(delivery.queueID == "4SPLIT")
    }

    @Test(arguments: [
        ".\r\n", "..\r\n.\r\n", "a\r\n.b\r\n..\r\n.\r\n\r\n", "no end", "", "\r\n", "a\r\n.",
        String(repeating: ".\r\n", count: 30_000),
    ]) func dotsAreStuffed(_ text: String) throws {
        let server = try SMTPServer.scripted()
        #expect(try deliverOnce(server, message: Array(text.utf8)).delivery.verdict == .accepted)
        let seen = String(decoding: try #require(server.await("message")?.content), as: UTF8.self)
        let whole = text.isEmpty || text.hasSuffix("\r\n") ? text : text + "\r\n"
        let lines = whole.split(separator: "\r\n", omittingEmptySubsequences: false)
        #expect(seen == lines.map { $0.hasPrefix(".") ? "." + $0 : $0 }.joined(separator: "\r\n"))
    }

    @Test(arguments: ["a\nb\r\n", "a\rb\r\n", "a\0b\r\n", "a\r", "a\n", "\n.\n", "a\r\r\n", "a\r\n\n"])
    func messagesThatCouldBeSmuggledAreRefusedBeforeMAIL(_ text: String) throws {
        let server = try SMTPServer.scripted()
        let session = try Client(target(server))
        let delivery = try session.deliver(envelope, Array(text.utf8))
        #expect(delivery.verdict == .permanent)
        #expect(delivery.scope == .message)
        #expect(delivery.fault == .malformedMessage)
        #expect(session.isReusable && session.messages == 0)
        session.quit()
        server.await("closed")
        #expect(server.commands == ["EHLO client.test", "QUIT"])
    }

    @Test func theSizeLimitIsKept() throws {
        var scenario = RelayScenario()
        scenario.capabilities = ["SIZE \(message.count - 1)"]
        let delivery = try deliverOnce(SMTPServer.scripted(scenario)).delivery
        #expect(delivery.fault == .tooLarge(limit: message.count - 1))
        #expect(delivery.scope == .message)
        for generous in ["SIZE \(message.count)", "SIZE 0", "SIZE"] {
            scenario.capabilities = [generous]
            #expect(try deliverOnce(SMTPServer.scripted(scenario)).delivery.verdict == .accepted)
        }
    }

    @Test func internationalAddressesNeedSMTPUTF8() throws {
        let foreign = try Envelope(reversePath: "from@practice.test", forwardPath: "zoë@client.test")
        let session = try Client(target(SMTPServer.scripted()))
        let refused = try session.deliver(foreign, message)
        #expect(refused.verdict == .permanent)
        #expect(refused.scope == .recipient)
        #expect(refused.fault == .needsSMTPUTF8(.recipient))
        #expect(refused.finding == nil)
        var scenario = RelayScenario()
        scenario.capabilities = ["SMTPUTF8"]
        let server = try SMTPServer.scripted(scenario)
        let other = try Client(target(server))
        #expect(try other.deliver(foreign, message).verdict == .accepted)
        server.await("message")
        #expect(server.commands.contains("MAIL FROM:<from@practice.test> SMTPUTF8"))
        #expect(server.commands.contains("RCPT TO:<zoë@client.test>"))
    }

    @Test func theCallerHasTheLastWordBeforeTheText() throws {
        let server = try SMTPServer.scripted()
        var asked = 0
        let (delivery, isReusable) = try deliverOnce(server) {
            asked += 1
            return false
        }
        #expect(asked == 1)
        #expect(delivery.verdict == .transient)
        #expect(delivery.fault == .withheld)
        #expect(delivery.stage == .body)
        #expect(!isReusable)
        server.await("closed")
        #expect(!server.events.contains { $0.event == "message" })
    }

    @Test func theCallerIsNotAskedAboutARefusedMessage() throws {
        var scenario = RelayScenario()
        scenario.answers["RCPT"] = ["550 5.1.1 no"]
        scenario.answers["DATA"] = ["554 no"]
        var asked = 0
        _ = try deliverOnce(SMTPServer.scripted(scenario)) {
            asked += 1
            return true
        }
        #expect(asked == 0)
    }

    @Test(arguments: [
        ("451 4.7.1 Greylisted, try again in 5 minutes", Duration.seconds(300)),
        ("450 retry after 7200 seconds", .seconds(3600)),
        ("450 come back in 10s", .seconds(60)), ("450 in a while", nil), ("550 try again in 5 minutes", nil),
    ]) func readsHowLongToWait(_ text: String, _ wait: Duration?) throws {
        var scenario = RelayScenario()
        scenario.capabilities = []
        scenario.answers["RCPT"] = [.init(text)]
        #expect(try deliverOnce(SMTPServer.scripted(scenario)).delivery.retryAfter == wait)
    }
}
