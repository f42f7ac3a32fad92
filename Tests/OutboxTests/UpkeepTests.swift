import Foundation
import Postgres
import Testing

@testable import Outbox

@Suite("Upkeep")
struct UpkeepTests {
    @Test("days of history are dropped when their time is over, and not before")
    func dropsHistory() async throws {
        try await withHouse { house in
            try await house.run(Self.makeDays("-402, -401, -400, -399"))
            #expect(try await house.outbox.keep(historyDays: 400).dropped == 2)
            #expect(try await house.oldDays() == [-400, -399])
            #expect(try await house.outbox.keep(historyDays: 400).dropped == 0)
            // Less than 30 days counts as 30.
            try await house.run(Self.makeDays("-30"))
            #expect(try await house.outbox.keep(historyDays: 0).dropped == 2)
            #expect(try await house.oldDays() == [-30])
        }
    }

    @Test("a day somebody holds is left for the next time, and nobody waits longer than a moment for it")
    func dropGivesWay() async throws {
        try await withHouse { house in
            try await house.run(Self.makeDays("-500"))
            try await house.withConnection { other in
                try await other.execute("BEGIN; LOCK TABLE holdfast.history IN ROW EXCLUSIVE MODE")
                #expect(try await house.outbox.keep(historyDays: 400).dropped == 0)
                try await other.execute("COMMIT")
            }
            #expect(try await house.outbox.keep(historyDays: 400).dropped == 1)
        }
    }

    @Test("history without a partition of its day is reported, and moved into one that is made for it")
    func sortsHistory() async throws {
        try await withHouse { house in
            try await house.remember(at: "now() - interval '40 days'", times: 3)
            try await house.remember(at: "now() - interval '39 days'", times: 2)
            #expect(try await house.outbox.upkeepFindings().defaultHistoryRows == 5)
            #expect(try await house.outbox.keep(historyDays: 400).moved == 5)
            #expect(try await house.outbox.upkeepFindings().defaultHistoryRows == 0)
            #expect(try await house.count("holdfast.history") == 5)
            #expect(try await house.oldDays() == [-40, -39])
            // The day is a partition like any other: it takes rows, and ends with its time.
            try await house.remember(at: "now() - interval '40 days'", times: 1)
            #expect(try await house.outbox.upkeepFindings().defaultHistoryRows == 0)
            #expect(try await house.outbox.keep(historyDays: 30).dropped == 2)
            #expect(try await house.count("holdfast.history") == 0)
        }
    }

    @Test("a settle under way keeps history from being moved, and loses nothing")
    func sortGivesWay() async throws {
        try await withHouse { house in
            try await house.remember(at: "now() - interval '40 days'", times: 3)
            try await house.withConnection { other in
                try await other.execute("BEGIN")
                try await other.execute(House.memory(at: "now() - interval '40 days'", times: 1))
                #expect(try await house.outbox.keep(historyDays: 400).moved == 0)
                try await other.execute("COMMIT")
            }
            #expect(try await house.outbox.keep(historyDays: 400).moved == 4)
            #expect(try await house.count("holdfast.history") == 4)
        }
    }

    @Test("partitions are there two weeks ahead, and upkeep says until when")
    func partitionsAhead() async throws {
        try await withHouse { house in
            _ = try await house.outbox.keep(historyDays: 400)
            let until = try #require(try await house.outbox.upkeepFindings().historyUntil)
            #expect(until > Date(timeIntervalSinceNow: 14 * 86_400) && until < Date(timeIntervalSinceNow: 16 * 86_400))
        }
    }

    @Test("a key is forgotten when it is old, its letter is not owed and its subject is over")
    func prunesKeys() async throws {
        try await withHouse { house in
            let open = try await house.reserve()
            let over = try await house.reserve(["starts_at": "'2027-03-09 18:00:00+00'"])
            let owed = try await house.reserve(["starts_at": "'2027-03-10 18:00:00+00'"])
            let openTask = try await house.task()
            try await house.run(
                """
                UPDATE booking.reservation SET state = 'cancelled' WHERE id IN ('\(over)', '\(owed)');
                DELETE FROM holdfast.job;
                """)
            try await house.owe(1, about: owed)
            try await house.run(
                """
                INSERT INTO holdfast.dedupe (key, job_id, subject_kind, subject_id)
                VALUES ('over', 900001, 'reservation', '\(over)'), ('gone', 900002, 'signup_task', gen_random_uuid()),
                       ('owed', (SELECT max(id) FROM holdfast.job), 'reservation', '\(owed)'), ('later', 900003, 'of later', '\(over)'),
                       ('nobody', 900004, NULL, NULL);
                UPDATE holdfast.dedupe SET created_at = holdfast.clock() - interval '401 days';
                INSERT INTO holdfast.dedupe (key, job_id, subject_kind, subject_id, created_at)
                VALUES ('young', 900005, 'reservation', '\(over)', holdfast.clock() - interval '399 days');
                """)
            _ = try await house.outbox.keep(historyDays: 400)
            let kept = try await house.lines("SELECT key FROM holdfast.dedupe").map {
                String($0.dropFirst().dropLast())
            }
            let named = kept.filter { ["over", "gone", "owed", "later", "nobody", "young"].contains($0) }
            #expect(Set(named) == ["owed", "later", "young"])
            #expect(kept.contains { $0.contains(open.uuidString.lowercased()) })
            #expect(kept.contains { $0.contains(openTask.uuidString.lowercased()) })
            #expect(!kept.contains { $0.contains(over.uuidString.lowercased()) })
        }
    }

    @Test("a key remembers whom its letter is about")
    func keysKnowTheirSubject() async throws {
        try await withHouse { house in
            let id = try await house.reserve()
            #expect(
                try await house.lines("SELECT DISTINCT subject_kind, subject_id FROM holdfast.dedupe")
                    == ["(reservation,\(id.uuidString.lowercased()))"])
        }
    }

    @Test("a link is kept until 30 days after its end; thousands go in small batches")
    func prunesLinks() async throws {
        try await withHouse { house in
            try await house.run(
                """
                INSERT INTO holdfast.link (jti, job_id, subject_id, issued_at, expires_at, gen, max_uses, purpose, kid)
                SELECT gen_random_uuid(), i, gen_random_uuid(), holdfast.clock() - interval '40 days',
                       holdfast.clock() - interval '30 days' + CASE WHEN i <= 1200 THEN -1 ELSE 1 END * interval '1 second',
                       1, 1, 'rsv', '\(House.keyID)'
                FROM generate_series(1, 1210) AS i
                """)
            #expect(try await house.outbox.keep(historyDays: 400).pruned == 1200)
            #expect(try await house.count("holdfast.link") == 10)
        }
    }

    @Test("a snapshot that is held is found, by the process id of its holder")
    func findsPins() async throws {
        try await withHouse { house in
            try await house.withConnection { other in
                try await other.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM holdfast.job")
                let holder = try await other.backendPID
                let pin = try #require(try await house.outbox.upkeepFindings().oldestPin)
                #expect(pin.holder == "session" && pin.name == "\(holder)" && !pin.isStale)
                #expect(pin.seconds != nil)
                try await other.execute("COMMIT")
            }
            #expect(try await house.outbox.upkeepFindings().seesAllSessions)
        }
    }

    @Test(
        "a snapshot is too old after five minutes, or a million transactions where nobody knows its time",
        arguments: [(299, 999_999, false), (301, 1, true), (nil, 1_000_000, false), (nil, 1_000_001, true)])
    func staleness(seconds: Double?, transactions: Int, isStale: Bool) {
        let pin = UpkeepFindings.Pin(holder: "session", name: "1", seconds: seconds, transactions: transactions)
        #expect(pin.isStale == isStale)
    }

    /// Makes partitions for days so far from today.
    private static func makeDays(_ offsets: String) -> String {
        """
        DO $$ DECLARE d date; BEGIN
        FOREACH d IN ARRAY (SELECT array_agg((now() AT TIME ZONE 'UTC')::date + o) FROM unnest(ARRAY[\(offsets)]) AS o) LOOP
          EXECUTE format('CREATE TABLE holdfast.%I PARTITION OF holdfast.history FOR VALUES FROM (%L) TO (%L)',
            'history_' || to_char(d, 'YYYYMMDD'), d::text || ' 00:00+00', (d + 1)::text || ' 00:00+00');
        END LOOP; END $$
        """
    }
}

extension House {
    /// The days before today that have a partition, counted from today.
    fileprivate func oldDays() async throws -> [Int] {
        try await connection.query(
            """
            SELECT to_date(substr(c.relname, 9), 'YYYYMMDD') - (now() AT TIME ZONE 'UTC')::date AS day
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
            WHERE i.inhparent = 'holdfast.history'::regclass AND c.relname ~ '^history_[0-9]{8}$'
              AND to_date(substr(c.relname, 9), 'YYYYMMDD') < (now() AT TIME ZONE 'UTC')::date - 1 ORDER BY 1
            """
        ).map { try $0.decode("day") }
    }

    /// Writes history of another time.
    fileprivate func remember(at instant: String, times: Int) async throws {
        try await run(Self.memory(at: instant, times: times))
    }

    fileprivate static func memory(at instant: String, times: Int) -> String {
        """
        INSERT INTO holdfast.history (at, job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience)
        SELECT \(instant), i, 1, gen_random_uuid(), 1, 1, true, 'sent', 'portal.activate', 'signup_task', 'client'
        FROM generate_series(1, \(times)) AS i
        """
    }
}
