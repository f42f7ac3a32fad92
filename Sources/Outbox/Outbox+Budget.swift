import Postgres

/// What a relay's budget gave.
package struct BudgetLease: Sendable, Equatable {
    /// How many letters may be sent.
    package let tokens: Int
    /// How long until as many as were asked for could be had.
    package let wait: Duration

    /// A lease of so many tokens.
    package init(tokens: Int, wait: Duration) {
        self.tokens = tokens
        self.wait = wait
    }
}

extension Outbox {
    /// Leases tokens from the budget that all workers share: each pays for one letter to the relay.
    ///
    /// In any time t all leases together give no more than `ratePerSecond` · t and one second's worth. The server's
    /// clock rules. What is leased and not used is lost.
    ///
    /// - Parameters:
    ///   - relay: its name, without user or secret.
    ///   - ratePerSecond: letters a second, above zero.
    ///   - most: how many are wanted, at least one.
    package func leaseBudget(of relay: String, ratePerSecond: Double, most: Int) async throws -> BudgetLease {
        let rows = try await connection.query(
            Statement(
                "lease_budget", SQL.leaseBudget,
                [.text(relay), .double(ratePerSecond), .int4(Int32(clamping: most))], prepared: true))
        guard let row = rows.first else { return BudgetLease(tokens: 0, wait: .seconds(1)) }
        return BudgetLease(
            tokens: try row.decode("granted"), wait: .seconds(try row.decode("wait", as: Double.self)))
    }
}
