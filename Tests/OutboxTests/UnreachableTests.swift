import Foundation
import Notifications
import Outbox
import Postgres
import Testing

@Suite("Addresses that cannot be reached")
struct UnreachableTests {
    @Test("a dead address is suppressed with its letter's end, for 30 days, and no letter goes there")
    func dead() async throws {
        try await withReservation { house, id in
            try await house.owe(2, about: id)
            let claims = try await house.claim()
            let job = claims[0].job.ticket.jobID
            let settled = try await house.outbox.settle([failed(claims[0], "Zoe@Example.org", .dead)])
            #expect(settled == [job])
            #expect(
                try await house.lines("SELECT address, class, reason, evidence, until::text FROM holdfast.suppression")
                    == [#"(zoe@example.org,all,hard_bounce,\#(job),"2027-03-31 17:00:00+00")"#])
            #expect(
                try await house.lines("SELECT outcome, final, reason FROM holdfast.history") == ["(failed,t,refused)"])
        }
    }

    @Test("the next letter's facts say so, whatever the case of the stored address, until the time is over")
    func factsSeeIt() async throws {
        try await withReservation { house, id in
            let first = try await house.claimOwed(about: id)
            _ = try await house.outbox.settle([failed(first, "ZOE@example.ORG", .dead)])
            #expect(try await house.claimOwed(about: id).facts.subject?.isSuppressed == true)
            try await house.setClock("2027-03-31 17:00:01+00")
            #expect(try await house.claimOwed(about: id).facts.subject?.isSuppressed == false)
        }
    }

    @Test("a settle that comes late suppresses nobody")
    func late() async throws {
        try await withLetter { house, claim in
            _ = try await house.release([claim.job.ticket])
            _ = try await house.claimOne()
            let settled = try await house.outbox.settle([failed(claim, "zoe@example.org", .dead)])
            #expect(settled.isEmpty)
            #expect(try await house.count("holdfast.suppression") == 0)
        }
    }

    @Test("another attempt suppresses nobody")
    func retry() async throws {
        try await withLetter { house, claim in
            let unreachable = UnreachableAddress("zoe@example.org", .dead)
            _ = try await house.outbox.settle([
                Settlement(claim.job.ticket, .retry, next: .again(after: .zero), unreachable: unreachable)
            ])
            #expect(try await house.count("holdfast.suppression") == 0)
        }
    }

    @Test("what stands already stays as it is; what is over is renewed")
    func standing() async throws {
        try await withReservation { house, id in
            try await house.run(
                """
                INSERT INTO holdfast.suppression (address, reason, evidence, until) VALUES
                ('for-good@example.org', 'complaint', 1, NULL),
                ('longer@example.org', 'manual', 2, '2028-01-01 00:00+00'),
                ('over@example.org', 'manual', 3, '2027-03-01 17:00+00')
                """)
            try await house.owe(3, about: id)
            let claims = try await house.claim()
            let names = ["for-good", "longer", "over"]
            _ = try await house.outbox.settle(
                zip(claims, names).map { failed($0, "\($1)@example.org", .dead) })
            #expect(
                try await house.lines("SELECT address, reason, until::date FROM holdfast.suppression ORDER BY 1") == [
                    "(for-good@example.org,complaint,)", "(longer@example.org,manual,2028-01-01)",
                    "(over@example.org,hard_bounce,2027-03-31)",
                ])
        }
    }

    @Test("a full mailbox is suppressed at its third time within 14 days, for 14 days")
    func full() async throws {
        try await withReservation { house, id in
            let times = ["2027-03-01 17:00", "2027-03-15 17:00", "2027-03-16 17:00", "2027-03-28 17:00"]
            // The first is 14 days old at the second, and so no longer counts at the third.
            let suppressed = [0, 0, 0, 1]
            for (time, count) in zip(times, suppressed) {
                try await house.setClock("\(time)+00")
                let claim = try await house.claimOwed(about: id)
                _ = try await house.outbox.settle([failed(claim, "zoe@example.org", .full)])
                #expect(try await house.count("holdfast.suppression") == count, "at \(time)")
            }
            #expect(
                try await house.line("SELECT address, class, reason, until::text FROM holdfast.suppression")
                    == #"(zoe@example.org,all,mailbox_full,"2027-04-11 17:00:00+00")"#)
        }
    }

    @Test("several letters refused at once are one time, and a dead address is dead whatever else is said of it")
    func batch() async throws {
        try await withReservation { house, id in
            try await house.owe(6, about: id)
            let claims = try await house.claim()
            let settled = try await house.outbox.settle([
                failed(claims[0], "full@example.org", .full), failed(claims[1], "FULL@example.org", .full),
                failed(claims[2], "full@example.org", .full), failed(claims[3], "gone@example.org", .full),
                failed(claims[4], "gone@example.org", .dead), Settlement(claims[5].job.ticket, .sent),
            ])
            #expect(settled.count == 6)
            #expect(
                try await house.lines("SELECT address, reason, evidence FROM holdfast.suppression")
                    == ["(gone@example.org,hard_bounce,\(claims[4].job.ticket.jobID))"])
            #expect(
                try await house.lines("SELECT address, cardinality(refused_at) FROM holdfast.full_mailbox")
                    == ["(full@example.org,1)"])
            #expect(try await house.count("holdfast.history") == 6)
        }
    }

    @Test("settles of the same addresses at once, in any order, do not wait for each other in a circle")
    func noDeadlock() async throws {
        try await withReservation { house, id in
            let (rounds, size) = (20, 100)
            try await house.owe(rounds * 2 * size, about: id)
            let claims = try await house.claim(rounds * 2 * size)
            try #require(claims.count == rounds * 2 * size)
            try await house.withConnection { other in
                for round in 0..<rounds {
                    let ground: UnreachableAddress.Ground = round.isMultiple(of: 2) ? .dead : .full
                    let addresses = (1...size).map { "person\($0).\(round / 6)@example.org" }
                    let mine = claims[(round * 2 * size)...]
                    let first = zip(mine, addresses).map { failed($0, $1, ground) }
                    let second = zip(mine.dropFirst(size), addresses.reversed()).map { failed($0, $1, ground) }
                    async let one = house.outbox.settle(first)
                    async let two = Outbox(other).settle(second)
                    let counts = try await (one.count, two.count)
                    #expect(counts == (size, size))
                }
            }
            #expect(try await house.count("holdfast.suppression") == 4 * size)
        }
    }

    private func failed(_ claim: Claim, _ address: String, _ ground: UnreachableAddress.Ground) -> Settlement {
        Settlement(
            claim.job.ticket, .failed, burnsAttempt: true, reason: "refused",
            unreachable: UnreachableAddress(address, ground))
    }
}

extension House {
    /// Owes one more letter and claims it.
    fileprivate func claimOwed(about id: UUID) async throws -> Claim {
        try await owe(1, about: id)
        return try await claimOne()
    }
}
