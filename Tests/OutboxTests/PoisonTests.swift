import Notifications
import Outbox
import Postgres
import Testing

@Suite("Suspects and poison")
struct PoisonTests {
    /// Two letters whose crashes differ.
    private func withSuspect(_ body: (House) async throws -> Void) async throws {
        try await withReservation { house, id in
            try await house.owe(2, about: id)
            try await house.run(
                """
                UPDATE holdfast.job SET crashes = 2 WHERE id = (SELECT min(id) FROM holdfast.job);
                UPDATE holdfast.job SET crashes = 1 WHERE id = (SELECT max(id) FROM holdfast.job);
                """)
            try await body(house)
        }
    }

    @Test("two crashes make a suspect, which ordinary claims pass over and a claim for suspects takes alone")
    func claiming() async throws {
        try await withSuspect { (house: House) async throws in
            #expect(try await house.claim().count == 1)
            #expect(try await house.outbox.nextDue(queues: ["mail"], kinds: House.kinds) == nil)
            #expect(
                try await house.line("SELECT crashes, claimed_alone FROM holdfast.job WHERE state = 'running'")
                    == "(1,f)")
            #expect(try await house.claim(ofSuspect: true).count == 1)
            #expect(try await house.line("SELECT claimed_alone FROM holdfast.job WHERE crashes = 2") == "(t)")
            #expect(try await house.claim(ofSuspect: true).isEmpty)
        }
    }

    @Test("however many suspects are due, a claim takes one")
    func oneAtATime() async throws {
        try await withSuspect { house in
            try await house.run("UPDATE holdfast.job SET crashes = 7")
            #expect(try await house.claim().isEmpty)
            #expect(try await house.claim(100, ofSuspect: true).count == 1)
        }
    }

    @Test("whether a suspect has waited so long is known, for the kinds and queues asked for")
    func waiting() async throws {
        try await withSuspect { house in
            func waits(_ seconds: Int, _ kinds: [String] = House.kinds, _ queues: [String] = ["mail"]) async throws
                -> Bool
            {
                try await house.outbox.suspectWaits(atLeast: .seconds(seconds), queues: queues, kinds: kinds)
            }
            #expect(try await waits(0))
            #expect(try await !waits(60))
            try await house.setClock("2027-03-01 17:01:00+00")
            #expect(try await waits(60))
            #expect(try await !waits(61))
            #expect(try await !waits(60, ["portal.activate"]))
            #expect(try await !waits(60, House.kinds, ["bulk"]))
            try await house.run(
                "INSERT INTO holdfast.pause (kind, reason, operator) VALUES ('reservation.confirm', 'logo', 'me')")
            #expect(try await !waits(60), "nobody may take it: nobody needs to clear its way")
            try await house.run("DELETE FROM holdfast.pause")
            #expect(try await house.claim(ofSuspect: true).count == 1)
            #expect(try await !waits(60))
        }
    }

    @Test("a crash alone makes it poison: it leaves the queue, and history has what a requeue needs")
    func poison() async throws {
        try await withSuspect { house in
            let suspect = try #require(try await house.claim(ofSuspect: true).first)
            #expect(try await house.claim().count == 1)
            try await house.expireLeases()
            #expect(try await house.outbox.rescue(limit: 9, isSweep: false) == Rescue(leases: 1, jobs: 1, poison: 1))
            #expect(try await house.lines("SELECT crashes, state FROM holdfast.job") == ["(2,ready)"])
            let id = suspect.job.ticket.jobID
            #expect(
                try await house.lines(
                    """
                    SELECT outcome, final, reason, kind, subject_kind, subject_id IS NOT NULL, gen, audience, args
                    FROM holdfast.history WHERE job_id = \(id)
                    """) == [
                        #"(poison,t,"worker lost with this letter alone in flight",reservation.confirm,reservation,t,1,invitee,{})"#
                    ])
            #expect(try await house.outbox.settle([Settlement(suspect.job.ticket, .sent)]).isEmpty)
        }
    }

    @Test("a suspect that hangs in a live worker, or was last claimed with others, is no poison")
    func noPoison() async throws {
        try await withSuspect { house in
            #expect(try await house.claim(ofSuspect: true).count == 1)
            try await house.run(
                "UPDATE holdfast.job SET deadline_at = clock_timestamp() - interval '1 s' WHERE state = 'running'")
            #expect(try await house.outbox.rescue(limit: 9, isSweep: true) == Rescue(leases: 0, jobs: 1, poison: 0))
            try await house.run("UPDATE holdfast.job SET crashes = 0, run_at = holdfast.clock()")
            #expect(try await house.claim().count == 2)
            try await house.expireLeases()
            #expect(try await house.outbox.rescue(limit: 9, isSweep: false) == Rescue(leases: 1, jobs: 2, poison: 0))
        }
    }

    @Test("a suspect whose attempt is settled is none any more; one that is given back still is")
    func survival() async throws {
        try await withSuspect { house in
            let given = try #require(try await house.claim(ofSuspect: true).first)
            #expect(try await house.release([given.job.ticket]).count == 1)
            #expect(try await house.count("holdfast.job WHERE crashes = 2") == 1)
            let settled = try #require(try await house.claim(ofSuspect: true).first)
            #expect(
                try await house.outbox.settle([Settlement(settled.job.ticket, .retry, next: .again(after: .zero))])
                    .count == 1)
            #expect(try await house.count("holdfast.job WHERE crashes = 0 AND id = \(settled.job.ticket.jobID)") == 1)
        }
    }

    @Test("a letter begun and surely not sent goes back at once with a crash, without doubt, and history says why")
    func begunLetters() async throws {
        try await withLetter { house, claim in
            try await house.setClock("2027-03-01 17:00:09+00")
            #expect(try await house.outbox.putBackBegun([claim.job.ticket]) == [claim.job.ticket.jobID])
            let job = try await house.line(
                """
                SELECT state, crashes, attempts, rescued_at, in_doubt_at, dated_at, claimed_by,
                  run_at::text FROM holdfast.job
                """)
            #expect(job == #"(ready,1,0,,,,,"2027-03-01 17:00:09+00")"#)
            #expect(
                try await house.lines("SELECT outcome, final, reason FROM holdfast.history")
                    == [#"(retry,f,"worker lost before the letter left")"#])
            #expect(try await house.outbox.putBackBegun([claim.job.ticket]).isEmpty)
        }
    }

    @Test("a suspect begun alone is poison; one that was rescued and claimed again meanwhile is left alone")
    func begunAlone() async throws {
        try await withSuspect { house in
            let suspect = try #require(try await house.claim(ofSuspect: true).first)
            let stale = Ticket(jobID: suspect.job.ticket.jobID, claimNumber: suspect.job.ticket.claimNumber - 1)
            #expect(try await house.outbox.putBackBegun([stale]).isEmpty)
            #expect(try await house.outbox.putBackBegun([suspect.job.ticket]).count == 1)
            #expect(try await house.lines("SELECT outcome, final FROM holdfast.history") == ["(poison,t)"])
            #expect(try await house.count("holdfast.job") == 1)
        }
    }
}
