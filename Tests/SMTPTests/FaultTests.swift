import Foundation
import SMTP
import TestSupport
import Testing

/// Connections that break, hang or answer nonsense, at every stage.
@Suite struct FaultTests {
    private static let stages: [(String, Stage)] = [("MAIL", .mail), ("RCPT", .rcpt), ("DATA", .data), ("DOT", .dot)]

    private func expectLost(_ delivery: Delivery, _ isReusable: Bool, at stage: Stage) {
        #expect(delivery.verdict == (stage == .dot ? .unknown : .transient))
        #expect(delivery.stage == stage)
        #expect(delivery.scope == (stage == .dot ? .none : .relay))
        #expect(!isReusable)
    }

    @Test(arguments: stages, [true, false]) func aTimerRunsOut(_ at: (String, Stage), _ pipelining: Bool) throws {
        var scenario = RelayScenario()
        if !pipelining { scenario.capabilities = [] }
        scenario.answers[at.0] = [.init(nil, then: .hang)]
        let (delivery, isReusable) = try deliverOnce(
            SMTPServer.scripted(scenario), timers: .short(at: [at.1]))
        expectLost(delivery, isReusable, at: at.1)
        #expect(delivery.fault == .timedOut)
    }

    @Test(arguments: stages, [RelayScenario.Step.Then.close, .reset])
    func theConnectionIsLost(_ at: (String, Stage), _ then: RelayScenario.Step.Then) throws {
        for partial in [nil, "25"] as [String?] {
            var scenario = RelayScenario()
            scenario.answers[at.0] = [.init(partial.map { $0 + "\r\n" }, then: then)]
            let (delivery, isReusable) = try deliverOnce(SMTPServer.scripted(scenario))
            expectLost(delivery, isReusable, at: at.1)
        }
    }

    @Test(arguments: stages) func nonsenseInsteadOfAReply(_ at: (String, Stage)) throws {
        for text in ["hello", "250-a\n251 b", "199 x", "999 x"] {
            var scenario = RelayScenario()
            scenario.answers[at.0] = [.init(text)]
            let (delivery, isReusable) = try deliverOnce(SMTPServer.scripted(scenario))
            expectLost(delivery, isReusable, at: at.1)
            #expect(delivery.fault == .malformedReply)
        }
    }

    @Test(arguments: stages) func aReplyWithoutItsEndIsNoReply(_ at: (String, Stage)) throws {
        var scenario = RelayScenario()
        scenario.answers[at.0] = [.init("250-2.0.0 Ok", then: .close)]
        let (delivery, isReusable) = try deliverOnce(SMTPServer.scripted(scenario))
        expectLost(delivery, isReusable, at: at.1)
    }

    @Test(arguments: stages) func aRelayThatSays421IsClosing(_ at: (String, Stage)) throws {
        var scenario = RelayScenario()
        scenario.answers[at.0] = [.init("421 4.3.2 shutting down", then: .close)]
        let (delivery, isReusable) = try deliverOnce(SMTPServer.scripted(scenario))
        #expect(delivery.verdict == .transient)
        #expect(delivery.stage == at.1)
        #expect(delivery.scope == .throttle)
        #expect(delivery.reply?.code == 421)
        #expect(!isReusable)
    }

    @Test(arguments: ["250 Ok", "220 hi"]) func anythingBut354IsNoInvitation(_ text: String) throws {
        for capabilities in [["PIPELINING"], []] {
            var scenario = RelayScenario()
            scenario.capabilities = capabilities
            scenario.answers["DATA"] = [.init(text)]
            let server = try SMTPServer.scripted(scenario)
            let (delivery, isReusable) = try deliverOnce(server)
            expectLost(delivery, isReusable, at: .data)
            server.await("closed")
            #expect(!server.events.contains { $0.event == "message" })
        }
    }

    @Test func aSecond354AtTheDotProvesNothing() throws {
        var scenario = RelayScenario()
        scenario.answers["DOT"] = ["354 go on"]
        let (delivery, isReusable) = try deliverOnce(SMTPServer.scripted(scenario))
        expectLost(delivery, isReusable, at: .dot)
    }

    @Test func aReplyTooManyAfter354StopsTheText() throws {
        var scenario = RelayScenario()
        scenario.answers["DATA"] = ["354 go\n250 2.0.0 Ok: queued as NOTHING"]
        let server = try SMTPServer.scripted(scenario)
        let (delivery, isReusable) = try deliverOnce(server)
        expectLost(delivery, isReusable, at: .data)
        #expect(delivery.fault == .unsolicited)
        server.await("closed")
        #expect(!server.events.contains { $0.event == "message" })
    }

    @Test func aTextCutShortIsNotAccepted() throws {
        var scenario = RelayScenario()
        scenario.capabilities = ["PIPELINING"]
        scenario.dropInBody = 20_000
        // Far more than the socket buffers of both ends hold, so the dot cannot have left.
        let large = Array(String(repeating: String(repeating: "x", count: 76) + "\r\n", count: 400_000).utf8)
        let (delivery, isReusable) = try deliverOnce(SMTPServer.scripted(scenario), message: large)
        expectLost(delivery, isReusable, at: .body)
    }

    @Test func aTextNobodyReadsTimesOut() throws {
        var scenario = RelayScenario()
        scenario.capabilities = ["PIPELINING"]
        scenario.answers["DATA"] = [.init("354 go", then: .hang)]
        let large = Array(String(repeating: String(repeating: "x", count: 76) + "\r\n", count: 400_000).utf8)
        let (delivery, isReusable) = try deliverOnce(
            SMTPServer.scripted(scenario), timers: .short(at: [.body]), message: large)
        expectLost(delivery, isReusable, at: .body)
        #expect(delivery.fault == .timedOut)
    }

    @Test func aShortTextWhoseFateNobodySawIsUnknown() throws {
        var scenario = RelayScenario()
        scenario.answers["DATA"] = [.init("354 go", then: .close)]
        let (delivery, isReusable) = try deliverOnce(SMTPServer.scripted(scenario))
        // The kernel took the text whole, or the connection was gone already: never "accepted", never "refused".
        #expect(delivery.verdict == .unknown || delivery.stage == .body)
        #expect(!isReusable)
    }

    @Test func theOverallDeadlineBindsButNotAtTheDot() throws {
        var timers = patientTimers()
        timers.overall = .milliseconds(150)
        var scenario = RelayScenario()
        scenario.answers["DOT"] = [.init("250 2.0.0 Ok", delay: 0.4)]
        #expect(try deliverOnce(SMTPServer.scripted(scenario), timers: timers).delivery.verdict == .accepted)
        scenario.answers = ["RCPT": [.init("250 Ok", delay: 0.4)]]
        #expect(try deliverOnce(SMTPServer.scripted(scenario), timers: timers).delivery.fault == .timedOut)
    }
}
