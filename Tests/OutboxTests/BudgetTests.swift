import Outbox
import Postgres
import Synchronization
import Testing

@Suite("A relay's budget")
struct BudgetTests {
    @Test("a new budget holds one second's worth; what is not there is not given, and the wait for it is told")
    func firstSecond() async throws {
        try await withHouse { house in
            let lease = try await house.outbox.leaseBudget(of: "smtp://a:25", ratePerSecond: 0.001, most: 3)
            #expect(lease.tokens == 1)
            let next = try await house.outbox.leaseBudget(of: "smtp://a:25", ratePerSecond: 0.001, most: 1)
            #expect(next.tokens == 0)
            #expect(next.wait > .seconds(900) && next.wait <= .seconds(1000))
            let other = try await house.outbox.leaseBudget(of: "smtp://b:25", ratePerSecond: 20, most: 50)
            #expect(other == BudgetLease(tokens: 20, wait: other.wait), "every relay has a budget of its own")
        }
    }

    @Test("it fills with time by the server's clock, and never beyond one second's worth")
    func filling() async throws {
        try await withHouse { house in
            let rate = 0.01
            func lease() async throws -> Int {
                try await house.outbox.leaseBudget(of: "a", ratePerSecond: rate, most: 100).tokens
            }
            func age(_ time: String) async throws {
                try await house.run("UPDATE holdfast.budget SET refilled_at = clock_timestamp() - interval '\(time)'")
            }
            #expect(try await lease() == 1)
            try await age("60 s")
            #expect(try await lease() == 0)
            try await age("60 s")
            #expect(try await lease() == 1, "parts of tokens are kept")
            try await age("1 day")
            #expect(try await lease() == 1)
            try await age("-1 day")
            #expect(try await lease() == 0, "a clock that was put back gives nothing, and takes nothing")
            try await age("100 s")
            #expect(try await lease() == 1)
        }
    }

    @Test("eight workers together never get more than the rate and one second's worth")
    func manyWorkers() async throws {
        try await withHouse { house in
            let (rate, tally, url) = (200.0, Tally(), house.url)
            let began = ContinuousClock.now
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 {
                    group.addTask {
                        try await lendConnection(to: url) { connection in
                            for _ in 0..<60 {
                                let lease = try await Outbox(connection).leaseBudget(
                                    of: "a", ratePerSecond: rate, most: 50)
                                // Asked after the lease, so that it is no less than was allowed at the server.
                                let allowed = { rate * ((ContinuousClock.now - began) / .seconds(1)) + rate + 1 }
                                tally.add(lease.tokens, allowed: allowed)
                            }
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(tally.worst <= 0, "so many letters too many")
            #expect(tally.total >= Int(rate))
        }
    }

    @Test("a lease that waits for another reads the clock afterwards: the time in between is filled once")
    func waitingLease() async throws {
        try await withHouse { house in
            #expect(try await house.outbox.leaseBudget(of: "a", ratePerSecond: 10, most: 10).tokens == 10)
            try await house.withConnection { first in
                try await first.execute("BEGIN")
                _ = try await Outbox(first).leaseBudget(of: "a", ratePerSecond: 10, most: 10)
                async let second = house.outbox.leaseBudget(of: "a", ratePerSecond: 10, most: 10)
                try await first.awaitLockWaiters(1)
                let moved = try await first.query(
                    "UPDATE holdfast.budget SET tokens = 0, refilled_at = clock_timestamp() RETURNING refilled_at::text"
                )
                let filledAt = try #require(try moved.first?.decode("refilled_at", as: String.self))
                try await first.execute("COMMIT")
                _ = try await second
                let isLater = "SELECT refilled_at >= '\(filledAt)', tokens < 10 FROM holdfast.budget"
                #expect(try await house.line(isLater) == "(t,t)")
            }
        }
    }
}

/// What all workers got together.
private final class Tally: Sendable {
    private let state = Mutex((total: 0, worst: -Double.infinity))

    var total: Int { state.withLock { $0.total } }
    var worst: Double { state.withLock { $0.worst } }

    func add(_ tokens: Int, allowed: () -> Double) {
        state.withLock { state in
            state.total += tokens
            state.worst = max(state.worst, Double(state.total) - allowed())
        }
    }
}
