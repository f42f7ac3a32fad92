import Foundation
import SMTP
import TestSupport
import Testing

/// Several messages on one session, and sessions that may not be used again.
@Suite struct ReuseTests {
    @Test func carriesAHundredMessagesWithRSETFirst() throws {
        let server = try SMTPServer.scripted()
        let session = try Client(target(server))
        for number in 1...100 {
            #expect(session.isFresh())
            let body = Array("Subject: \(number)\r\n\r\n\(String(repeating: "x", count: number * 50))\r\n".utf8)
            #expect(try session.deliver(envelope, body).verdict == .accepted)
            #expect(server.await("message")?.content == Data(body))
        }
        #expect(session.isReusable && !session.isFresh())
        session.quit()
        server.await("closed")
        #expect(server.commands.filter { $0 == "RSET" }.count == 99)
        #expect(server.commands.last == "QUIT")
        #expect(server.commands.filter { $0.hasPrefix("EHLO") }.count == 1)
    }

    @Test func idleAndAgeEndASession() throws {
        var timers = patientTimers()
        var session = try Client(target(SMTPServer.scripted()), timers: timers)
        #expect(session.isFresh(.now + .seconds(4)))
        #expect(!session.isFresh(.now + .seconds(6)))
        timers.idleLimit = .seconds(1000)
        session = try Client(target(SMTPServer.scripted()), timers: timers)
        #expect(session.isFresh(.now + .seconds(299)))
        #expect(!session.isFresh(.now + .seconds(301)))
    }

    @Test(arguments: ["421 4.4.2 idle too long", "250 2.0.0 Ok: queued as WRONG", "nonsense"], [true, false])
    func anIdleSessionThatSpokeIsStale(_ text: String, _ closes: Bool) throws {
        var scenario = RelayScenario()
        scenario.answers["UNSOLICITED"] = [.init(text, delay: 0, then: closes ? .close : nil)]
        let server = try SMTPServer.scripted(scenario)
        let session = try Client(target(server))
        #expect(try session.deliver(envelope, message).verdict == .accepted)
        server.await("unsolicited")
        let second = try session.deliver(envelope, message)
        #expect(second.verdict == .stale)
        #expect(second.scope == .session)
        #expect(!session.isReusable)
        #expect(try session.deliver(envelope, message).verdict == .stale)
        #expect(server.commands.filter { $0.hasPrefix("MAIL") }.count == 1)
    }

    @Test func aReplyTooManyInOnePieceIsNotReused() throws {
        var scenario = RelayScenario()
        scenario.answers["DOT"] = ["250 2.0.0 Ok: queued as 4RIGHT\n250 2.0.0 Ok: queued as 4WRONG"]
        let (delivery, isReusable) = try deliverOnce(SMTPServer.scripted(scenario))
        #expect(delivery.verdict == .accepted)
        #expect(delivery.queueID == "4RIGHT")
        #expect(!isReusable)
    }

    @Test(arguments: [RelayScenario.Step.Then.close, .reset], [true, false])
    func aSessionThatDiedWhileIdleIsStale(_ then: RelayScenario.Step.Then, _ pipelining: Bool) throws {
        for step in [RelayScenario.Step(nil, then: then), .init("421 4.4.2 bye", then: then)] {
            var scenario = RelayScenario()
            if !pipelining { scenario.capabilities = [] }
            scenario.answers["RSET"] = [step]
            let session = try Client(target(SMTPServer.scripted(scenario)))
            #expect(try session.deliver(envelope, message).verdict == .accepted)
            let second = try session.deliver(envelope, message)
            #expect(second.verdict == .stale)
            #expect(second.stage == .rset)
            #expect(!session.isReusable)
        }
    }

    @Test func aFreshSessionIsNeverStale() throws {
        var scenario = RelayScenario()
        scenario.answers["MAIL"] = [.init(nil, then: .close)]
        let (delivery, _) = try deliverOnce(SMTPServer.scripted(scenario))
        #expect(delivery.verdict == .transient)
        #expect(delivery.scope == .relay)
    }

    @Test func trouble421AtMAILOfAKeptSessionIsStaleButARefusalIsNot() throws {
        var scenario = RelayScenario()
        scenario.answers["MAIL"] = ["250 Ok", "421 4.3.2 closing"]
        var session = try Client(target(SMTPServer.scripted(scenario)))
        #expect(try session.deliver(envelope, message).verdict == .accepted)
        #expect(try session.deliver(envelope, message).verdict == .stale)
        scenario.answers = [
            "MAIL": ["250 Ok", "550 5.7.1 no"], "RCPT": ["250 Ok", "503 no"], "DATA": ["354 go", "503 no"],
        ]
        session = try Client(target(SMTPServer.scripted(scenario)), timers: patientTimers())
        #expect(try session.deliver(envelope, message).verdict == .accepted)
        let refused = try session.deliver(envelope, message)
        #expect(refused.verdict == .permanent)
        #expect(refused.scope == .sender)
        #expect(session.isReusable)
    }

    @Test func lostAfterTheDotIsUnknownOnAKeptSessionToo() throws {
        var scenario = RelayScenario()
        scenario.answers["DOT"] = ["250 Ok", .init(nil, then: .close)]
        let session = try Client(target(SMTPServer.scripted(scenario)))
        #expect(try session.deliver(envelope, message).verdict == .accepted)
        #expect(try session.deliver(envelope, message).verdict == .unknown)
    }
}
