package import Executors

/// One connection to PostgreSQL on a thread of its own.
///
/// Calls run one after another on the connection's thread, so libpq's blocking never reaches Swift's cooperative
/// pool. Every wait has a deadline: a server that falls silent is an error, not a hang. Cancelling the calling task
/// cancels the statement on the server; the call then throws `CancellationError`, unless the statement was already
/// done, in which case its result is returned. A connection never reconnects by itself: after an error whose
/// `endsConnection` is true it stays unusable.
package actor Connection {
    private let executor: ThreadExecutor
    private let interrupt: Interrupt
    private let wire: Wire
    /// The transaction that `withTransaction` holds open.
    private var transaction: TransactionMark?

    /// Runs the actor on its own thread.
    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private init(_ settings: ConnectionSettings, executor: ThreadExecutor) throws(PostgresError) {
        self.executor = executor
        interrupt = try Interrupt()
        wire = Wire(settings: settings, interrupt: interrupt)
    }

    /// Connects, finds out whether a pooler is in between and, when there is none, sets the session's timeouts.
    /// - Parameters:
    ///   - settings: address and timeouts.
    ///   - executor: the thread to run on, such as that of a connection this one replaces; nil starts a new one.
    /// - Throws: `PostgresError` with `.invalidSettings` or `.connectionFailed`, or `CancellationError`.
    package static func open(
        _ settings: ConnectionSettings, on executor: ThreadExecutor? = nil
    ) async throws -> Connection {
        let connection = try Connection(settings, executor: executor ?? ThreadExecutor(label: "postgres"))
        try await connection.connect()
        return connection
    }

    private func connect() async throws {
        try await perform(within: wire.settings.connectTimeout) { wire throws(PostgresError) in try wire.connect() }
        try await perform { wire throws(PostgresError) in
            try wire.recognizePooler()
            if !wire.throughPooler { _ = try wire.pipeline([wire.settings.timeouts(local: false)]) }
        }
    }

    /// Whether a pooler is in between, so that LISTEN and prepared statements do not work.
    package var isThroughPooler: Bool { wire.throughPooler }

    /// Ends the connection once the calls before this one are done; harmless when it has ended already.
    package func close() {
        wire.lose(PostgresError(.closed, "the connection is closed"))
    }

    /// Whether the connection still takes statements, as far as the client knows.
    package var isUsable: Bool { wire.isUsable }

    /// Why the connection cannot be used any more; nil while it can.
    package var endReason: PostgresError? { wire.end }

    /// The server process of this session, as in `pg_stat_activity.pid`.
    /// - Throws: what ended the connection.
    package var backendPID: Int32 {
        get throws(PostgresError) { try wire.backendPID }
    }

    /// The server's version, such as 150018 for 15.18.
    /// - Throws: what ended the connection.
    package var serverVersion: Int {
        get throws(PostgresError) { try wire.serverVersion }
    }

    /// The version of libpq, such as 150018 for 15.18.
    package static var libraryVersion: Int { Wire.libraryVersion }

    /// A setting the server reports by itself, such as `TimeZone` or `in_hot_standby`; nil when it does not.
    /// - Throws: what ended the connection.
    package func parameterStatus(_ name: String) throws(PostgresError) -> String? {
        try wire.parameterStatus(name)
    }

    /// Runs libpq calls on the connection's thread; the only way to the wire.
    /// - Parameter timeout: how long one answer may take; nil is the settings' statement timeout and margin.
    func perform<Value: Sendable>(
        within timeout: Duration? = nil, _ operation: (Wire) throws(PostgresError) -> Value
    ) async throws -> Value {
        try checkAccess()
        try Task.checkCancellation()
        wire.begin(patience: timeout ?? wire.settings.answerTimeout)
        return try await withTaskCancellationHandler {
            try carryOut(operation)
        } onCancel: { [interrupt] in
            interrupt.cancel()
        }
    }

    /// The same for what must happen although the task is cancelled: a rollback.
    func performRegardless<Value>(_ operation: (Wire) throws(PostgresError) -> Value) throws -> Value {
        wire.begin(patience: wire.settings.answerTimeout)
        return try carryOut(operation)
    }

    private func carryOut<Value>(_ operation: (Wire) throws(PostgresError) -> Value) throws -> Value {
        let wasInTransaction = (try? wire.isInTransaction) ?? false
        defer { wire.settle() }
        do {
            return try operation(wire)
        } catch {
            wire.settle()
            let isOurs = interrupt.isCancelled && (error.sqlState == .queryCanceled || error.endsConnection)
            if !wasInTransaction { leaveTransaction() }
            throw isOurs ? CancellationError() : error
        }
    }

    /// Leaves a transaction that failed statements of one call have opened, so that the connection is usable again.
    private func leaveTransaction() {
        guard (try? wire.isInTransaction) == true else { return }
        wire.begin(patience: wire.settings.answerTimeout)
        try? wire.execute("ROLLBACK")
    }

    private func checkAccess() throws(PostgresError) {
        guard let transaction, transaction !== TransactionMark.current else { return }
        throw PostgresError(.busy, "another task's transaction is open on this connection; use a connection of its own")
    }

    func openTransaction(_ mark: TransactionMark) {
        transaction = mark
    }

    func closeTransaction() {
        transaction = nil
    }
}
