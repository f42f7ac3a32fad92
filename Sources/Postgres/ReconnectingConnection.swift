import Executors

/// Keeps one connection for one loop: opens it when needed, and again with backoff after it is lost.
///
/// Nothing is repeated behind the caller's back: work that fails with its connection throws, and the next call finds
/// a new connection. All connections run on one thread. One task at a time may use it.
package actor ReconnectingConnection {
    /// What happened to the connection; tells the log, never a value.
    package enum Event: Sendable {
        /// The connection that was in use is gone.
        case lost(PostgresError)
        /// An attempt to connect failed; the next comes after the wait.
        case retrying(PostgresError, after: Duration)
        /// A connection stands, after so many failed attempts; the first one counts too.
        case connected(failedAttempts: Int)
    }

    private let settings: ConnectionSettings
    private let backoff: Backoff
    private let executor: ThreadExecutor
    private let prepare: @Sendable (Connection) async throws -> Void
    private let mayWait: @Sendable () -> Bool
    private let report: @Sendable (Event) -> Void
    private var connection: Connection?
    private var hasConnected = false
    private var isTaken = false

    /// The thread of its connections, so that no call waits for Swift's cooperative pool.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Describes the connection; nothing is opened before the first use.
    /// - Parameters:
    ///   - settings: address and timeouts.
    ///   - backoff: the waits between attempts.
    ///   - prepare: runs on every new connection before its first use, such as LISTEN; throwing fails the attempt.
    ///   - mayWait: asked after a failed attempt; when it says no, the attempt's error is thrown.
    ///   - report: told of every change, from the calling task; must not block.
    package init(
        _ settings: ConnectionSettings, backoff: Backoff = Backoff(),
        prepare: @escaping @Sendable (Connection) async throws -> Void = { _ in },
        mayWait: @escaping @Sendable () -> Bool = { true },
        report: @escaping @Sendable (Event) -> Void = { _ in }
    ) {
        self.settings = settings
        self.backoff = backoff
        self.prepare = prepare
        self.mayWait = mayWait
        self.report = report
        executor = ThreadExecutor(label: "postgres")
    }

    /// Runs `body` with a usable connection, waiting for one until the task is cancelled.
    ///
    /// Before the first connection stands, an error that will not pass by itself (a wrong password, a wrong address)
    /// is thrown at once; later every failure is waited out, because the same address has worked.
    /// - Throws: what `body` throws, `.invalidSettings`, `.busy` for a second user, or `CancellationError`.
    @discardableResult
    package nonisolated func withConnection<Value>(
        _ body: (Connection) async throws -> Value
    ) async throws -> Value {
        let connection = try await acquire()
        do {
            let value = try await body(connection)
            await release()
            return value
        } catch {
            await release()
            throw error
        }
    }

    /// Closes the connection; the next use opens another.
    package func close() async {
        await connection?.close()
        connection = nil
    }

    private func acquire() async throws -> Connection {
        guard !isTaken else {
            throw PostgresError(.busy, "the connection is in use; give each loop a connection of its own")
        }
        isTaken = true
        do {
            if let connection, await connection.isUsable { return connection }
            let fresh = try await connectUntilCancelled()
            connection = fresh
            return fresh
        } catch {
            isTaken = false
            throw error
        }
    }

    private func release() async {
        defer { isTaken = false }
        guard let connection, await !connection.isUsable else { return }
        self.connection = nil
        let reason = await connection.endReason ?? .broken
        if reason.code != .closed { report(.lost(reason)) }
    }

    private func connectUntilCancelled() async throws -> Connection {
        var generator = SystemRandomNumberGenerator()
        var failures = 0
        while true {
            do {
                let connection = try await openAndPrepare()
                hasConnected = true
                report(.connected(failedAttempts: failures))
                return connection
            } catch let error as PostgresError where hasConnected || error.isTransient {
                guard mayWait() else { throw error }
                failures += 1
                let delay = backoff.delay(afterFailures: failures, using: &generator)
                report(.retrying(error, after: delay))
                try await Task.sleep(for: delay)
            }
        }
    }

    private func openAndPrepare() async throws -> Connection {
        let connection = try await Connection.open(settings, on: executor)
        do {
            try await prepare(connection)
            return connection
        } catch {
            await connection.close()
            throw error
        }
    }
}
