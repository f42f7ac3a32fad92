import Foundation
import Notifications
import Postgres
import Testing

@testable import Outbox

/// Two statements that meet at one row: the second runs while what the first did is not committed.
@Suite("Statements that meet")
struct InterleavingTests {
    @Test("end, then rescue: the rescue passes the letter over, and it has ended once")
    func endThenRescue() async throws {
        try await withLostLetter { house, claim in
            let (first, rescued) = try await house.meet {
                try await $0.settle([Settlement(claim.job.ticket, .sent)])
            } second: {
                try await $0.rescue(limit: 100, isSweep: true).jobs
            }
            #expect(first.count == 1)
            #expect(rescued == 0)
            #expect(try await house.lines("SELECT outcome, final FROM holdfast.history") == ["(sent,t)"])
            #expect(try await house.count("holdfast.job") == 0)
        }
    }

    @Test("rescue, then end: the end waits, and counts")
    func rescueThenEnd() async throws {
        try await withLostLetter { house, claim in
            let (first, settled) = try await house.meet(waits: true) {
                try await $0.rescue(limit: 100, isSweep: true).jobs
            } second: {
                try await $0.settle([Settlement(claim.job.ticket, .sent)])
            }
            #expect(first == 1)
            #expect(settled == [claim.job.ticket.jobID])
            let history = try await house.lines("SELECT outcome, final FROM holdfast.history ORDER BY at")
            #expect(history == ["(unknown,f)", "(sent,t)"])
            #expect(try await house.count("holdfast.job") == 0)
        }
    }

    @Test("retry, then rescue: the rescue passes it over, and no crash is counted")
    func retryThenRescue() async throws {
        try await withLostLetter { house, claim in
            let again = Settlement(claim.job.ticket, .retry, next: .again(after: .zero), burnsAttempt: true)
            let (first, rescued) = try await house.meet {
                try await $0.settle([again])
            } second: {
                try await $0.rescue(limit: 100, isSweep: true).jobs
            }
            #expect(first.count == 1)
            #expect(rescued == 0)
            #expect(try await house.line("SELECT state, attempts, crashes FROM holdfast.job") == "(ready,1,0)")
        }
    }

    @Test("rescue, then retry: the retry waits and changes nothing")
    func rescueThenRetry() async throws {
        try await withLostLetter { house, claim in
            let again = Settlement(claim.job.ticket, .retry, next: .again(after: .seconds(9)), burnsAttempt: true)
            let (first, settled) = try await house.meet(waits: true) {
                try await $0.rescue(limit: 100, isSweep: true).jobs
            } second: {
                try await $0.settle([again])
            }
            #expect(first == 1)
            #expect(settled.isEmpty)
            #expect(try await house.line("SELECT state, attempts, crashes FROM holdfast.job") == "(ready,0,1)")
        }
    }

    @Test("giving back, then the end: the end waits and changes nothing")
    func releaseThenEnd() async throws {
        try await withLetter { house, claim in
            let (first, settled) = try await house.meet(waits: true) {
                try await $0.release([(claim.job.ticket, .zero)])
            } second: {
                try await $0.settle([Settlement(claim.job.ticket, .sent)])
            }
            #expect(first.count == 1)
            #expect(settled.isEmpty)
            #expect(try await house.count("holdfast.job") == 1)
            #expect(try await house.count("holdfast.history") == 0)
        }
    }

    @Test("the end, then giving back: it waits and changes nothing")
    func endThenRelease() async throws {
        try await withLetter { house, claim in
            let (first, released) = try await house.meet(waits: true) {
                try await $0.settle([Settlement(claim.job.ticket, .sent)])
            } second: {
                try await $0.release([(claim.job.ticket, .zero)])
            }
            #expect(first.count == 1)
            #expect(released.isEmpty)
            #expect(try await house.count("holdfast.job") == 0)
        }
    }

    @Test("the same end twice: the second waits, and history tells it once")
    func endTwice() async throws {
        try await withLetter { house, claim in
            let (first, settled) = try await house.meet(waits: true) {
                try await $0.settle([Settlement(claim.job.ticket, .sent)])
            } second: {
                try await $0.settle([Settlement(claim.job.ticket, .failed)])
            }
            #expect(first.count == 1)
            #expect(settled.isEmpty)
            #expect(try await house.lines("SELECT outcome FROM holdfast.history") == ["(sent)"])
        }
    }

    @Test("two rescues: the second waits and finds nothing")
    func rescueTwice() async throws {
        try await withLostLetter { house, _ in
            let (first, rescued) = try await house.meet(waits: true) {
                try await $0.rescue(limit: 100, isSweep: true).jobs
            } second: {
                try await $0.rescue(limit: 100, isSweep: true).jobs
            }
            #expect(first == 1)
            #expect(rescued == 0)
            #expect(try await house.line("SELECT crashes FROM holdfast.job") == "(1)")
        }
    }

    @Test("a rescue, then the renewal of the same lease: it waits, and learns that the lease is gone")
    func rescueThenRenewal() async throws {
        try await withLostLetter { house, _ in
            let (first, renewed) = try await house.meet(waits: true) {
                try await $0.rescue(limit: 100, isSweep: true).jobs
            } second: {
                try await $0.renew(house.worker, lease: .seconds(60))
            }
            #expect(first == 1)
            #expect(!renewed)
        }
    }

    @Test("cancelling, then a claim: the claim passes it over")
    func cancelThenClaim() async throws {
        try await withReservation { house, subject in
            _ = try await house.enqueue(about: subject)
            let (_, claims) = try await house.meet {
                try await $0.connection.query("SELECT holdfast.cancel('key')")
            } second: { outbox in
                try await outbox.claim(
                    ClaimRequest(
                        worker: house.worker, queues: ["mail"], kinds: House.kinds, limit: 9, sendingTime: .seconds(60))
                )
            }
            #expect(claims.isEmpty)
            #expect(try await house.lines("SELECT outcome FROM holdfast.history") == ["(cancelled)"])
        }
    }

    @Test("a refusal and a later bounce of one address and subject take their locks in one order, and both end")
    func refusalThenBounce() async throws {
        try await withSentLetter { house, claim in
            let (_, answer) = try await house.meet(waits: true) {
                // What a settle does, one lock after the other.
                try await $0.connection.execute(
                    """
                    INSERT INTO holdfast.suppression (address, reason) VALUES ('zoe@example.org', 'hard_bounce');
                    """)
            } beforeEnding: {
                try await $0.connection.query(
                    """
                    SELECT holdfast.enqueue('provider.bounce', 'reservation', $1::uuid,
                      dedupe_key => 'provider.bounce:' || $1::uuid || ':1')
                    """, [.uuid(claim.job.subjectID)])
            } second: {
                try await $0.reportBounce(messageID: "m1@example.org", status: "5.1.1", recipient: nil)
            }
            #expect(answer == .recorded)
            #expect(try await house.count("holdfast.job WHERE kind = 'provider.bounce'") == 1)
        }
    }

    @Test("the same key twice: the second waits, and is the first's letter or, when that was rolled back, its own")
    func sameKey() async throws {
        for ending in ["COMMIT", "ROLLBACK"] {
            try await withReservation { house, subject in
                let (first, second) = try await house.meet(waits: true, ending: ending) {
                    try await $0.connection.enqueue(about: subject)
                } second: {
                    try await $0.connection.enqueue(about: subject)
                }
                #expect((first == second) == (ending == "COMMIT"))
                #expect(try await house.count("holdfast.job") == 1)
            }
        }
    }
}

/// Lends a letter whose worker has lost its lease.
private func withLostLetter(_ body: (House, Claim) async throws -> Void) async throws {
    try await withLetter { house, claim in
        try await house.run("UPDATE holdfast.worker SET lease_until = clock_timestamp() - interval '1 hour'")
        try await body(house, claim)
    }
}

extension House {
    /// Runs `second` on a connection of its own while what `first` did is not committed, then ends the first.
    ///
    /// - Parameters:
    ///   - waits: whether the second has to wait for the first's end, which is then awaited.
    ///   - beforeEnding: what the first does while the second waits.
    fileprivate func meet<First, Second: Sendable>(
        waits: Bool = false, ending: String = "COMMIT", _ first: (Outbox) async throws -> First,
        beforeEnding: (Outbox) async throws -> Void = { _ in },
        second: @escaping @Sendable (Outbox) async throws -> Second
    ) async throws -> (First, Second) {
        try await withConnection { one in
            try await withConnection { two in
                try await one.execute("BEGIN")
                let earlier = try await first(Outbox(one))
                let answer = Task { try await second(Outbox(two)) }
                if waits { try await connection.awaitLockWaiters(1) } else { _ = try await answer.value }
                try await beforeEnding(Outbox(one))
                try await one.execute(ending)
                return (earlier, try await answer.value)
            }
        }
    }

    fileprivate func enqueue(about subject: UUID) async throws -> Int64? {
        try await connection.enqueue(about: subject)
    }
}

extension Connection {
    fileprivate func enqueue(about subject: UUID) async throws -> Int64? {
        try await query(
            """
            SELECT holdfast.enqueue('reservation.confirm', 'reservation', $1::uuid, dedupe_key => 'key') AS id
            """, [.uuid(subject)]
        ).first?.decode("id")
    }
}
