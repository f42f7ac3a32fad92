import Foundation
import Notifications
import Outbox
import Postgres
import Testing

@Suite("Owing and withdrawing by function")
struct EnqueueTests {
    private static let enqueue =
        "SELECT holdfast.enqueue('reservation.confirm', 'reservation', $1, dedupe_key => $2) AS id"

    @Test("a letter can be owed for later, with an end and ids of its own")
    func ownTimes() async throws {
        try await withReservation { house, id in
            try await house.connection.query(
                """
                SELECT holdfast.enqueue('reservation.confirm', 'reservation', $1, run_at => '2027-03-02 09:00+00',
                                        expires_at => '2027-03-02 21:00+00', args => '{"audience": "provider",
                                          "thread": 7}')
                """, [.uuid(id)])
            let job = try await house.line(
                "SELECT run_at::text, expires_at::text, audience, args ->> 'thread' FROM holdfast.job")
            #expect(job == #"("2027-03-02 09:00:00+00","2027-03-02 21:00:00+00",provider,7)"#)
        }
    }

    @Test("without an end of its own a letter lives as long as its kind says")
    func standardLifetime() async throws {
        try await withReservation { (house: House, id: UUID) async throws in
            try await house.connection.query(Self.enqueue, [.uuid(id), .null])
            #expect(try await house.line("SELECT expires_at - run_at FROM holdfast.job") == #"("14 days")"#)
        }
    }

    @Test(
        "unknown kinds and subjects and long arguments are refused",
        arguments: [
            ("SELECT holdfast.enqueue('no.such_kind', 'reservation', $1)", "HF001"),
            (
                """
                SELECT holdfast.enqueue('reservation.confirm', 'reservation',
                '00000000-0000-0000-0000-000000000000'), $1
                """,
                "HF002"
            ),
            ("SELECT holdfast.enqueue('reservation.confirm', 'signup_task', $1)", "HF002"),
            ("SELECT holdfast.enqueue('reservation.confirm', 'provider', $1)", "HF002"),
            (
                "SELECT holdfast.enqueue('reservation.confirm', 'reservation', $1, args => '{\"audience\": \"all\"}')",
                "HF004"
            ),
            (
                """
                SELECT holdfast.enqueue('reservation.confirm', 'reservation', $1, args =>
                jsonb_build_object('x', repeat('x', 4096)))
                """,
                "HF003"
            ),
        ])
    func refusals(sql: String, code: String) async throws {
        try await withReservation { (house: House, id: UUID) async throws in
            #expect(try await house.refusal(sql, [.uuid(id)])?.sqlState?.rawValue == code)
            #expect(try await house.count("holdfast.job") == 0)
        }
    }

    @Test("a key that is known gives the known job's id, also after it was sent")
    func knownKeyGivesTheKnownJob() async throws {
        try await withReservation { house, id in
            let first = try await house.number(Self.enqueue, [.uuid(id), .text("key")])
            #expect(try await house.number(Self.enqueue, [.uuid(id), .text("key")]) == first)
            #expect(try await house.number(Self.enqueue, [.uuid(id), .text("other")]) != first)
            #expect(try await house.count("holdfast.job") == 2)
            let settled = try await house.outbox.settle(
                try await house.claim().map { Settlement($0.job.ticket, .sent) })
            #expect(settled.count == 2)
            #expect(try await house.number(Self.enqueue, [.uuid(id), .text("key")]) == first)
            #expect(try await house.count("holdfast.job") == 0)
        }
    }

    @Test("eight transactions with one key owe one letter and all learn its id")
    func concurrentKeysAreOneJob() async throws {
        try await withReservation { house, id in
            let ids = try await withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await lendConnection(to: house.url) { connection in
                            try await House(url: house.url, connection: connection).number(
                                Self.enqueue, [.uuid(id), .text("key")])
                        }
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(ids.count == 8 && Set(ids).count == 1)
            #expect(try await house.count("holdfast.job") == 1)
        }
    }

    @Test("cancelling by key withdraws what is owed and frees the key, and does nothing to what is being sent")
    func cancelByKey() async throws {
        try await withReservation { house, id in
            let cancel = "SELECT holdfast.cancel(dedupe_key => 'key')"
            #expect(try await house.line(cancel) == "(f)")
            let first = try await house.number(Self.enqueue, [.uuid(id), .text("key")])
            #expect(try await house.line(cancel) == "(t)")
            #expect(try await house.count("holdfast.job") == 0)
            let history = try await house.line("SELECT job_id, outcome, final, reason FROM holdfast.history")
            #expect(history == #"(\#(first),cancelled,t,"cancelled by the application")"#)
            #expect(try await house.number(Self.enqueue, [.uuid(id), .text("key")]) != first)
            _ = try await house.claimOne()
            #expect(try await house.line(cancel) == "(f)")
            #expect(try await house.line("SELECT state FROM holdfast.job") == "(running)")
        }
    }

    @Test("the bell rings when the transaction commits, and not before")
    func bellRingsOnCommit() async throws {
        try await withReservation { house, id in
            try await house.withConnection { listener in
                try await listener.listen("holdfast_wake")
                try await house.connection.withTransaction { _ in
                    try await house.connection.query(Self.enqueue, [.uuid(id), .null])
                    try await listener.query("SELECT pg_notify('holdfast_wake', 'not yet')")
                    #expect(try await listener.nextPayload() == "not yet")
                }
                #expect(try await listener.nextPayload() == "mail")
            }
        }
    }

    @Test("the bell is silent for a letter of later, and for a transaction that is rolled back")
    func bellIsSilentForLater() async throws {
        try await withReservation { house, id in
            try await house.withConnection { listener in
                try await listener.listen("holdfast_wake")
                try await house.owe(3, about: id, runAt: "holdfast.clock() + interval '1 second'")
                try? await house.connection.withTransaction { _ in
                    try await house.owe(1, about: id)
                    throw CancellationError()
                }
                try await house.run("SELECT pg_notify('holdfast_wake', 'silence so far')")
                #expect(try await listener.nextPayload() == "silence so far")
            }
        }
    }

    @Test("many letters of one statement ring once for each queue")
    func bellRingsOncePerQueue() async throws {
        try await withReservation { house, id in
            try await house.withConnection { listener in
                try await listener.listen("holdfast_wake")
                try await house.owe(50, about: id)
                try await house.owe(1, about: id, queue: "bulk")
                try await house.run("SELECT pg_notify('holdfast_wake', 'end')")
                var heard: [String?] = []
                while heard.last != "end" { heard.append(try await listener.nextPayload()) }
                #expect(heard == ["mail", "bulk", "end"])
            }
        }
    }
}

extension House {
    /// The `bigint` named `id` that a query answers.
    func number(_ sql: String, _ parameters: [Parameter]) async throws -> Int64 {
        try #require(try await connection.query(sql, parameters).first).decode("id")
    }
}

extension Connection {
    /// The payload of the next notification, which is on its way already.
    func nextPayload() async throws -> String? {
        try await notification(within: .seconds(10))?.payload
    }

    /// Returns once so many statements of this database wait for a lock; they will wait until somebody lets go.
    func awaitLockWaiters(_ number: Int) async throws {
        let waiting =
            """
            SELECT count(*) AS waiting FROM pg_stat_activity WHERE datname = current_database() AND
            wait_event_type = 'Lock'
            """
        for _ in 0..<1000 {
            try await query("SELECT pg_stat_clear_snapshot()")
            let count = try await query(waiting).first?.decode("waiting", as: Int.self) ?? 0
            if count >= number { return }
            try await query("SELECT pg_sleep(0.01)")
        }
        Issue.record("nothing waits for the lock")
    }
}
