import Notifications
import Postgres
import Testing

@testable import Outbox

@Suite("The queue and its model")
struct QueueModelTests {
    /// One seed is one history of a queue.
    @Test("random histories of a queue go as the model says", arguments: UInt64(1)...12)
    func agrees(seed: UInt64) async throws {
        try await withReservation { house, subject in
            var driver = QueueDriver(house, about: subject, seed: seed) { try await house.outbox.settle($0) }
            try await driver.run(steps: 300)
        }
    }

    @Test("a queue that forgets its fence is found out")
    func fence() async throws {
        try await withReservation { house, subject in
            let fence = "AND j.id = s.id AND j.claim_no = s.claim_no AND j.state = 'running'"
            var driver = QueueDriver(house, about: subject, seed: 1) { settlements in
                let honest = Outbox.settleStatement(settlements)
                let broken = honest.sql.replacing(fence, with: "AND j.id = s.id AND j.state = 'running'")
                try #require(broken != honest.sql, "the fence is not where this test looks for it")
                let rows = try await house.connection.query(Statement("broken", broken, honest.parameters))
                return try Set(rows.map { try $0.decode("job_id", as: Int64.self) })
            }
            await #expect(throws: QueueDriver.Mismatch.self) { try await driver.run(steps: 300) }
        }
    }
}
