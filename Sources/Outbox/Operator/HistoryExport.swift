package import FoundationEssentials
package import Postgres

/// Hands out stretches of history in batches: never all of it in memory, never a transaction held open for whoever reads.
package struct HistoryExport: Sendable {
    let connection: Connection

    /// History as this connection reaches it.
    package init(_ connection: Connection) {
        self.connection = connection
    }

    /// Hands out the rows from `since` until before `until` in the order of their times, and returns how many there were.
    ///
    /// No row comes twice. Rows that are being written while it runs may be missing at the end. Stops at what `body`
    /// throws; throws `PostgresError`.
    /// - Parameter until: nil is the moment it begins, by the database's clock.
    @discardableResult
    package func forEachBatch(
        since: Date, until: Date? = nil, of size: Int = 5000, _ body: ([HistoryEntry]) async throws -> Void
    ) async throws -> Int {
        let span = try await connection.query(
            Statement(
                "history_span", SQL.historySpan, [.timestamptz(since), .timestamptz(until ?? .distantFuture)]))
        guard let row = span.first, var start = try row.decodeIfPresent("first", as: Date.self) else { return 0 }
        let end = try row.decode("until", as: Date.self)
        var count = 0
        // What is ordered at once is an hour of it, however many batches that takes.
        while start < end {
            let next = min(start + 3600, end)
            count += try await stretch(start, next, size, body)
            start = next
        }
        return count
    }

    private func stretch(
        _ start: Date, _ end: Date, _ size: Int, _ body: ([HistoryEntry]) async throws -> Void
    ) async throws -> Int {
        var count = 0
        var last: HistoryEntry?
        while true {
            let rows = try await connection.query(
                Statement(
                    "history_page", SQL.historyPage,
                    [
                        .timestamptz(start), .timestamptz(end), .timestamptz(last?.at ?? .distantPast),
                        .int8(last?.jobID ?? 0), .int8(last?.claimNumber ?? 0), .text(last?.outcome ?? ""),
                        .int4(Int32(clamping: size)),
                    ]))
            let batch = try rows.map(HistoryEntry.init)
            guard !batch.isEmpty else { return count }
            try await body(batch)
            count += batch.count
            last = batch.last
        }
    }
}
