import Foundation
import Notifications
import Outbox
import Postgres
import Testing

@Suite("Leases and rescue")
struct LeaseTests {
    @Test("a lease is renewed as long as nobody has ended it, and not once it is gone")
    func renewal() async throws {
        try await withHouse { house in
            let isRenewed = """
                SELECT lease_until - clock_timestamp() BETWEEN interval '50 s' AND interval '60 s' FROM holdfast.worker
                """
            #expect(try await house.outbox.renew(house.worker, lease: .seconds(60)))
            #expect(try await house.line(isRenewed) == "(t)")
            try await house.expireLeases()
            #expect(try await house.outbox.renew(house.worker, lease: .seconds(60)))
            #expect(try await house.line(isRenewed) == "(t)")
            try await house.expireLeases()
            #expect(try await house.outbox.rescue(limit: 1) == 0)
            #expect(try await !house.outbox.renew(house.worker, lease: .seconds(60)))
            #expect(try await house.count("holdfast.worker") == 0)
        }
    }

    @Test("a worker that leaves has no lease any more")
    func removal() async throws {
        try await withHouse { house in
            try await house.outbox.remove(house.worker)
            #expect(try await house.count("holdfast.worker") == 0)
            #expect(try await !house.outbox.renew(house.worker, lease: .seconds(60)))
        }
    }

    @Test("letters of a live worker are not rescued")
    func liveWorkersKeepTheirs() async throws {
        try await withLetter { (house: House, _: Claim) async throws in
            #expect(try await house.outbox.rescue(limit: 100) == 0)
            #expect(try await house.line("SELECT state, crashes FROM holdfast.job") == "(running,0)")
            #expect(try await house.count("holdfast.worker") == 1)
        }
    }

    @Test(
        "letters of a worker whose lease is over, or that has none, go back with their number and date",
        arguments: [true, false])
    func deadWorkersLoseTheirs(isRemoved: Bool) async throws {
        try await withLetter { house, claim in
            try await house.setClock("2027-03-01 18:00:00+00")
            if isRemoved { try await house.outbox.remove(house.worker) } else { try await house.expireLeases() }
            #expect(try await house.outbox.rescue(limit: 100) == 1)
            #expect(try await house.count("holdfast.worker") == 0)
            let job = try await house.line(
                """
                SELECT state, claim_no, attempts, crashes, rescued_at IS NOT NULL, claimed_by, deadline_at,
                  run_at::text, dated_at::text
                FROM holdfast.job
                """)
            #expect(job == #"(ready,1,0,1,t,,,"2027-03-01 18:00:00+00","2027-03-01 17:00:00+00")"#)
            let history = try await house.lines(
                "SELECT job_id, claim_no, outcome, final, attempt, reason FROM holdfast.history")
            #expect(history == [#"(\#(claim.job.ticket.jobID),1,unknown,f,0,"worker lost")"#])
            #expect(try await house.outbox.rescue(limit: 100) == 0)
        }
    }

    @Test(
        "a rescued letter is claimed again with its date and a new number; the lost worker's word comes late"
    )
    func rescuedLettersAreClaimed() async throws {
        try await withLetter { house, claim in
            try await house.expireLeases()
            #expect(try await house.outbox.rescue(limit: 100) == 1)
            let again = Settlement(claim.job.ticket, .retry, next: .again(after: .seconds(9)), burnsAttempt: true)
            #expect(try await house.outbox.settle([again]).isEmpty)
            #expect(try await house.release([claim.job.ticket]).isEmpty)
            try await house.setClock("2027-03-01 18:00:00+00")
            let successor = WorkerID()
            try await house.outbox.register(successor, lease: .seconds(60), info: "{}")
            let second = try #require(try await house.claim(worker: successor).first)
            #expect(
                second.job.ticket.claimNumber == 2 && second.job.datedAt == claim.job.datedAt && second.job.isInDoubt)
            #expect(try await house.outbox.settle([Settlement(claim.job.ticket, .sent)]).isEmpty)
            let next = Settlement.Next.again(after: .zero)
            #expect(try await house.outbox.settle([Settlement(second.job.ticket, .retry, next: next)]).count == 1)
            #expect(try await house.claim(worker: successor).first?.job.datedAt == claim.job.datedAt)
        }
    }

    @Test("the end of a letter counts also after its rescue, as long as nobody has claimed it since")
    func endAfterRescue() async throws {
        try await withLetter { house, claim in
            try await house.expireLeases()
            #expect(try await house.outbox.rescue(limit: 100) == 1)
            let ended = try await house.outbox.settle([Settlement(claim.job.ticket, .sent, burnsAttempt: true)])
            #expect(ended == [claim.job.ticket.jobID])
            #expect(try await house.count("holdfast.job") == 0)
            #expect(
                try await house.lines("SELECT outcome, final, attempt FROM holdfast.history ORDER BY at") == [
                    "(unknown,f,0)", "(sent,t,1)",
                ])
        }
    }

    @Test("a letter held for longer than any send takes is rescued from a live worker too")
    func stuckLetters() async throws {
        try await withLetter { house, _ in
            try await house.run("UPDATE holdfast.job SET deadline_at = clock_timestamp() - interval '1 millisecond'")
            #expect(try await house.outbox.rescue(limit: 100) == 1)
            #expect(try await house.line("SELECT state, crashes FROM holdfast.job") == "(ready,1)")
            #expect(try await house.count("holdfast.worker") == 1)
        }
    }

    @Test("a rescue takes no more than it was asked to")
    func rescueLimit() async throws {
        try await withReservation { house, id in
            try await house.owe(5, about: id)
            #expect(try await house.claim().count == 5)
            try await house.outbox.remove(house.worker)
            #expect(try await house.outbox.rescue(limit: 3) == 3)
            #expect(try await house.outbox.rescue(limit: 3) == 2)
        }
    }

    @Test("a rescue waits for a renewal under way, and then spares its worker")
    func rescueSparesRenewals() async throws {
        try await withLetter { house, _ in
            try await house.withConnection { renewing in
                try await house.run(
                    "UPDATE holdfast.worker SET lease_until = clock_timestamp() + interval '300 milliseconds'")
                try await renewing.execute("BEGIN")
                #expect(try await Outbox(renewing).renew(house.worker, lease: .seconds(600)))
                // For others the lease is over now: its renewal is not committed.
                try await house.run("SELECT pg_sleep(0.4)")
                async let rescued = house.outbox.rescue(limit: 100)
                try await renewing.awaitLockWaiters(1)
                try await renewing.execute("COMMIT")
                #expect(try await rescued == 0)
            }
            #expect(try await house.line("SELECT state, crashes FROM holdfast.job") == "(running,0)")
            #expect(try await house.count("holdfast.worker") == 1)
            #expect(try await house.count("holdfast.history") == 0)
        }
    }
}

extension House {
    /// Lets every lease be over.
    func expireLeases() async throws {
        try await run("UPDATE holdfast.worker SET lease_until = clock_timestamp() - interval '1 millisecond'")
    }
}
