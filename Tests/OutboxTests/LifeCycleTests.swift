import Foundation
import Notifications
import Postgres
import TestSupport
import Testing

@testable import Outbox

@Suite("What the life of a job costs")
struct LifeCycleTests {
    @Test("the life of 10,000 jobs: heap-only updates, little WAL, two commits a batch, and room that is used again")
    func lifeCycle() async throws {
        try await withCountedServer { house, id in
            let (jobs, batch) = (10_000, 50)
            try await house.run("VACUUM ANALYZE holdfast.job")
            let first = try await live(jobs, batch, about: id, house)
            #expect(first.heapOnly * 100 >= first.updates * 99, "\(first.heapOnly) of \(first.updates) were heap-only")
            #expect(first.wal / jobs <= 1500, "\(first.wal / jobs) bytes of WAL a job")
            #expect(first.commits <= 2 * jobs / batch + 40, "\(first.commits) commits")
            // Each job leaves one; of the few rows that batches part on a page, some leave their update too.
            #expect(first.dead <= jobs + jobs / 20)
            try await house.run("VACUUM holdfast.job")
            let second = try await live(jobs, batch, about: id, house)
            #expect(second.pages <= first.pages + first.pages / 20, "\(first.pages) pages became \(second.pages)")
            print(
                "a job from claim to history: \(first.wal / jobs) bytes of WAL, \(first.owed / jobs) more to owe it;",
                "\(first.heapOnly) of \(first.updates) updates heap-only, \(first.commits) commits,",
                "\(first.dead) dead rows, \(first.pages) then \(second.pages) pages")
        }
    }

    @Test("claiming and giving back are heap-only updates")
    func claimsAreHeapOnly() async throws {
        try await withCountedServer { house, id in
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
    }

    /// What the life of some jobs cost: bytes of WAL, rows, pages of the queue.
    private struct Cost {
        var owed = 0
        var wal = 0
        var updates = 0
        var heapOnly = 0
        var commits = 0
        var dead = 0
        var pages = 0
    }

    /// Owes jobs, and claims and settles all of them in batches.
    private func live(_ jobs: Int, _ batch: Int, about id: UUID, _ house: House) async throws -> Cost {
        var cost = Cost()
        let start = try await house.number("pg_current_wal_insert_lsn() - '0/0'")
        try await house.owe(jobs, about: id)
        let owed = try await house.number("pg_current_wal_insert_lsn() - '0/0'")
        let (before, commits) = (try await updates(house), try await house.commits())
        for _ in 0..<jobs / batch {
            let claims = try await house.claim(batch)
            #expect(claims.count == batch)
            _ = try await house.outbox.settle(claims.map { Settlement($0.job.ticket, .sent, burnsAttempt: true) })
        }
        let after = try await updates(house)
        cost.owed = owed - start
        cost.wal = try await house.number("pg_current_wal_insert_lsn() - '0/0'") - owed
        (cost.updates, cost.heapOnly) = (after.all - before.all, after.heapOnly - before.heapOnly)
        cost.commits = try await house.commits() - commits
        cost.dead = try await house.number(
            "(SELECT n_dead_tup FROM pg_stat_user_tables WHERE relid = 'holdfast.job'::regclass)")
        cost.pages = try await house.number("pg_relation_size('holdfast.job') / 8192")
        return cost
    }

    private func updates(_ house: House) async throws -> (all: Int, heapOnly: Int) {
        try await house.flushStatistics()
        let rows = try await house.connection.query(
            "SELECT n_tup_upd, n_tup_hot_upd FROM pg_stat_user_tables WHERE relid = 'holdfast.job'::regclass")
        let row = try #require(rows.first)
        return (try row.decode("n_tup_upd"), try row.decode("n_tup_hot_upd"))
    }
}

/// Lends a house on a server of its own: a transaction under way in any other database keeps pages from being pruned,
/// and what autovacuum writes and commits, once a minute, would be counted as the queue's.
func withCountedServer(_ body: (House, UUID) async throws -> Void) async throws {
    let server = try await PostgresCluster.launch()
    let url = await server.url
    try await lendConnection(to: url) { connection in
        try await House.furnish(connection)
        let house = House(url: url, connection: connection)
        try await house.run("ALTER SYSTEM SET autovacuum = off")
        try await house.run("SELECT pg_reload_conf()")
        let launcher = "pg_stat_activity WHERE backend_type LIKE 'autovacuum%'"
        try await eventually("autovacuum was off") { try await house.count(launcher) == 0 }
        try await house.outbox.register(house.worker, lease: .seconds(3600), info: "{}")
        let id = try await house.reserve()
        try await house.clearQueue()
        try await body(house, id)
    }
    try await server.stop()
}

extension House {
    /// A number the server computes.
    fileprivate func number(_ expression: String) async throws -> Int {
        let rows = try await connection.query("SELECT (\(expression))::bigint AS number")
        return try #require(rows.first).decode("number")
    }

    /// How many transactions this database has committed.
    fileprivate func commits() async throws -> Int {
        try await flushStatistics()
        return try await number("SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()")
    }
}
