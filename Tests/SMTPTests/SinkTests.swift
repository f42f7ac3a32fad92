import Foundation
import SMTP
import TestSupport
import Testing

/// Against Postfix's `smtp-sink` and its faults.
@Suite struct SinkTests {
    private static let large = Array(String(repeating: String(repeating: "x", count: 76) + "\r\n", count: 100_000).utf8)

    @Test(arguments: [
        [], ["-p"], ["-8", "-N"], ["-a", "-E"], ["-e"], ["-P"], ["-w", "1"], ["-W", ".:1"],
        // Without PIPELINING, since smtp-sink does not keep the order of answers when it delays one of a group.
        ["-p", "-W", "MAIL:1"], ["-p", "-W", "RCPT:1"], ["-p", "-W", "DATA:1"],
    ]) func takesMail(_ options: [String]) throws {
        let session = try Client(target(SMTPServer.sink(options)))
        let isSlow = options.contains { $0 == "-w" || $0 == "-W" }
        for _ in 1...(isSlow ? 1 : 20) { #expect(try session.deliver(envelope, message).verdict == .accepted) }
        session.quit()
    }

    @Test(arguments: [
        ("-r", "MAIL", Verdict.transient, Stage.mail), ("-r", "RCPT", .transient, .rcpt),
        ("-r", "DATA", .transient, .data),
        ("-r", ".", .transient, .dot), ("-f", "MAIL", .permanent, .mail), ("-f", "RCPT", .permanent, .rcpt),
        ("-f", "DATA", .permanent, .data), ("-f", ".", .permanent, .dot), ("-q", "MAIL", .transient, .mail),
        ("-q", "RCPT", .transient, .rcpt), ("-q", "DATA", .transient, .data), ("-q", ".", .unknown, .dot),
        ("-Q", "MAIL", .transient, .mail), ("-Q", "RCPT", .transient, .rcpt), ("-Q", "DATA", .transient, .data),
        ("-Q", ".", .transient, .dot),
    ]) func refusesOrHangsUp(_ option: String, _ command: String, _ verdict: Verdict, _ stage: Stage) throws {
        let server = try SMTPServer.sink([option, command])
        let session = try Client(target(server))
        let delivery = try session.deliver(envelope, message)
        #expect(delivery.verdict == verdict)
        #expect(delivery.stage == stage)
    }

    @Test(arguments: ["-r", "-f", "-q", "-Q"], [("CONNECT", Stage.greeting), ("HELO,EHLO", .hello)])
    func refusesTheOpening(_ option: String, _ at: (command: String, stage: Stage)) throws {
        let error = try #require(failure(target(SMTPServer.sink([option, at.command]))))
        #expect(error.stage == at.stage && error.scope == .relay)
        #expect(error.code == (option == "-q" ? .disconnected : .refused))
    }

    @Test(arguments: ["-r", "-f", "-q", "-Q"]) func refusesRSET(_ option: String) throws {
        let session = try Client(target(SMTPServer.sink([option, "RSET"])))
        #expect(try session.deliver(envelope, message).verdict == .accepted)
        let second = try session.deliver(envelope, message)
        #expect(second.verdict == .stale && second.stage == .rset && !session.isReusable)
    }

    @Test(arguments: [
        ("-b", "450 4.7.1 Greylisted, try again in 5 minutes", "RCPT", Verdict.transient, Scope.recipient),
        ("-b", "452 4.3.1 Insufficient system storage", "MAIL", .transient, .throttle),
        ("-b", "451 4.7.1 Message deferred", ".", .transient, .policy),
        ("-B", "550 5.1.1 User unknown", "RCPT", .permanent, .recipient),
        ("-B", "552 5.2.2 Mailbox full", ".", .permanent, .recipient),
        ("-B", "554 5.7.1 Spam", ".", .permanent, .policy),
        ("-B", "550 5.7.1 Sender refused", "MAIL", .permanent, .sender),
        ("-B", "552 5.3.4 Too big", "DATA", .permanent, .message),
    ]) func saysWhy(_ option: String, _ text: String, _ at: String, _ verdict: Verdict, _ scope: Scope) throws {
        let server = try SMTPServer.sink([option, text, option == "-b" ? "-r" : "-f", at])
        let delivery = try deliverOnce(server).delivery
        #expect(delivery.verdict == verdict && delivery.scope == scope)
        #expect(delivery.reply?.code == Int(text.prefix(3)))
        #expect((delivery.finding == .dead) == text.contains("5.1.1"))
        #expect(delivery.retryAfter == (text.contains("5 minutes") ? .seconds(300) : nil))
    }

    @Test(arguments: [("0", [Stage.data, .body]), ("1", [.body])])
    func abortsInTheMiddleOfTheText(_ delay: String, _ stages: [Stage]) throws {
        let delivery = try deliverOnce(SMTPServer.sink(["-A", delay]), message: Self.large).delivery
        #expect(stages.contains(delivery.stage))
        // Its 550, or only that it spoke out of turn or hung up, when that was seen first.
        #expect(delivery.reply?.code == 550 || (delivery.verdict == .transient && delivery.scope == .relay))
    }

    @Test func readsLateThroughASmallWindow() throws {
        let server = try SMTPServer.sink(["-H", "1", "-T", "2000"])
        #expect(try deliverOnce(server, message: Self.large).delivery.verdict == .accepted)
    }

    @Test(arguments: [("MAIL", Stage.mail), ("RCPT", .rcpt), ("DATA", .data), (".", .dot)])
    func answersTooLate(_ at: (command: String, stage: Stage)) throws {
        let client = try Client(
            target(SMTPServer.sink(["-p", "-W", "\(at.command):30"])), timers: .short(at: [at.stage]))
        let delivery = try client.deliver(envelope, message)
        #expect(delivery.stage == at.stage && delivery.fault == .timedOut)
        #expect(delivery.verdict == (at.stage == .dot ? .unknown : .transient))
    }

    @Test func endsWithoutAnswerAfterAMessage() throws {
        let relay = try target(SMTPServer.sink(["-M", "1"]))
        #expect(try Client(relay).deliver(envelope, message).verdict == .unknown)
        let code = try #require(failure(relay)).code
        // A process that ends may close the connection before the listening socket.
        #expect(code == .unreachable || code == .disconnected)
    }
}
