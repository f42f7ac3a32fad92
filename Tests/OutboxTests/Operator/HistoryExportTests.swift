import Foundation
import Notifications
import Postgres
import Testing

@testable import Outbox

@Suite("History, handed out")
struct HistoryExportTests {
    @Test("every row of a stretch comes once, in order, in batches, over days and rows of one moment")
    func batches() async throws {
        try await withHouse { (house: House) async throws in
            // 100 rows over four days, ten of them at one moment.
            try await house.run(
                """
                INSERT INTO holdfast.history (at, job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience)
                SELECT timestamptz '2026-01-01 00:00+00' + (n / 10) * interval '10 hours', n, 1, '\(House.client)', 1, 1, true, 'sent', 'task.digest', 'client', 'client'
                FROM generate_series(0, 99) AS n
                """)
            let export = HistoryExport(house.connection)
            let start = Date(timeIntervalSince1970: 1_767_225_600)
            for size in [1, 3, 7, 10, 1000] {
                var jobs: [Int64] = []
                var largest = 0
                let count = try await export.forEachBatch(since: start, of: size) { batch in
                    jobs += batch.map(\.jobID)
                    largest = max(largest, batch.count)
                }
                #expect(count == 100 && jobs == Array(0...99) && largest <= size, "\(size)")
            }
            var some: [Int64] = []
            try await export.forEachBatch(since: start + 36_000, until: start + 72_000) { some += $0.map(\.jobID) }
            #expect(some == Array(10...19))
            #expect(try await export.forEachBatch(since: .distantFuture) { _ in Issue.record("nothing is ahead") } == 0)
        }
    }

    @Test("whoever stops reading stops it")
    func stops() async throws {
        try await withHouse { (house: House) async throws in
            try await house.reserve()
            try await house.deliver()
            struct Enough: Error {}
            await #expect(throws: Enough.self) {
                try await HistoryExport(house.connection).forEachBatch(since: .distantPast) { _ in throw Enough() }
            }
            #expect(try await house.count("holdfast.history") == 1)
        }
    }
}
