import Foundation
import Notifications
import Outbox
import Postgres
import Testing

@Suite("Settling and giving back")
struct SettleTests {
    @Test("the end of a letter leaves the queue and stays in history", arguments: Outcome.allCases)
    func ends(outcome: Outcome) async throws {
        try await withLetter { house, claim in
            let burns = outcome == .sent || outcome == .failed
            let settlement = Settlement(
                claim.job.ticket, outcome, burnsAttempt: burns, reason: "why", evidence: Self.evidence)
            #expect(try await house.outbox.settle([settlement]) == [claim.job.ticket.jobID])
            #expect(try await house.count("holdfast.job WHERE kind = 'reservation.confirm'") == 0)
            let history = try await house.lines(
                """
                SELECT job_id, claim_no, outcome, final, attempt, gen, kind, subject_kind, subject_id = $1 AS about,
                  audience, reason, message_id,
                       stage, code, enhanced, reply, queue_id, tls, args
                FROM holdfast.history
                """, [.uuid(claim.job.subjectID)])
            #expect(
                history == [
                    "(\(claim.job.ticket.jobID),1,\(outcome.rawValue),t,\(burns ? 1 : 0),1,"
                        + "reservation.confirm,reservation,t,invitee,why,"
                        + #"<a@b>,dot,250,2.0.0,"250 ok",ABC,TLSv1.3,{})"#
                ])
        }
    }

    @Test("another attempt is owed after its pause, and counts only when it was burned", arguments: [true, false])
    func again(burns: Bool) async throws {
        try await withLetter { house, claim in
            try await house.setClock("2027-03-01 17:00:10+00")
            let next = Settlement.Next.again(after: .seconds(30))
            let settled = try await house.outbox.settle([
                Settlement(claim.job.ticket, .retry, next: next, burnsAttempt: burns)
            ])
            #expect(settled == [claim.job.ticket.jobID])
            let job = try await house.line(
                """
                SELECT state, attempts, run_at::text, claimed_by, deadline_at, claim_no, tried_at::text,
                dated_at FROM holdfast.job
                """
            )
            let tried = burns ? #""2027-03-01 17:00:10+00""# : ""
            #expect(job == #"(ready,\#(burns ? 1 : 0),"2027-03-01 17:00:40+00",,,1,\#(tried),)"#)
            #expect(
                try await house.line("SELECT outcome, final, attempt FROM holdfast.history")
                    == "(retry,f,\(burns ? 1 : 0))")
            #expect(try await house.claim().isEmpty)
            try await house.setClock("2027-03-01 17:00:40+00")
            let second = try await house.claimOne()
            #expect(second.job.ticket.claimNumber == 2 && second.job.attempts == (burns ? 1 : 0))
            #expect(second.job.triedAt == (burns ? Date(timeIntervalSince1970: 1_803_920_410) : nil))
        }
    }

    @Test("the first attempt that counted is remembered through the later ones")
    func triedAtIsTheFirst() async throws {
        try await withLetter { house, claim in
            let next = Settlement.Next.again(after: .seconds(60))
            _ = try await house.outbox.settle([Settlement(claim.job.ticket, .retry, next: next, burnsAttempt: true)])
            try await house.setClock("2027-03-01 18:00:00+00")
            let second = try await house.claimOne()
            _ = try await house.outbox.settle([Settlement(second.job.ticket, .retry, next: next, burnsAttempt: true)])
            #expect(
                try await house.line("SELECT attempts, tried_at::text FROM holdfast.job")
                    == #"(2,"2027-03-01 17:00:00+00")"#)
        }
    }

    @Test("a letter that was surely not taken is dated anew, one that may have been taken keeps its date from then on")
    func dates() async throws {
        try await withLetter { house, claim in
            func settle(_ claim: Claim, doubt: Bool) async throws {
                let next = Settlement.Next.again(after: .zero)
                let settlement = Settlement(claim.job.ticket, doubt ? .unknown : .retry, next: next, leavesDoubt: doubt)
                #expect(try await house.outbox.settle([settlement]).count == 1)
            }
            try await settle(claim, doubt: false)
            try await house.setClock("2027-03-01 18:00:00+00")
            let second = try await house.claimOne()
            #expect(second.job.datedAt == claim.job.datedAt + 3600 && !second.job.isInDoubt)
            try await settle(second, doubt: true)
            try await house.setClock("2027-03-01 19:00:00+00")
            let third = try await house.claimOne()
            #expect(third.job.datedAt == second.job.datedAt && third.job.isInDoubt)
            try await settle(third, doubt: false)
            try await house.setClock("2027-03-01 20:00:00+00")
            let fourth = try await house.claimOne()
            #expect(fourth.job.datedAt == second.job.datedAt && fourth.job.isInDoubt)
            #expect(fourth.job.messageUUID == claim.job.messageUUID)
        }
    }

    @Test("a settle of an earlier claim changes nothing and is told so")
    func lateSettle() async throws {
        try await withLetter { house, claim in
            _ = try await house.release([claim.job.ticket])
            #expect(try await house.outbox.settle([Settlement(claim.job.ticket, .sent)]).isEmpty)
            let second = try await house.claimOne()
            for next in [Settlement.Next.end, .again(after: .seconds(9))] {
                #expect(try await house.outbox.settle([Settlement(claim.job.ticket, .failed, next: next)]).isEmpty)
                #expect(try await house.release([claim.job.ticket]).isEmpty)
            }
            #expect(try await house.line("SELECT state, claim_no FROM holdfast.job") == "(running,2)")
            #expect(try await house.count("holdfast.history") == 0)
            #expect(try await house.outbox.settle([Settlement(second.job.ticket, .sent)]).count == 1)
        }
    }

    @Test("a late settle beside the right one of the same letter leaves no word in history")
    func lateSettleInOneBatch() async throws {
        try await withLetter { house, claim in
            _ = try await house.release([claim.job.ticket])
            let second = try await house.claimOne()
            _ = try await house.outbox.settle([
                Settlement(claim.job.ticket, .failed), Settlement(second.job.ticket, .sent),
            ])
            #expect(try await house.lines("SELECT claim_no, outcome FROM holdfast.history") == ["(2,sent)"])
        }
    }

    @Test("many letters are settled in one statement, each with its own outcome")
    func batch() async throws {
        try await withReservation { house, id in
            try await house.owe(5, about: id)
            let tickets = try await house.claim().map(\.job.ticket)
            let stale = Ticket(jobID: tickets[4].jobID, claimNumber: 7)
            let settled = try await house.outbox.settle([
                Settlement(tickets[0], .sent, burnsAttempt: true),
                Settlement(tickets[1], .retry, next: .again(after: .seconds(30)), burnsAttempt: true),
                Settlement(tickets[2], .suppressed, reason: "no"),
                Settlement(tickets[3], .unknown, next: .again(after: .seconds(900)), leavesDoubt: true),
                Settlement(stale, .sent),
            ])
            #expect(settled == Set(tickets.prefix(4).map(\.jobID)))
            #expect(
                try await house.lines("SELECT state, attempts FROM holdfast.job ORDER BY id") == [
                    "(ready,1)", "(ready,0)", "(running,0)",
                ])
            #expect(
                try await house.lines("SELECT outcome, attempt FROM holdfast.history ORDER BY job_id") == [
                    "(sent,1)", "(retry,1)", "(suppressed,0)", "(unknown,0)",
                ])
            #expect(try await house.outbox.settle([]).isEmpty)
            #expect(try await house.release([]).isEmpty)
        }
    }

    @Test("a letter given back is due as it was, burns nothing and leaves no word")
    func release() async throws {
        try await withLetter { house, claim in
            try await house.setClock("2027-03-01 18:00:00+00")
            #expect(try await house.release([claim.job.ticket]) == [claim.job.ticket.jobID])
            let job = try await house.line(
                "SELECT state, attempts, run_at::text, claimed_by, deadline_at, claim_no, dated_at FROM holdfast.job")
            #expect(job == #"(ready,0,"2027-03-01 17:00:00+00",,,1,)"#)
            #expect(try await house.count("holdfast.history") == 0)
            #expect(try await house.release([claim.job.ticket]).isEmpty)
        }
    }

    @Test("a letter given back for a while is due after it")
    func releaseWithDelay() async throws {
        try await withReservation { house, id in
            try await house.owe(2, about: id)
            let tickets = try await house.claim().map(\.job.ticket)
            try await house.setClock("2027-03-01 17:05:00+00")
            #expect(try await house.outbox.release([(tickets[0], .seconds(60)), (tickets[1], .zero)]).count == 2)
            #expect(
                try await house.lines("SELECT run_at::text FROM holdfast.job ORDER BY id") == [
                    #"("2027-03-01 17:06:00+00")"#, #"("2027-03-01 17:00:00+00")"#,
                ])
        }
    }

    @Test("a letter in doubt that is given back keeps its date")
    func releaseInDoubt() async throws {
        try await withLetter { house, claim in
            let next = Settlement.Next.again(after: .zero)
            _ = try await house.outbox.settle([Settlement(claim.job.ticket, .unknown, next: next, leavesDoubt: true)])
            try await house.setClock("2027-03-01 18:00:00+00")
            let second = try await house.claimOne()
            #expect(try await house.release([second.job.ticket]).count == 1)
            #expect(try await house.line("SELECT dated_at::text FROM holdfast.job") == #"("2027-03-01 17:00:00+00")"#)
        }
    }

    private static let evidence: Settlement.Evidence = {
        var evidence = Settlement.Evidence()
        (evidence.messageID, evidence.stage, evidence.code, evidence.enhanced) = ("<a@b>", "dot", 250, "2.0.0")
        (evidence.reply, evidence.queueID, evidence.tls) = ("250 ok", "ABC", "TLSv1.3")
        return evidence
    }()
}

/// Lends a house with one letter, which is claimed.
func withLetter(_ body: (House, Claim) async throws -> Void) async throws {
    try await withReservation { house, id in
        try await house.owe(1, about: id)
        try await body(house, try await house.claimOne())
    }
}
