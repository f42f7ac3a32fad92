import Foundation
import Notifications
import Outbox
import Postgres
import Testing

@Suite("Claiming")
struct ClaimTests {
    @Test("due letters come in the order they came due, the most urgent first")
    func order() async throws {
        try await withReservation { house, id in
            for (priority, minutes) in [(2, 50), (0, 10), (1, 30), (0, 20), (2, 60)] {
                try await house.owe(
                    1, about: id, priority: priority, runAt: "holdfast.clock() - interval '\(minutes) minutes'")
            }
            #expect(try await taken(house.claim()) == [20, 10, 30, 60, 50])
        }
    }

    @Test("an urgent letter goes before any that waited longer, and after them when the least urgent are asked for")
    func priorities() async throws {
        try await withReservation { house, id in
            try await house.owe(1, about: id, priority: 2, runAt: "holdfast.clock() - interval '1 hour'")
            try await house.owe(1, about: id, priority: 1, runAt: "holdfast.clock() - interval '2 minutes'")
            try await house.owe(1, about: id, priority: 0, runAt: "holdfast.clock() - interval '1 minute'")
            #expect(try await taken(house.claim(1)) == [1])
            try await house.owe(1, about: id, priority: 0, runAt: "holdfast.clock() - interval '3 minutes'")
            #expect(try await taken(house.claim(1, leastUrgentFirst: true)) == [60])
            #expect(try await taken(house.claim(1, leastUrgentFirst: true)) == [2])
            #expect(try await taken(house.claim(1, leastUrgentFirst: true)) == [3])
        }
    }

    @Test("a claim takes no more than it asks for, over all priorities")
    func limit() async throws {
        try await withReservation { house, id in
            for priority in 0...2 { try await house.owe(4, about: id, priority: priority) }
            #expect(try await house.claim(5).count == 5)
            #expect(try await house.claim(100).count == 7)
            #expect(try await house.claim(100).isEmpty)
        }
    }

    @Test("letters of later, of other queues, of other kinds, and those held back are left alone")
    func leftAlone() async throws {
        try await withReservation { house, id in
            try await house.owe(1, about: id, runAt: "holdfast.clock() + interval '1 microsecond'")
            try await house.owe(1, about: id, queue: "bulk")
            try await house.owe(1, about: id, kind: "portal.activate")
            try await house.owe(1, about: id, state: "held")
            let before = try await house.lines("SELECT * FROM holdfast.job ORDER BY id")
            #expect(try await house.claim(kinds: ["reservation.confirm"]).isEmpty)
            #expect(try await house.lines("SELECT * FROM holdfast.job ORDER BY id") == before)
            #expect(try await house.claim(queues: ["mail", "bulk"], kinds: ["reservation.confirm"]).count == 1)
        }
    }

    @Test("a claim writes who has the letter, for how long, and its date")
    func claimedRow() async throws {
        try await withReservation { house, id in
            try await house.setClock("2027-03-01 17:00:00.75+00")
            try await house.owe(1, about: id)
            let claim = try await house.claimOne()
            #expect(claim.job.ticket.claimNumber == 1)
            #expect(claim.job.attempts == 0 && claim.job.triedAt == nil && !claim.job.isInDoubt)
            #expect(claim.job.datedAt == Date(timeIntervalSince1970: 1_803_920_400))
            #expect(claim.readAt == Date(timeIntervalSince1970: 1_803_920_400.75))
            let row = try await house.line(
                """
                SELECT state, claim_no, claimed_by = $1, deadline_at - claimed_at, dated_at::text, attempts FROM
                  holdfast.job
                """, [.uuid(house.worker.rawValue)])
            #expect(row == #"(running,1,t,00:01:00,"2027-03-01 17:00:00+00",0)"#)
        }
    }

    @Test("a worker without a lease, or with one that is over, claims nothing")
    func deadWorkersClaimNothing() async throws {
        try await withReservation { house, id in
            try await house.owe(1, about: id)
            #expect(try await house.claim(worker: WorkerID()).isEmpty)
            try await house.run("UPDATE holdfast.worker SET lease_until = clock_timestamp() - interval '1 millisecond'")
            #expect(try await house.claim().isEmpty)
            #expect(try await house.line("SELECT state, claim_no FROM holdfast.job") == "(ready,0)")
        }
    }

    @Test("eight claimers share 500 letters out among them, each to one")
    func claimersNeverShare() async throws {
        try await withReservation { house, id in
            try await house.owe(500, about: id)
            let ids = try await withThrowingTaskGroup(of: [Int64].self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await lendConnection(to: house.url) { try await Self.claimAll(on: $0, of: house) }
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(ids.count == 500 && Set(ids).count == 500)
            #expect(try await house.count("holdfast.job WHERE claim_no <> 1") == 0)
        }
    }

    @Test("a letter that another claim has just taken is passed over without waiting")
    func lockedRowsArePassedOver() async throws {
        try await withReservation { house, id in
            try await house.owe(3, about: id)
            try await house.withConnection { other in
                try await other.execute("BEGIN; SELECT FROM holdfast.job ORDER BY id LIMIT 1 FOR UPDATE")
                #expect(try await house.claim().count == 2)
                try await other.execute("ROLLBACK")
            }
            #expect(try await house.claim().count == 1)
        }
    }

    @Test("the next letter that comes due is known to the second, for the kinds and queues asked for")
    func nextDue() async throws {
        try await withReservation { house, id in
            func next(_ kinds: [String] = House.kinds, _ queues: [String] = ["mail"]) async throws -> Duration? {
                try await house.outbox.nextDue(queues: queues, kinds: kinds)
            }
            #expect(try await next() == nil)
            try await house.owe(1, about: id, priority: 1, runAt: "holdfast.clock() + interval '90 seconds'")
            try await house.owe(1, about: id, priority: 0, runAt: "holdfast.clock() + interval '2 hours'")
            #expect(try await next() == .seconds(90))
            #expect(try await next(["portal.activate"]) == nil)
            #expect(try await next(House.kinds, ["bulk"]) == nil)
            try await house.owe(1, about: id, priority: 2, runAt: "holdfast.clock() - interval '1 hour'")
            #expect(try await next() == .zero)
            #expect(try await house.claim().count == 1)
            #expect(try await next() == .seconds(90))
        }
    }

    /// Claims as a worker of its own, a few at a time, until nothing comes any more.
    private static func claimAll(on connection: Connection, of house: House) async throws -> [Int64] {
        let claimer = House(url: house.url, connection: connection)
        try await claimer.outbox.register(claimer.worker, lease: .seconds(600), info: "{}")
        var ids: [Int64] = []
        while case let claims = try await claimer.claim(7), !claims.isEmpty { ids += claims.map(\.job.ticket.jobID) }
        return ids
    }

    /// How many minutes ago each claimed letter came due.
    private func taken(_ claims: [Claim]) -> [Int] {
        claims.map { Int(($0.readAt.timeIntervalSince($0.job.expiresAt) / 60).rounded()) + 48 * 60 }
    }
}
