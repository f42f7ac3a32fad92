import Foundation
import Postgres
import TestSupport
import Testing

@Suite struct LoadTests {
    @Test func aHundredBusyConnectionsLeaveTheCooperativePoolFree() async throws {
        try await withDatabase { url in
            let settings = ConnectionSettings(url: url)
            let start = ContinuousClock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<100 {
                    group.addTask {
                        let connection = try await Connection.open(settings)
                        try await connection.query("SELECT pg_sleep(2)")
                        await connection.close()
                    }
                }
                // If the waits sat on the pool, its few threads would give these tasks no turn for many seconds.
                var worst = Duration.zero
                for _ in 0..<100 {
                    let before = ContinuousClock.now
                    await Task.detached {}.value
                    worst = max(worst, ContinuousClock.now - before)
                    try await Task.sleep(for: .milliseconds(10))
                }
                #expect(worst < .seconds(10))
                try await group.waitForAll()
            }
            // One after another they would take 200 seconds, two at a time 100.
            #expect(ContinuousClock.now - start < .seconds(60))
        }
    }

    @Test func tenThousandQueriesDoNotLeak() async throws {
        try await withConnection { connection, _ in
            // 50 KB a result: results that are not freed would grow the process by 500 MB.
            let statement = Statement("big", "SELECT repeat('x', 50000) AS v", prepared: true)
            for _ in 0..<500 { try await connection.query(statement) }
            let before = try residentBytes()
            for _ in 0..<500 {
                let results = try await connection.pipeline([Statement](repeating: statement, count: 20))
                #expect(results.count == 20)
            }
            let growth = try residentBytes() - before
            print("resident memory over 10,000 queries of 50 KB: \(growth / 1024) KiB more")
            #expect(growth < 100 << 20)
        }
    }

    @Test func roundTripTimes() async throws {
        try await withConnection { connection, _ in
            try await connection.execute(
                "CREATE TABLE t AS SELECT n::int8 id, 'name ' || n name, now() at FROM generate_series(1, 64) n"
            )
            let one = Statement("one", "SELECT * FROM t LIMIT 1", prepared: true)
            let many = Statement("many", "SELECT * FROM t", prepared: true)
            for statement in [one, many] {
                let rounds = 2000
                var seen = 0
                let start = ContinuousClock.now
                for _ in 0..<rounds {
                    let results = try await connection.pipeline([statement])
                    let id = try results[0].column("id")
                    for row in results[0] { seen += try row.decode(id, as: Int.self) > 0 ? 1 : 0 }
                }
                let each = (ContinuousClock.now - start) / rounds / .microseconds(1)
                print("pipelined round trip, \(seen / rounds) row(s): \(each) µs")
            }
        }
    }

    private func residentBytes() throws -> Int {
        let fields = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
        return try #require(Int(fields[1])) * Int(sysconf(Int32(_SC_PAGESIZE)))
    }
}
