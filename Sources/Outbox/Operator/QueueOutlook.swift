package import FoundationEssentials
package import Postgres

/// How fast letters leave, and what waits for what; numbers only.
package struct QueueOutlook: Sendable, Equatable {
    /// Letters a minute, over the last minute, five and fifteen.
    package let sentPerMinute: [Double]
    /// Letters that wait for another attempt, whether or not the last one counted.
    package let retries: Int
    /// Those of them that are due.
    package let retriesDue: Int
    /// When the next of them is due, or was; nil when none waits.
    package let nextRetry: Date?
    /// For how many seconds the oldest letter has been in doubt; nil when none is.
    package let oldestDoubt: Double?
    /// The same of those that are held for an operator.
    package let oldestHeldDoubt: Double?
    /// Letters that wait for an operator.
    package let held: Int
    /// Those of them that an earlier attempt may have delivered.
    package let heldInDoubt: Int
    /// Letters for later that were never tried.
    package let scheduled: Int
    /// When the last of them is due; nil when there is none.
    package let horizon: Date?

    /// Reads all of it; the whole queue is counted.
    package static func read(_ connection: Connection) async throws -> QueueOutlook {
        let results = try await connection.pipeline([
            Statement("status_rate", SQL.statusRate), Statement("status_outlook", SQL.statusOutlook),
        ])
        guard let rate = results[0].first, let outlook = results[1].first else {
            throw OperatorError.unknown("the queue has no outlook: the database answered nothing")
        }
        return try QueueOutlook(rate: rate, outlook: outlook)
    }

    private init(rate: Row, outlook row: Row) throws {
        sentPerMinute = try [("one", 1), ("five", 5), ("fifteen", 15)].map { column, minutes in
            Double(try rate.decode(column, as: Int.self)) / minutes
        }
        retries = try row.decode("retries")
        retriesDue = try row.decode("retries_due")
        nextRetry = try row.decodeIfPresent("next_retry")
        oldestDoubt = try row.decodeIfPresent("oldest_doubt")
        oldestHeldDoubt = try row.decodeIfPresent("oldest_held_doubt")
        held = try row.decode("held")
        heldInDoubt = try row.decode("held_in_doubt")
        scheduled = try row.decode("scheduled")
        horizon = try row.decodeIfPresent("horizon")
    }
}
