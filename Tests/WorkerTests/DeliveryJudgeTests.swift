import Foundation
import Notifications
import Outbox
import Testing

@testable import SMTP
@testable import Worker

@Suite("What a delivery means for the job")
struct DeliveryJudgeTests {
    private static let now = Date(timeIntervalSince1970: 1_803_920_400)

    @Test("an accepted letter is sent, whatever scope is named", arguments: Scope.allCases)
    func accepted(scope: Scope) {
        let settlement = settlement(.accepted, scope)
        #expect(settlement?.outcome == .sent && settlement?.next == .end && settlement?.burnsAttempt == true)
        #expect(settlement?.leavesDoubt == false)
    }

    @Test(
        "trouble that is not the letter's costs it no attempt, and lets another letter try first",
        arguments: [Verdict.transient, .permanent],
        [Scope.relay, .throttle, .sender, .session, .none])
    func notTheLettersFault(verdict: Verdict, scope: Scope) {
        #expect(released(verdict, scope) == .seconds(60))
    }

    @Test("a relay over its limits is given the time it asks for, but no less than any trouble")
    func throttledWithHint() {
        #expect(released(.transient, .throttle, reply: "421 4.7.0 try again in 5 minutes\r\n") == .seconds(300))
        #expect(released(.transient, .throttle, reply: "421 4.7.0 try again in 1 second\r\n") == .seconds(60))
        #expect(released(.transient, .relay, reply: "451 try again in 5 minutes\r\n") == .seconds(60))
    }

    @Test(
        "limits that meet one letter again and again become its own pauses, never its end",
        arguments: [Verdict.transient, .permanent])
    func throttledForLong(verdict: Verdict) {
        #expect(released(verdict, .throttle, throttles: 10) == .seconds(60))
        let settlement = settlement(verdict, .throttle, throttles: 11)
        #expect(settlement?.outcome == .retry && settlement?.next == .again(after: .seconds(30)))
        #expect(settlement?.burnsAttempt == true && settlement?.unreachable == nil)
        #expect(released(verdict, .relay, throttles: 11) == .seconds(60))
    }

    @Test("what a refusal proves about the address goes with it, and only with it")
    func unreachable() {
        let dead = settlement(.permanent, .recipient, finding: .dead)
        #expect(dead?.unreachable == UnreachableAddress("Zoe@example.org", .dead) && dead?.outcome == .failed)
        let full = settlement(.permanent, .recipient, finding: .full)
        #expect(full?.unreachable == UnreachableAddress("Zoe@example.org", .full) && full?.outcome == .failed)
        for scope in Scope.allCases {
            #expect(settlement(.permanent, scope)?.unreachable == nil)
            #expect(settlement(.transient, scope, finding: .dead)?.unreachable == nil)
        }
        #expect("\(String(reflecting: dead)) \(String(describing: full))".contains("example.org") == false)
    }

    @Test("a letter in doubt is held when its kind says so, unless its deadline is over or it was in doubt before")
    func held() {
        let first = settlement(.unknown, .none, inDoubt: .hold)
        #expect(first?.outcome == .unknown && first?.next == .hold && first?.leavesDoubt == true)
        #expect(settlement(.unknown, .none, job: job(isInDoubt: true), inDoubt: .hold)?.next == .end)
        #expect(settlement(.unknown, .none, job: job(expiresAt: Self.now), inDoubt: .hold)?.next == .end)
        #expect(settlement(.unknown, .none, job: job(expiresAt: Self.now + 1), inDoubt: .hold)?.next == .hold)
    }

    @Test("a stale session was no attempt", arguments: Scope.allCases)
    func stale(scope: Scope) {
        #expect(released(.stale, scope) == .zero)
    }

    @Test("a letter the worker held back itself is due again at once")
    func withheld() {
        #expect(released(.transient, .none, fault: .withheld) == .zero)
    }

    @Test("a refusal for good fails the letter", arguments: [Scope.recipient, .message, .policy])
    func refused(scope: Scope) {
        let settlement = settlement(.permanent, scope)
        #expect(settlement?.outcome == .failed && settlement?.next == .end && settlement?.burnsAttempt == true)
    }

    @Test(
        "a refusal for now is tried again after the policy's pause, or the relay's",
        arguments: [Scope.recipient, .message, .policy])
    func postponed(scope: Scope) {
        let first = settlement(.transient, scope)
        #expect(
            first?.outcome == .retry && first?.next == .again(after: .seconds(30)) && first?.burnsAttempt == true
                && first?.leavesDoubt == false)
        let third = settlement(.transient, scope, job: job(attempts: 2))
        #expect(third?.next == .again(after: .seconds(480)))
        let hinted = settlement(.transient, scope, reply: "450 4.2.0 try again in 5 minutes\r\n")
        #expect(hinted?.next == .again(after: .seconds(300)))
    }

    @Test("a letter whose next attempt would come too late is expired")
    func tooLate() {
        let now = Self.now
        #expect(settlement(.transient, .recipient, job: job(expiresAt: now + 30))?.outcome == .expired)
        #expect(settlement(.transient, .recipient, job: job(expiresAt: now + 31))?.outcome == .retry)
        let old = job(attempts: 1, triedAt: now - 48 * 3600 + 120)
        #expect(settlement(.transient, .recipient, job: old)?.outcome == .expired)
        let younger = job(attempts: 1, triedAt: now - 48 * 3600 + 121)
        #expect(settlement(.transient, .recipient, job: younger)?.outcome == .retry)
        #expect(settlement(.transient, .recipient, job: old)?.burnsAttempt == true)
    }

    @Test(
        "a letter that may have been taken is sent once more, and a second doubt is left to the operator",
        arguments: Scope.allCases)
    func doubt(scope: Scope) {
        let first = settlement(.unknown, scope)
        #expect(first?.outcome == .unknown && first?.next == .again(after: .seconds(900)))
        #expect(first?.leavesDoubt == true && first?.burnsAttempt == true)
        let second = settlement(.unknown, scope, job: job(isInDoubt: true))
        #expect(second?.outcome == .unknown && second?.next == .end && second?.leavesDoubt == true)
        #expect(settlement(.unknown, scope, job: job(expiresAt: Self.now + 900))?.next == .end)
        #expect(settlement(.unknown, scope, job: job(expiresAt: Self.now + 901))?.next == .again(after: .seconds(900)))
    }

    @Test("a doubtful letter that is refused later fails all the same")
    func refusalAfterDoubt() {
        #expect(settlement(.permanent, .recipient, job: job(isInDoubt: true))?.outcome == .failed)
    }

    @Test("the ticket is the claim's, and what history keeps names nobody")
    func evidence() throws {
        let envelope = try Envelope(reversePath: "bounces@practice.example", forwardPath: "zoe@example.org")
        let delivery = delivery(
            .permanent, .recipient, reply: "550 5.1.1 <zoe@example.org> unknown, see https://help.example/zoe\r\n")
        let evidence = Settlement.Evidence(delivery, messageID: "<a@b>", hiding: envelope)
        let judge = DeliveryJudge(policy: RetryPolicy(), now: Self.now, chance: 0.5)
        let report = judge.report(delivery, of: job(), evidence: evidence)
        #expect(report.ticket == Ticket(jobID: 5, claimNumber: 3))
        #expect(
            evidence.code == 550 && evidence.enhanced == "5.1.1" && evidence.stage == "rcpt"
                && evidence.messageID == "<a@b>")
        #expect(evidence.tls == "TLSv1.3" && evidence.queueID == nil)
        #expect(evidence.reply?.contains("zoe") == false && evidence.reply?.hasPrefix("550") == true)
        #expect(evidence.reply.map { $0.count <= 512 } == true)
    }

    @Test(
        "what the relay calls a letter is kept, unless it calls it by its recipient",
        arguments: ["4ABC12", "zoe.doe", nil])
    func queueID(_ id: String?) throws {
        let envelope = try Envelope(reversePath: "bounces@practice.example", forwardPath: "zoe.doe+tag@example.org")
        let delivery = delivery(.accepted, .none, reply: "250 2.0.0 Ok: queued as \(id ?? "v4.public.Zm9v")\r\n")
        #expect(delivery.queueID == id ?? "v4.public.Zm9v")
        let evidence = Settlement.Evidence(delivery, messageID: "<a@b>", hiding: envelope)
        #expect(evidence.queueID == (id == "4ABC12" ? id : nil))
    }

    @Test("whatever is kept as a relay's name for a letter can be looked for by it")
    func needle() throws {
        let names =
            (0x21...0x7E).map { "A1\(Character(UnicodeScalar(UInt8($0))))Z9" } + [
                "aB_0001+x/Q=", "[1vPqfG-00]", "000123", String(repeating: "x", count: 128),
            ]
        let kept = names.compactMap { Reply(code: 250, wire: Array("250 Ok: queued as \($0)\r\n".utf8)).queueID }
        #expect(kept.count > 70 && kept.contains("A1_Z9") && kept.contains("A1=Z9"))
        for name in kept { #expect(Needle(name) == .queueID(name), "\(name)") }
    }

    private func settlement(
        _ verdict: Verdict, _ scope: Scope, job: Job? = nil, reply: String? = nil, finding: AddressFinding? = nil,
        throttles: Int = 0, inDoubt: Kind.InDoubt = .resend
    ) -> Settlement? {
        let judge = DeliveryJudge(
            policy: RetryPolicy(), inDoubt: inDoubt, throttles: throttles, now: Self.now, chance: 0.5)
        let report = judge.report(
            delivery(verdict, scope, reply: reply, finding: finding), of: job ?? self.job(), to: "Zoe@example.org",
            evidence: Settlement.Evidence())
        if case .settle(let settlement) = report { return settlement }
        return nil
    }

    /// After how long the letter is due again that went back untried; nil when it did not.
    private func released(
        _ verdict: Verdict, _ scope: Scope, fault: Fault? = nil, reply: String? = nil, throttles: Int = 0
    ) -> Duration? {
        let judge = DeliveryJudge(policy: RetryPolicy(), throttles: throttles, now: Self.now, chance: 0.5)
        let report = judge.report(
            delivery(verdict, scope, reply: reply, fault: fault), of: job(), to: "zoe@example.org",
            evidence: Settlement.Evidence())
        guard case .release(Ticket(jobID: 5, claimNumber: 3), let delay) = report else { return nil }
        return delay
    }

    private func delivery(
        _ verdict: Verdict, _ scope: Scope, reply: String? = nil, fault: Fault? = nil, finding: AddressFinding? = nil
    ) -> Delivery {
        let parsed = reply.map { Reply(code: Int($0.prefix(3)) ?? 0, wire: Array($0.utf8)) }
        return Delivery(
            Classification(verdict: verdict, scope: scope, finding: finding), at: .rcpt, reply: parsed, fault: fault,
            tls: "TLSv1.3")
    }

    private func job(
        attempts: Int = 0, expiresAt: Date = now + 10 * 86_400, triedAt: Date? = nil, isInDoubt: Bool = false
    ) -> Job {
        Job(
            ticket: Ticket(jobID: 5, claimNumber: 3), kind: "reservation.confirm", subjectID: UUID(),
            subjectGeneration: 1, audience: "invitee",
            attempts: attempts, expiresAt: expiresAt, triedAt: triedAt, messageUUID: UUID(), datedAt: Self.now,
            isInDoubt: isInDoubt)
    }
}
