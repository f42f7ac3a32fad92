import Foundation
import Notifications
import Postgres
import TestSupport
import Testing

@testable import Outbox

@Suite("What a claim costs")
struct PlanTests {
    /// Letters that tell read their subjects for it: four pages each; others read nothing more.
    @Test(
        "a claim reads few pages, however many letters wait for later",
        arguments: [("reservation.confirm", 600), ("reservation.nudge", 400)])
    func claimReadsFewPages(kind: String, most: Int) async throws {
        try await withReservation { house, id in
            // Prepared and counted while empty, so that nothing the planner remembers is true later.
            try await house.run("TRUNCATE holdfast.job; ANALYZE holdfast.job")
            for _ in 0..<6 { _ = try await house.claim() }
            try await house.owe(20_000, about: id, kind: kind, runAt: "holdfast.clock() + interval '1 day'")
            try await house.owe(50, about: id, kind: kind, priority: 1)
            let plan = try await explain(house, limit: 50, kinds: [kind])
            #expect(plan.jobs == 50)
            #expect(plan.buffers < most, "the claim touched \(plan.buffers) buffers")
        }
    }

    @Test("the whole claim reads the queue through its index")
    func claimUsesTheIndex() async throws {
        try await withReservation { house, id in
            try await house.run("TRUNCATE holdfast.job; ANALYZE holdfast.job")
            for _ in 0..<6 { _ = try await house.claim() }
            try await house.owe(20_000, about: id, runAt: "holdfast.clock() + interval '1 day'")
            try await house.owe(50, about: id, priority: 1)
            let before = try await scans(house)
            #expect(try await house.claim().count == 50)
            let after = try await scans(house)
            #expect(after.sequential == before.sequential)
            #expect(
                after.pages - before.pages < 2000, "the claim touched \(after.pages - before.pages) pages of the queue")
        }
    }

    @Test("a claim reads few pages of a queue that was empty when the planner last looked, whatever is stopped in it")
    func claimOfAFullQueue() async throws {
        try await withReservation { house, id in
            try await house.run("TRUNCATE holdfast.job; ANALYZE holdfast.job")
            for _ in 0..<6 { _ = try await house.claim() }
            try await house.owe(50_000, about: id)
            try await house.owe(200_000, about: id, runAt: "holdfast.clock() + interval '1 day'")
            // Each kind is looked up in the stop switch, which is two pages.
            let looks = 2 * House.kinds.count
            let plan = try await explain(house, limit: 50)
            #expect(plan.jobs == 50)
            #expect(plan.buffers - looks < 900, "the claim touched \(plan.buffers) buffers")
            _ = try await Pauses(house.connection).pause(StopSwitch.everything, reason: "r", operator: "ada")
            let stopped = try await explain(house, limit: 50)
            #expect(stopped.jobs == 50)
            #expect(stopped.buffers - looks < 20, "a claim of nothing touched \(stopped.buffers) buffers")
        }
    }

    @Test("facts are read by the claimed letters' ids, and those of a subject that none is about by nothing at all")
    func factsOfWhatWasClaimed() async throws {
        try await withReservation { house, id in
            try await house.owe(20_000, about: id, runAt: "holdfast.clock() + interval '1 day'")
            try await house.owe(50, about: id)
            let opening = [
                Statement("begin", "BEGIN"), Statement("plan", "SET LOCAL enable_seqscan = off"),
                Statement("claim", SQL.claim, claiming(house, limit: 50)),
            ]
            let looks = FactSource.all.map { Statement($0.name, Self.explaining + $0.sql) }
            let results = try await house.connection.pipeline(opening + looks + [Statement("rollback", "ROLLBACK")])
            for (source, rows) in zip(FactSource.all, results.dropFirst(opening.count)) {
                let buffers = try buffers(rows)
                if source.name == "reservation_facts" {
                    #expect(buffers > 0 && buffers < 50 * 40, "\(buffers) buffers")
                } else {
                    #expect(buffers == 0, "\(source.name) touched \(buffers) buffers")
                }
            }
        }
    }

    @Test("what operators ask of the last hour reads neither older days nor older hours")
    func recentHistory() async throws {
        try await withReservation { house, id in
            try await house.run(
                """
                INSERT INTO holdfast.history (at, job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience)
                SELECT clock_timestamp() - CASE i % 2 WHEN 0 THEN interval '3 days' ELSE interval '3 hours' END, i, 1,
                  '\(id)', 1, 1, true, 'sent', 'reservation.confirm', 'reservation', 'invitee'
                FROM generate_series(1, 40000) AS i
                """)
            try await house.run("SELECT holdfast.sort_history()")
            try await house.run("VACUUM ANALYZE holdfast.history")
            let failed: [Parameter] = [
                .interval(.seconds(3600)), .textArray(["failed", "sent"]), .null, .null, .int4(100),
            ]
            let asked: [(String, [Parameter])] = [
                (SQL.statusRate, []), (SQL.statusOutcomes, []), (SQL.failedLetters, failed),
            ]
            for (sql, parameters) in asked {
                let rows = try await house.connection.query(Statement("explain", Self.explaining + sql, parameters))
                let pages = try buffers(rows)
                #expect(pages < 100, "\(pages) buffers")
            }
        }
    }

    @Test(
        "a reader's letters are found by address in a practice with many times",
        arguments: [("nobody@example.org", 100), ("c7@example.org", 100), ("n7@practice.example", 1000)])
    func lookups(address: String, most: Int) async throws {
        try await withHouse { house in
            try await house.run(
                """
                INSERT INTO booking.provider (display_name, email, tz, booking_slug)
                SELECT 'Dr. N', 'n' || i || '@practice.example', 'UTC', 'slug-' || i FROM generate_series(1, 100) AS i;
                ALTER TABLE booking.reservation DISABLE TRIGGER USER;
                INSERT INTO booking.reservation (provider_id, starts_at, ends_at, place, state, invitee_email)
                SELECT p.id, timestamptz '2020-01-01' + i * interval '1 hour', timestamptz '2020-01-01 00:30' + i * interval '1 hour',
                  'virtual', 'cancelled', 'n' || i || '@example.org'
                FROM booking.provider p, generate_series(1, 300) AS i WHERE p.email LIKE 'n%';
                ALTER TABLE booking.reservation ENABLE TRIGGER USER;
                ALTER TABLE booking.client DISABLE TRIGGER USER;
                ALTER TABLE booking.signup_task DISABLE TRIGGER USER;
                ALTER TABLE booking.invitation DISABLE TRIGGER USER;
                INSERT INTO booking.client (display_name, email, tz)
                SELECT 'C', 'c' || i || '@example.org', 'UTC' FROM generate_series(1, 30000) AS i;
                INSERT INTO booking.signup_task (client_id, kind, state)
                SELECT id, 'survey', 'done' FROM booking.client WHERE email LIKE 'c%';
                INSERT INTO booking.invitation (provider_id, name, email, tz, withdrawn_at)
                SELECT p.id, 'I', 'i' || i || '@example.org', 'UTC', now()
                FROM booking.provider p, generate_series(1, 300) AS i WHERE p.email LIKE 'n%';
                INSERT INTO booking.message_thread (client_id, provider_id)
                SELECT c.id, p.id FROM booking.provider p, (SELECT id FROM booking.client LIMIT 300) AS c
                WHERE p.email LIKE 'n%';
                ALTER TABLE booking.client ENABLE TRIGGER USER;
                ALTER TABLE booking.signup_task ENABLE TRIGGER USER;
                ALTER TABLE booking.invitation ENABLE TRIGGER USER
                """)
            try await house.run(
                "ANALYZE booking.reservation, booking.client, booking.signup_task, booking.invitation, booking.message_thread"
            )
            // What the function reads of the catalog when it is called first is not counted.
            for isCounted in [false, true] {
                let rows = try await house.connection.query(
                    Statement("explain", Self.explaining + SQL.subjectsOf, [.text(address), .null]))
                let pages = try buffers(rows)
                #expect(!isCounted || pages < most, "\(pages) buffers")
            }
        }
    }

    @Test("settling and giving back find their jobs by key in a queue that was empty when the planner last looked")
    func endsFindTheirJobs() async throws {
        try await withReservation { house, id in
            try await house.run("TRUNCATE holdfast.job; ANALYZE holdfast.job")
            try await house.owe(50_000, about: id)
            let tickets = try await house.claim(60).map(\.job.ticket)
            let before = try await scans(house)
            #expect(try await house.outbox.settle(tickets.prefix(20).map { Settlement($0, .sent) }).count == 20)
            let again = tickets[20..<40].map { Settlement($0, .retry, next: .again(after: .seconds(60))) }
            #expect(try await house.outbox.settle(again).count == 20)
            #expect(try await house.release(Array(tickets[40...])).count == 20)
            let after = try await scans(house)
            #expect(after.sequential == before.sequential)
            #expect(after.pages - before.pages < 1000, "\(after.pages - before.pages) pages of the queue were touched")
        }
    }

    /// On a server of its own: the statistics of a whole cycle, and a snapshot that would disturb others.
    @Test("while a snapshot keeps 20,000 settled jobs from being vacuumed, a claim behind the mark does not read them")
    func pinnedSnapshot() async throws {
        try await withCountedServer { house, id in
            try await house.owe(20_000, about: id, runAt: "holdfast.clock() - interval '1 hour'")
            try await house.withConnection { other in
                try await other.execute("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM holdfast.job")
                try await house.run("DELETE FROM holdfast.job")
                try await house.run("VACUUM holdfast.job")
                try await house.owe(150, about: id)
                let whole = try await explain(house, limit: 50)
                let mark = Date(timeIntervalSince1970: 1_803_920_390)
                let marked = try await explain(house, limit: 50, since: mark)
                #expect(whole.jobs == 50 && marked.jobs == 100)
                #expect(whole.buffers > 600, "nothing was in the way: \(whole.buffers) buffers")
                #expect(marked.buffers < 600, "the claim touched \(marked.buffers) buffers")
                print("20,000 dead jobs: a whole look touches \(whole.buffers) buffers, a marked one \(marked.buffers)")
                try await other.execute("COMMIT")
            }
        }
    }

    /// Runs the claim's own statement with the claim's own settings, and says what it took and touched.
    private func explain(
        _ house: House, limit: Int32, since: Date = .distantPast, kinds: [String] = House.kinds
    ) async throws -> (jobs: Int, buffers: Int) {
        let results = try await house.connection.pipeline([
            Statement("begin", "BEGIN"), Statement("plan", "SET LOCAL enable_seqscan = off"),
            Statement("plan", "SET LOCAL enable_bitmapscan = off"),
            Statement("explain", Self.explaining + SQL.claim, claiming(house, limit: limit, since: since, kinds)),
            Statement("commit", "COMMIT"),
        ])
        return (try await house.count("holdfast.job WHERE state = 'running'"), try buffers(results[3]))
    }

    private static let explaining = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "

    /// The parameters of `claim.sql`.
    private func claiming(
        _ house: House, limit: Int32, since: Date = .distantPast, _ kinds: [String] = House.kinds
    ) -> [Parameter] {
        [
            .uuid(house.worker.rawValue), .textArray(["mail"]), .textArray(kinds),
            .int4Array(Outbox.priorities), .int4(limit), .interval(.seconds(60)), .timestamptz(since), .bool(false),
        ]
    }

    /// How many pages an explained statement touched.
    private func buffers(_ rows: Rows) throws -> Int {
        let text = try #require(try rows.first?.decode("QUERY PLAN", as: String.self))
        let plans = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
        let plan = try #require(plans.first?["Plan"] as? [String: Any])
        let buffers = ["Shared Hit Blocks", "Shared Read Blocks"].compactMap { plan[$0] as? Int }
        try #require(buffers.count == 2)
        return buffers[0] + buffers[1]
    }

    private func scans(_ house: House) async throws -> (sequential: Int, pages: Int) {
        try await house.flushStatistics()
        let rows = try await house.connection.query(
            """
            SELECT s.seq_scan, io.heap_blks_read + io.heap_blks_hit + io.idx_blks_read + io.idx_blks_hit AS pages
            FROM pg_stat_user_tables s JOIN pg_statio_user_tables io USING (relid) WHERE s.relid =
              'holdfast.job'::regclass
            """)
        let row = try #require(rows.first)
        return (try row.decode("seq_scan"), try row.decode("pages"))
    }
}

extension House {
    /// Makes what this session has counted visible to it.
    func flushStatistics() async throws {
        try await run("SELECT pg_stat_force_next_flush()")
        try await run("SELECT pg_stat_clear_snapshot()")
    }
}
