import Foundation
import Notifications
import Postgres
import TestSupport
import Testing

@testable import Outbox

@Suite("What a claim costs")
struct PlanTests {
    @Test("a claim reads few pages, however many letters wait for later")
    func claimReadsFewPages() async throws {
        try await withReservation { house, id in
            // Prepared and counted while empty, so that nothing the planner remembers is true later.
            try await house.run("TRUNCATE holdfast.job; ANALYZE holdfast.job")
            for _ in 0..<6 { _ = try await house.claim() }
            try await house.owe(20_000, about: id, runAt: "holdfast.clock() + interval '1 day'")
            try await house.owe(50, about: id, priority: 1)
            let plan = try await explain(house, limit: 50)
            #expect(plan.jobs == 50)
            #expect(plan.buffers < 400, "the claim touched \(plan.buffers) buffers")
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

    /// On a server of its own: a transaction under way in any other database keeps pages from being pruned.
    @Test("claiming and giving back are heap-only updates")
    func claimsAreHeapOnly() async throws {
        let server = try await PostgresCluster.launch()
        try await lendConnection(to: server.url) { connection in
            try await House.furnish(connection)
            let house = House(url: "", connection: connection)
            try await house.outbox.register(house.worker, lease: .seconds(3600), info: "{}")
            let id = try await house.reserve()
            try await house.clearQueue()
            try await house.owe(200, about: id)
            try await house.run("VACUUM ANALYZE holdfast.job")
            let before = try await updates(house)
            for _ in 0..<10 {
                let tickets = try await house.claim(200).map(\.job.ticket)
                #expect(tickets.count == 200)
                #expect(try await house.release(tickets).count == 200)
            }
            let after = try await updates(house)
            let (all, heapOnly) = (after.all - before.all, after.heapOnly - before.heapOnly)
            #expect(all == 4000)
            #expect(heapOnly * 100 >= all * 95, "\(heapOnly) of \(all) updates were heap-only")
        }
        try await server.stop()
    }

    /// Runs the claim's own statement with the claim's own settings, and says what it took and touched.
    private func explain(_ house: House, limit: Int32) async throws -> (jobs: Int, buffers: Int) {
        let results = try await house.connection.pipeline([
            Statement("begin", "BEGIN"), Statement("plan", "SET LOCAL enable_seqscan = off"),
            Statement("plan", "SET LOCAL enable_bitmapscan = off"),
            Statement(
                "explain", "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) \(SQL.claim)",
                [
                    .uuid(house.worker.rawValue), .textArray(["mail"]), .textArray(House.kinds),
                    .int4Array(Outbox.priorities), .int4(limit),
                    .interval(.seconds(60)),
                ]), Statement("commit", "COMMIT"),
        ])
        let text = try #require(try results[3].first?.decode("QUERY PLAN", as: String.self))
        let plans = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [[String: Any]])
        let plan = try #require(plans.first?["Plan"] as? [String: Any])
        let buffers = ["Shared Hit Blocks", "Shared Read Blocks"].compactMap { plan[$0] as? Int }
        try #require(buffers.count == 2)
        return (try await house.count("holdfast.job WHERE state = 'running'"), buffers[0] + buffers[1])
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

    private func updates(_ house: House) async throws -> (all: Int, heapOnly: Int) {
        try await house.flushStatistics()
        let rows = try await house.connection.query(
            "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relid = 'holdfast.job'::regclass")
        let row = try #require(rows.first)
        return (try row.decode("n_tup_upd"), try row.decode("n_tup_hot_upd"))
    }
}

extension House {
    /// Makes what this session has counted visible to it.
    func flushStatistics() async throws {
        try await run("SELECT pg_stat_force_next_flush()")
        try await run("SELECT pg_stat_clear_snapshot()")
    }
}
