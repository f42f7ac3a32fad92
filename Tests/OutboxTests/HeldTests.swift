import Foundation
import Notifications
import Outbox
import Postgres
import Testing

@Suite("Letters held for the operator")
struct HeldTests {
    @Test("a held letter is in doubt, keeps its date, and no worker sees it, today or ever")
    func held() async throws {
        try await withHeld { house, claim in
            #expect(
                try await house.line(
                    "SELECT state, run_at, attempts, in_doubt_at IS NOT NULL, dated_at::text, claimed_by FROM holdfast.job"
                )
                    == #"(held,infinity,1,t,"2027-03-01 17:00:00+00",)"#)
            #expect(
                try await house.lines("SELECT outcome, final, attempt, reason FROM holdfast.history")
                    == [#"(unknown,f,1,"no reply")"#])
            try await house.setClock("2030-01-01 00:00:00+00")
            #expect(try await house.claim().isEmpty)
            #expect(try await house.outbox.nextDue(queues: ["mail"], kinds: House.kinds) == nil)
            #expect(try await house.outbox.rescue(limit: 10, isSweep: true).jobs == 0)
        }
    }

    @Test("the operator sends it once more: the same letter, in doubt, and the workers are woken")
    func resend() async throws {
        try await withHeld { house, claim in
            try await house.withConnection { listener in
                try await listener.listen("holdfast_wake")
                #expect(try await house.decide(claim, resend: true))
                #expect(try await listener.notification(within: .seconds(30))?.payload == "mail")
            }
            let again = try await house.claimOne()
            #expect(again.job.messageUUID == claim.job.messageUUID && again.job.datedAt == claim.job.datedAt)
            #expect(again.job.isInDoubt && !again.job.isRescued && again.job.attempts == 1)
            #expect(
                try await house.lines(
                    "SELECT operator, action, target, reason, detail ->> 'in_doubt' FROM holdfast.audit WHERE job_id IS NOT NULL"
                )
                    == [#"(mel,release,\#(claim.job.ticket.jobID),"asked the relay",send)"#])
        }
    }

    @Test("the operator leaves it: it ends as unknown, with what one row needs to tell")
    func leave() async throws {
        try await withHeld { house, claim in
            let isDecided = try await house.decide(claim, resend: false)
            #expect(isDecided)
            #expect(try await house.count("holdfast.job WHERE kind <> 'provider.bounce'") == 0)
            #expect(
                try await house.line(
                    "SELECT outcome, final, attempt, claim_no, kind, audience, reason FROM holdfast.history WHERE final"
                )
                    == #"(unknown,t,1,1,reservation.confirm,invitee,"left in doubt by the operator")"#)
            #expect(try await house.decide(claim, resend: true) == false)
        }
    }

    @Test("a letter that is not held is not the operator's to decide")
    func notHeld() async throws {
        try await withLetter { house, claim in
            for resend in [true, false] {
                let isDecided = try await house.decide(claim, resend: resend)
                #expect(!isDecided)
            }
            #expect(try await house.line("SELECT state FROM holdfast.job") == "(running)")
            #expect(try await house.count("holdfast.audit WHERE action = 'release'") == 0)
        }
    }

    @Test("a letter whose worker was lost says so until somebody has decided about it")
    func rescued() async throws {
        try await withLetter { house, claim in
            #expect(!claim.job.isRescued)
            try await house.outbox.remove(house.worker)
            #expect(try await house.outbox.rescue(limit: 10, isSweep: true).jobs == 1)
            try await house.outbox.register(house.worker, lease: .seconds(3600), info: "{}")
            try await house.setClock("2027-03-01 17:01:00+00")
            let again = try await house.claimOne()
            #expect(again.job.isRescued && again.job.isInDoubt)
            _ = try await house.outbox.settle([
                Settlement(again.job.ticket, .unknown, next: .hold, leavesDoubt: true, reason: "held")
            ])
            #expect(try await house.decide(again, resend: true))
            let third = try await house.claimOne()
            #expect(!third.job.isRescued && third.job.isInDoubt)
        }
    }

    @Test(
        "one that an operator holds ends with its time, and whoever must know is told; one in doubt waits for a decision"
    )
    func letExpire() async throws {
        try await withHouse { (house: House) async throws in
            for hour in [18, 19, 20] { try await house.reserve(["starts_at": "'2027-03-08 \(hour):00:00+00'"]) }
            try await house.run("DELETE FROM holdfast.job WHERE kind <> 'reservation.confirm'")
            let jobs = try await house.connection.query("SELECT id FROM holdfast.job ORDER BY id").map {
                try $0.decode("id", as: Int64.self)
            }
            for job in jobs {
                #expect(try await OwedJobs(house.connection).change(.hold, job, House.note()).answer == .done)
            }
            try await house.run(
                """
                UPDATE holdfast.job SET in_doubt_at = now() WHERE id = \(jobs[1]);
                UPDATE holdfast.job SET expires_at = holdfast.clock() + interval '1 hour' WHERE id = \(jobs[2])
                """)
            #expect(try await house.outbox.sweeps().contains(.letExpire))
            #expect(try await house.outbox.sweep(.letExpire) == 0)
            try await house.run("UPDATE holdfast.job SET expires_at = holdfast.clock() WHERE id <> \(jobs[2])")
            #expect(try await house.outbox.sweep(.letExpire) == 1)
            let claim = try await house.claimOne()
            #expect(claim.job.ticket.jobID == jobs[0])
            guard case .expire = Kind.named("reservation.confirm")?.decision(on: claim, allowing: .everybody) else {
                Issue.record("it is sent")
                return
            }
            #expect(try await house.outbox.settle([Settlement(claim.job.ticket, .expired)]).count == 1)
            #expect(
                try await house.lines("SELECT kind, state FROM holdfast.job ORDER BY id")
                    == ["(reservation.confirm,held)", "(reservation.confirm,held)", "(provider.bounce,ready)"])
        }
    }

    private func withHeld(_ body: (House, Claim) async throws -> Void) async throws {
        try await withLetter { house, claim in
            let settled = try await house.outbox.settle([
                Settlement(
                    claim.job.ticket, .unknown, next: .hold, burnsAttempt: true, leavesDoubt: true, reason: "no reply")
            ])
            try #require(settled == [claim.job.ticket.jobID])
            try await body(house, claim)
        }
    }
}

extension House {
    /// The operator's word on a held letter.
    fileprivate func decide(_ claim: Claim, resend: Bool) async throws -> Bool {
        try await OwedJobs(connection).change(
            .release(inDoubt: resend ? .send : .drop), claim.job.ticket.jobID,
            OperatorNote(operatorName: "mel", reason: "asked the relay")
        ).answer == .done
    }
}
