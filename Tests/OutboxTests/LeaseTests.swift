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
            #expect(try await house.outbox.rescue(limit: 1, isSweep: true).jobs == 0)
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
            #expect(try await house.outbox.rescue(limit: 100, isSweep: true).jobs == 0)
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
            #expect(try await house.outbox.rescue(limit: 100, isSweep: true).jobs == 1)
            #expect(try await house.count("holdfast.worker") == 0)
            let job = try await house.line(
                """
                SELECT state, claim_no, attempts, crashes, rescued_at IS NOT NULL, claimed_by, deadline_at,
                  run_at::text, dated_at::text
                FROM holdfast.job
                """)
            #expect(job == #"(ready,1,0,1,t,,,"2027-03-01 18:00:10+00","2027-03-01 17:00:00+00")"#)
            let history = try await house.lines(
                "SELECT job_id, claim_no, outcome, final, attempt, reason FROM holdfast.history")
            #expect(history == [#"(\#(claim.job.ticket.jobID),1,unknown,f,0,"worker lost")"#])
            #expect(try await house.outbox.rescue(limit: 100, isSweep: true).jobs == 0)
        }
    }

    @Test(
        "a rescued letter is claimed again with its date and a new number; the lost worker's word comes late"
    )
    func rescuedLettersAreClaimed() async throws {
        try await withLetter { house, claim in
            try await house.expireLeases()
            #expect(try await house.outbox.rescue(limit: 100, isSweep: true).jobs == 1)
            let again = Settlement(claim.job.ticket, .retry, next: .again(after: .seconds(9)), burnsAttempt: true)
            #expect(try await house.outbox.settle([again]).isEmpty)
            #expect(try await house.release([claim.job.ticket]).isEmpty)
            #expect(try await house.claim().isEmpty)
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
            #expect(try await house.outbox.rescue(limit: 100, isSweep: true).jobs == 1)
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
            #expect(try await house.outbox.rescue(limit: 100, isSweep: true).jobs == 1)
            #expect(try await house.line("SELECT state, crashes FROM holdfast.job") == "(ready,1)")
            #expect(try await house.count("holdfast.worker") == 1)
        }
    }

    @Test("between sweeps only leases that are over are looked for, and what has none waits")
    func sweeps() async throws {
        try await withLetter { house, _ in
            try await house.run("DELETE FROM holdfast.worker")
            #expect(try await house.outbox.rescue(limit: 9, isSweep: false) == Rescue(leases: 0, jobs: 0, poison: 0))
            #expect(try await house.outbox.rescue(limit: 9, isSweep: true) == Rescue(leases: 0, jobs: 1, poison: 0))
        }
        try await withLetter { house, _ in
            try await house.expireLeases()
            #expect(try await house.outbox.rescue(limit: 9, isSweep: false) == Rescue(leases: 1, jobs: 1, poison: 0))
        }
    }

    @Test("a worker that has just started spares leases that ended a moment ago, and no older ones")
    func grace() async throws {
        try await withLetter { house, _ in
            // Shares of the server's own age, so that neither its age nor a slow machine decides.
            let rows = try await house.connection.query(
                "SELECT extract(epoch FROM clock_timestamp() - pg_postmaster_start_time())::float8 AS age")
            let age = try #require(try rows.first?.decode("age", as: Double.self))
            try await house.run(
                "UPDATE holdfast.worker SET lease_until = clock_timestamp() - interval '1 second' * \(age * 0.1)")
            #expect(try await house.outbox.rescue(limit: 9, isSweep: true, grace: .seconds(age * 0.9)).leases == 0)
            #expect(try await house.outbox.renew(house.worker, lease: .seconds(60)))
            try await house.run("UPDATE holdfast.worker SET lease_until = '-infinity'")
            // A server that has not been up for so long spares them all.
            #expect(try await house.outbox.rescue(limit: 9, isSweep: true, grace: .seconds(86400 * 365)).leases == 0)
            let grace = Duration.milliseconds(1)
            #expect(try await house.outbox.rescue(limit: 9, isSweep: true, grace: grace).jobs == 1)
        }
    }

    @Test("without a lease that is over the queue is not read")
    func cheapBeat() async throws {
        try await withReservation { house, id in
            try await house.owe(5000, about: id)
            try await house.run("VACUUM ANALYZE holdfast.job")
            func scans() async throws -> Int {
                try await house.flushStatistics()
                let rows = try await house.connection.query(
                    "SELECT seq_scan + idx_scan AS n FROM pg_stat_user_tables WHERE relid = 'holdfast.job'::regclass")
                return try rows.first?.decode("n") ?? -1
            }
            let before = try await scans()
            for _ in 0..<10 { _ = try await house.outbox.rescue(limit: 9, isSweep: false) }
            #expect(try await scans() == before)
            _ = try await house.outbox.rescue(limit: 9, isSweep: true)
            #expect(try await scans() == before + 1)
        }
    }

    @Test("a worker that leaves letters in doubt behind leaves its lease for the next rescue to find")
    func leavingDoubt() async throws {
        try await withLetter { house, _ in
            try await house.outbox.remove(house.worker)
            #expect(try await house.line("SELECT lease_until FROM holdfast.worker") == "(-infinity)")
            #expect(try await house.outbox.rescue(limit: 9, isSweep: false) == Rescue(leases: 1, jobs: 1, poison: 0))
        }
    }

    @Test("a rescue takes no more than it was asked to")
    func rescueLimit() async throws {
        try await withReservation { house, id in
            try await house.owe(5, about: id)
            #expect(try await house.claim().count == 5)
            try await house.outbox.remove(house.worker)
            #expect(try await house.outbox.rescue(limit: 3, isSweep: true).jobs == 3)
            #expect(try await house.outbox.rescue(limit: 3, isSweep: true).jobs == 2)
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
                async let rescued = house.outbox.rescue(limit: 100, isSweep: true)
                try await renewing.awaitLockWaiters(1)
                try await renewing.execute("COMMIT")
                #expect(try await rescued.jobs == 0)
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
