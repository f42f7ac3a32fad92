import Foundation
import SMTP
import TestSupport
import Testing

/// Relays that speak in ways of their own, and relays that do not speak SMTP any more.
@Suite struct DialectTests {
    private static let stages: [(String, Stage)] = [("MAIL", .mail), ("RCPT", .rcpt), ("DATA", .data), ("DOT", .dot)]

    @Test(arguments: [
        "250-scripted.test\n250-pipelining\n250 size", "250-scripted.test\n250-PIPELINING\n250 ",
        "250-\r\n250-PIPELINING \r\n250\r\n", "250-x greets you\n250-X-ODD \u{e9}\n250 PIPELINING",
        "250-scripted.test\n250-AUTH=PLAIN LOGIN\n250-PIPELINING\n250 SIZE 0",
    ]) func theAnswerToEHLOIsReadAsRelaysWriteIt(_ text: String) throws {
        var scenario = RelayScenario()
        scenario.answers["EHLO"] = [.init(text)]
        let server = try SMTPServer.scripted(scenario)
        #expect(try deliverOnce(server).delivery.verdict == .accepted)
        server.await("message")
        let group = server.events.filter { $0.line.map { !$0.hasPrefix("EHLO") } ?? false }.compactMap(\.read)
        #expect(group.count == 3 && Set(group).count == 1, "PIPELINING was not recognised")
    }

    @Test(arguments: ["250-scripted.test\n250 XPIPELINING", "250 PIPELINING", "250-scripted.test\n250 X PIPELINING"])
    func onlyItsOwnKeywordIsPIPELINING(_ text: String) throws {
        var scenario = RelayScenario()
        scenario.answers["EHLO"] = [.init(text)]
        let server = try SMTPServer.scripted(scenario)
        #expect(try deliverOnce(server).delivery.verdict == .accepted)
        server.await("message")
        #expect(Set(server.events.filter { $0.event == "command" }.compactMap(\.read)).count == 4)
    }

    @Test(arguments: [RelayScenario.TLS.none, .starttls, .implicit])
    func repliesMayComeInOnePiece(_ tls: RelayScenario.TLS) throws {
        let relay = try ProtectedRelay(tls) { $0.coalesces = true }
        let sent = try relay.client.send(message)
        #expect(sent.outcome.verdict == .accepted)
    }

    @Test(arguments: [
        "250\r\n", "250 \r\n", "250 2.1.0 \u{e9}\u{4e2d}\r\n", "250-2.1.0 a\r\n250-\r\n250 b\r\n", "250\t\r\n",
    ]) func oddButWellFormedRepliesArePositive(_ text: String) throws {
        for verb in ["MAIL", "RCPT", "DOT"] {
            var scenario = RelayScenario()
            scenario.answers[verb] = [.init(text)]
            let delivery = try deliverOnce(SMTPServer.scripted(scenario)).delivery
            let isTab = text.contains("\t")
            #expect((delivery.verdict == .accepted) == !isTab, "\(verb) \(delivery)")
            #expect((delivery.fault == .malformedReply) == isTab)
        }
    }

    @Test(
        arguments: stages,
        [
            "250 a\0b\r\n", "250 a\nb\r\n", "250 a\rb\r\n", "250 a\r\r\n", "\r\n", " 250 a\r\n", "２５０ a\r\n",
            "+50 a\r\n",
            "250-a\r\n250\r\r\n",
        ]) func whatIsNoReplyEndsTheSession(_ at: (verb: String, stage: Stage), _ bytes: String) throws
    {
        var scenario = RelayScenario()
        scenario.answers[at.verb] = [.init(bytes)]
        let (delivery, isReusable) = try deliverOnce(SMTPServer.scripted(scenario))
        #expect(delivery.stage == at.stage && delivery.fault == .malformedReply && !isReusable)
        #expect(delivery.verdict == (at.stage == .dot ? .unknown : .transient))
    }

    private static func flood(of text: String) -> RelayScenario.Step {
        var step = RelayScenario.Step(String(repeating: text, count: 512), then: .flood)
        step.isRaw = true
        return step
    }

    @Test(arguments: stages, ["250-more\r\n", "x", "250 "])
    func aRelayThatNeverStopsTalkingIsCutOff(_ at: (verb: String, stage: Stage), _ text: String) throws {
        var scenario = RelayScenario()
        scenario.answers[at.verb] = [Self.flood(of: text)]
        let (delivery, isReusable) = try deliverOnce(SMTPServer.scripted(scenario))
        #expect(delivery.stage == at.stage && delivery.fault == .malformedReply && !isReusable)
    }

    @Test(arguments: [("GREETING", Stage.greeting), ("EHLO", .hello)], ["220-more\r\n", "x", "250-more\r\n"])
    func anEndlessOpeningEnds(_ at: (verb: String, stage: Stage), _ text: String) throws {
        var scenario = RelayScenario()
        scenario.answers[at.verb] = [Self.flood(of: text)]
        let error = failure(try target(SMTPServer.scripted(scenario)), timers: .short(at: [at.stage]))
        #expect(error?.stage == at.stage && error?.scope == .relay)
    }

    @Test(
        arguments: [("GREETING", Stage.greeting), ("EHLO", .hello)],
        [
            "220 a\0b\r\n", "220 a\nb\r\n", "250 a\rb\r\n",
        ]) func whatIsNoReplyIsNoOpening(_ at: (verb: String, stage: Stage), _ bytes: String) throws
    {
        var scenario = RelayScenario()
        scenario.answers[at.verb] = [.init(bytes)]
        let error = try #require(failure(target(SMTPServer.scripted(scenario)), timers: .short(at: [at.stage])))
        #expect(error.scope == .relay && error.stage <= .hello)
    }
}
