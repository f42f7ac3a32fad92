/// Running statements.
extension Connection {
    /// Runs one statement and returns its rows; results are always binary.
    /// - Parameters:
    ///   - sql: exactly one statement, with `$1`, `$2` … for the parameters.
    ///   - parameters: bound values, never part of the text.
    ///   - name: what errors call the statement.
    ///   - timeout: how long the answer may take before the connection is given up; nil follows the settings.
    /// - Throws: `PostgresError`, or `CancellationError` when the task was cancelled.
    @discardableResult
    package func query(
        _ sql: String, _ parameters: [Parameter] = [], name: String = "query", timeout: Duration? = nil,
        file: String = #fileID, line: Int = #line
    ) async throws -> Rows {
        let statement = Statement(name, sql, parameters, file: file, line: line)
        return try await query(statement, timeout: timeout)
    }

    /// Runs one statement and returns its rows.
    /// - Throws: `PostgresError`, or `CancellationError` when the task was cancelled.
    @discardableResult
    package func query(_ statement: Statement, timeout: Duration? = nil) async throws -> Rows {
        let results = try await perform(within: timeout) { wire throws(PostgresError) in
            do throws(PostgresError) { return try wire.pipeline([statement]) } catch {
                var error = error.during(statement)
                error.index = nil
                throw error
            }
        }
        guard let rows = results.first else { throw PostgresError.broken.during(statement) }
        return rows
    }

    /// Runs statements in one round trip, as one transaction unless one is open or they say BEGIN themselves.
    ///
    /// On an error nothing after the failing statement runs, the transaction is rolled back and the connection is
    /// usable again; the error carries that statement's name and index. A failure of the commit itself, by a deferred
    /// constraint, carries neither.
    /// - Parameter timeout: how long each answer may take before the connection is given up; nil follows the settings.
    /// - Returns: one result for each statement.
    /// - Throws: `PostgresError`, or `CancellationError` when the task was cancelled.
    @discardableResult
    package func pipeline(_ statements: [Statement], timeout: Duration? = nil) async throws -> [Rows] {
        guard !statements.isEmpty else { return [] }
        return try await perform(within: timeout) { wire throws(PostgresError) in try wire.pipeline(statements) }
    }

    /// Runs a script of many statements without parameters, such as a migration; results are discarded.
    ///
    /// The script is one transaction unless it says BEGIN or COMMIT itself. Through a pooler it runs without this
    /// connection's timeouts; a script that needs some begins with `SET LOCAL`.
    /// A long migration sets its own `statement_timeout` in the script and gets a longer `timeout` here.
    /// - Parameter timeout: how long each statement may take before the connection is given up.
    /// - Throws: `PostgresError`, whose `position` counts characters of the script, or `CancellationError`.
    package func execute(
        _ script: String, name: String = "script", timeout: Duration? = nil, file: String = #fileID, line: Int = #line
    ) async throws {
        let statement = Statement(name, "", file: file, line: line)
        try await perform(within: timeout) { wire throws(PostgresError) in
            do throws(PostgresError) { try wire.execute(script) } catch { throw error.during(statement) }
        }
    }

    /// Subscribes to a channel; the name is taken as it is, upper case and all.
    /// - Throws: `PostgresError` (`.unsupported` through a pooler), or `CancellationError`.
    package func listen(_ channel: String) async throws {
        try await perform { wire throws(PostgresError) in try wire.listen(channel) }
    }

    /// Waits for a notification; other calls on this connection wait meanwhile.
    ///
    /// Cancelling the task ends the wait at once. A silent server is noticed by TCP keepalives only; ask
    /// `pg_listening_channels()` now and then to be sure.
    /// - Parameter patience: how long to wait; zero returns what has arrived already.
    /// - Returns: nil when none came in time.
    /// - Throws: `PostgresError` when the connection breaks, or `CancellationError`.
    package func notification(within patience: Duration) async throws -> Notification? {
        try await perform(within: patience) { wire throws(PostgresError) in try wire.nextNotification() }
    }
}
