import Foundation
import Testing

@testable import SMTP

@Suite("Whose trouble an outcome is")
struct ClassificationTests {
    /// One refusal, at least, for each row of the table, by the row's name.
    static let examples: [(rule: String, stage: Stage, reply: String, scope: Scope, finding: AddressFinding?)] = [
        ("too many connections", .greeting, "421 Too many concurrent SMTP connections", .throttle, nil),
        ("not let in", .greeting, "421 busy", .relay, nil),
        ("not let in", .auth, "535 5.7.8 too many failures", .relay, nil),
        ("login missing", .mail, "530 5.7.0 auth first", .relay, nil),
        ("policy under a login's status", .dot, "554 5.7.9 not accepted for policy reasons", .policy, nil),
        ("login refused", .mail, "550 5.7.8 no", .relay, nil), ("login refused", .rcpt, "454 4.7.11 no", .relay, nil),
        ("relaying refused", .rcpt, "554 5.7.1 <x>: Relay access denied", .relay, nil),
        ("relaying refused, by status", .rcpt, "550 5.7.54 no", .relay, nil),
        ("client refused", .rcpt, "554 5.7.1 <host[192.0.2.1]>: Client host rejected: Access denied", .relay, nil),
        (
            "client refused", .rcpt, "504 5.5.2 <host>: Helo command rejected: need fully-qualified hostname", .relay,
            nil
        ),
        ("sender refused, by status", .rcpt, "550 5.1.8 x", .sender, nil),
        ("sender refused, by status", .mail, "451 4.1.8 x", .sender, nil),
        ("sender refused, by status", .rcpt, "550 5.7.27 x", .sender, nil),
        ("sender refused", .rcpt, "553 5.7.1 Sender address rejected: not owned by user x", .sender, nil),
        ("account stopped", .dot, "554 Sending paused for this account", .relay, nil),
        ("mailbox receives too fast", .rcpt, "550 5.2.1 receiving mail at a rate that x", .recipient, nil),
        ("our limit reached, by status", .dot, "550 5.4.5 x", .throttle, nil),
        ("our limit reached", .rcpt, "550 5.7.1 Daily SMTP relay limit exceeded", .throttle, nil),
        ("asked to slow down", .mail, "421 4.4.2 bye", .throttle, nil),
        ("asked to slow down", .rcpt, "432 4.3.2 x", .throttle, nil),
        ("asked to slow down", .dot, "454 Throttling failure", .throttle, nil),
        ("busy, by status", .rcpt, "451 4.3.0 x", .throttle, nil),
        ("busy, by status", .dot, "452 4.4.5 x", .throttle, nil),
        ("busy, by status", .rcpt, "450 4.7.28 x", .throttle, nil),
        ("busy", .rcpt, "450 too much mail", .throttle, nil),
        ("relay postpones", .mail, "450 later", .relay, nil),
        ("mailbox postpones", .dot, "452 4.2.2 x", .recipient, nil),
        ("recipient postponed", .rcpt, "450 4.7.1 greylisted", .recipient, nil),
        ("postponed by policy", .data, "451 4.7.1 later", .policy, nil),
        ("text postponed", .dot, "451 later", .policy, nil),
        ("text not asked for", .data, "451 x", .relay, nil),
        ("policy under an address's status", .rcpt, "550 5.1.1 blocked for spam", .policy, nil),
        ("no such address", .rcpt, "550 5.1.1 x", .recipient, .dead),
        ("no such address", .rcpt, "550 5.1.2 x", .recipient, .dead),
        ("no such address", .rcpt, "501 5.1.3 x", .recipient, .dead),
        ("no such address", .rcpt, "551 5.1.6 x", .recipient, .dead),
        ("no such address", .rcpt, "550 5.1.10 x", .recipient, .dead),
        ("no such address", .rcpt, "550 5.2.1 x", .recipient, .dead),
        ("mailbox full, by status", .dot, "552 5.2.2 x", .recipient, .full),
        ("policy, by status", .rcpt, "554 5.7.1 x", .policy, nil),
        ("mailbox full", .dot, "550 mailbox is full", .recipient, .full),
        ("unknown recipient, in words", .rcpt, "550 No such user here", .recipient, nil),
        ("unknown recipient, in words", .rcpt, "550 5.5.0 mailbox unavailable", .recipient, nil),
        ("mailbox full, by code", .rcpt, "552 x", .recipient, .full),
        ("address not usable", .rcpt, "504 5.5.2 not fully qualified", .recipient, nil),
        ("message refused", .dot, "554 5.6.0 x", .message, nil),
        ("message refused", .mail, "552 5.3.4 x", .message, nil),
        ("address, mailbox or route refused", .dot, "550 5.1.1 x", .recipient, nil),
        ("address, mailbox or route refused", .rcpt, "550 5.4.1 x", .recipient, nil),
        ("relay out of order", .rcpt, "503 5.5.1 x", .relay, nil),
        ("relay out of order", .mail, "501 5.5.4 x", .relay, nil),
        ("not understood", .mail, "500 what?", .relay, nil), ("not understood", .rcpt, "555 what?", .relay, nil),
        ("too large", .dot, "552 x", .message, nil),
        ("sender refused at MAIL", .mail, "550 5.7.1 x", .sender, nil),
        ("policy", .rcpt, "550 no", .policy, nil), ("policy", .dot, "554 no", .policy, nil),
    ]

    @Test("each row of the table decides what it is for", arguments: examples.indices)
    func row(_ index: Int) throws {
        let example = Self.examples[index]
        let reply = try reply(example.reply)
        #expect(ClassificationRule.first(for: example.stage, reply)?.name == example.rule)
        let verdict: Verdict = reply.code < 500 ? .transient : .permanent
        #expect(
            Classification.of(example.stage, reply)
                == Classification(verdict: verdict, scope: example.scope, finding: example.finding))
    }

    @Test(
        "what a reply echoes of an address is not the relay's word: nobody's name closes the way for others",
        arguments: ["sendasdenied", "throttl", "spam", "overquota", "blocked"])
    func echo(_ name: String) throws {
        for text in ["550 5.1.1 <\(name)@client.test>: no", "550 5.1.1 to@\(name).test: no"] {
            let expected = Classification(verdict: .permanent, scope: .recipient, finding: .dead)
            #expect(Classification.of(.rcpt, try reply(text)) == expected)
        }
        let transient = try reply("451 4.2.0 <\(name)@client.test>: later")
        #expect(Classification.of(.rcpt, transient) == Classification(verdict: .transient, scope: .recipient))
    }

    @Test("nor is what it quotes of the recipient's host, which could close the way for others, and for an hour")
    func quotation() throws {
        let lead = "<x@client.test>: Recipient address rejected: undeliverable address: host mx.client.test said:"
        for quoted in ["550 sending limit", "554 Relay access denied", "553 sender address rejected", "550 spam"] {
            let expected = Classification(verdict: .permanent, scope: .recipient, finding: .dead)
            #expect(Classification.of(.rcpt, try reply("550 5.1.1 \(lead) \(quoted)")) == expected)
        }
        let busy = try reply("450 4.1.1 \(lead) 450 too many connections, try again in 60 minutes")
        let delivery = Delivery(.of(.rcpt, busy), at: .rcpt, reply: busy, tls: nil)
        #expect(delivery.scope == .recipient && delivery.retryAfter == nil)
    }

    @Test("every row has its example, and its own name")
    func everyRow() {
        let names = ClassificationRule.table.map(\.name)
        #expect(Set(names).count == names.count)
        #expect(Set(names) == Set(Self.examples.map(\.rule)))
    }

    @Test("every refusal at every stage has a row", arguments: Stage.allCases)
    func total(_ stage: Stage) throws {
        let statuses = ["", "X.0.0 "] + (1...7).flatMap { subject in (0...11).map { "X.\(subject).\($0) " } }
        for code in 400...599 {
            for status in statuses {
                let text = "\(code) \(status.replacingOccurrences(of: "X", with: "\(code / 100)"))no"
                #expect(ClassificationRule.first(for: stage, try reply(text)) != nil, "\(stage) \(text)")
            }
        }
    }

    @Test(arguments: ["250 Ok", "252 hm", "251 forwarded"])
    func anyPositiveReplyToTheDotAccepts(_ text: String) throws {
        #expect(Classification.of(.dot, try reply(text)) == Classification(verdict: .accepted, scope: .none))
        #expect(Classification.of(.dot, try reply("354 again")).verdict == .unknown)
    }

    @Test("codes that contradict each other: the basic one decides, nothing is proved about the address, and it shows")
    func contradiction() throws {
        for (text, verdict) in [
            ("550 4.1.1 no", Verdict.permanent), ("450 5.1.1 no", .transient), ("550 2.0.0 x", .permanent),
        ] {
            let reply = try reply(text)
            let delivery = Delivery(.of(.rcpt, reply), at: .rcpt, reply: reply, tls: nil)
            #expect(delivery.verdict == verdict && delivery.isContradictory && delivery.finding == nil, "\(text)")
        }
        let sound = try reply("550 5.1.1 no")
        #expect(!Delivery(.of(.rcpt, sound), at: .rcpt, reply: sound, tls: nil).isContradictory)
    }

    @Test("blamed on the relay, a refusal proves nothing about the address and keeps what was said")
    func blamed() throws {
        let reply = try reply("550 5.1.1 no")
        let delivery = Delivery(.of(.rcpt, reply), at: .rcpt, reply: reply, tls: "TLSv1.3").blamingTheRelay()
        #expect(delivery.scope == .relay && delivery.finding == nil && delivery.verdict == .permanent)
        #expect(delivery.reply == reply && delivery.stage == .rcpt && delivery.tls == "TLSv1.3")
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
