import SMTP
import Testing

@Suite struct ClassificationTests {
    @Test(arguments: [
        (Stage.dot, "250 Ok", Verdict.accepted, Scope.none), (.dot, "252 hm", .accepted, .none),
        (.dot, "354 again", .unknown, .none),
        (.greeting, "421 busy", .transient, .relay), (.auth, "535 5.7.8 no", .permanent, .relay),
        (.auth, "454 4.7.0 later", .transient, .relay),
        (.mail, "421 4.4.2 bye", .transient, .relay), (.mail, "450 later", .transient, .relay),
        (.mail, "550 5.7.1 sender", .permanent, .sender), (.mail, "553 5.1.8 x", .permanent, .sender),
        (.mail, "530 5.7.0 auth first", .permanent, .relay), (.mail, "552 5.3.4 size", .permanent, .message),
        (.mail, "501 5.5.4 syntax", .permanent, .relay), (.mail, "451 4.1.8 x", .transient, .sender),
        (.rcpt, "450 4.7.1 greylisted", .transient, .recipient), (.rcpt, "450 4.2.1 x", .transient, .recipient),
        (.rcpt, "451 4.3.0 x", .transient, .relay), (.rcpt, "450 4.7.28 rate", .transient, .relay),
        (.rcpt, "450 too much mail", .transient, .relay), (.rcpt, "454 throttling", .transient, .relay),
        (.rcpt, "432 4.3.2 x", .transient, .relay), (.rcpt, "421 x", .transient, .relay),
        (.rcpt, "550 5.1.1 x", .permanent, .recipient), (.rcpt, "550 5.2.1 x", .permanent, .recipient),
        (.rcpt, "552 5.2.2 full", .permanent, .recipient), (.rcpt, "552 full", .permanent, .recipient),
        (.rcpt, "550 no", .permanent, .policy), (.rcpt, "554 5.7.1 x", .permanent, .policy),
        (.rcpt, "550 5.1.8 x", .permanent, .sender), (.rcpt, "550 5.7.27 x", .permanent, .sender),
        (.rcpt, "550 4.2.1 contradiction", .permanent, .policy), (.rcpt, "503 5.5.1 x", .permanent, .relay),
        (.rcpt, "504 5.5.2 not fully qualified", .permanent, .recipient), (.rcpt, "553 x", .permanent, .recipient),
        (.data, "451 x", .transient, .relay), (.data, "554 5.7.1 x", .permanent, .policy),
        (.dot, "451 4.3.0 x", .transient, .relay), (.dot, "450 4.7.1 x", .transient, .policy),
        (.dot, "421 x", .transient, .relay),
        (.dot, "552 5.3.4 x", .permanent, .message), (.dot, "554 5.6.0 x", .permanent, .message),
        (.dot, "554 5.7.1 spam", .permanent, .policy), (.dot, "550 x", .permanent, .policy),
        (.dot, "552 5.2.2 full", .permanent, .recipient),
    ]) func classifies(_ stage: Stage, _ text: String, _ verdict: Verdict, _ scope: Scope) throws {
        let found = Classification.of(stage, try reply(text))
        #expect(found.verdict == verdict && found.scope == scope, "\(stage) \(text): \(found)")
    }

    @Test func silenceIsUnknownOnlyOnceTheDotMayHaveLeft() {
        for fault in [Fault.timedOut, .closed, .broken(curl: 56), .malformedReply, .unsolicited] {
            for stage in Stage.allCases where stage < .dot {
                #expect(Classification.of(stage, fault).verdict == .transient)
                #expect(Classification.of(stage, fault).scope == .relay)
            }
            #expect(Classification.of(.dot, fault).verdict == .unknown)
        }
    }

    @Test func relayAndSenderTroubleIsNeverTheLettersFault() {
        #expect(Scope.allCases.filter(\.isLettersFault) == [.recipient, .message, .policy])
    }
}
