import CLibpq
import Executors
import Glibc

/// The blocking side of one connection: libpq in non-blocking mode, with every wait bounded and interruptible.
///
/// It belongs to the actor `Connection` and is used on that actor's thread only. After an error that ends the
/// connection the libpq handle is gone, and every later call reports why.
final class Wire {
    private var handle: ConnectionHandle?
    private var canceller: Canceller?
    private let interrupt: Interrupt
    let settings: ConnectionSettings
    /// Whether statements of one session may meet different server processes.
    var throughPooler: Bool
    var prepared = PreparedStatements()

    /// Why the connection cannot be used any more.
    private(set) var end: PostgresError?
    /// How long one answer may take.
    private var patience: Duration
    private(set) var deadline: ContinuousClock.Instant
    private var cancelSent = false

    /// How long a cancelled statement may take to end before the connection is given up instead.
    private static let cancelGrace = Duration.seconds(5)

    init(settings: ConnectionSettings, interrupt: Interrupt) {
        self.settings = settings
        throughPooler = settings.throughPooler
        self.interrupt = interrupt
        patience = settings.connectTimeout
        deadline = .now + settings.connectTimeout
    }

    /// The live libpq connection.
    func connected() throws(PostgresError) -> OpaquePointer {
        guard let raw = handle?.raw else {
            throw end ?? PostgresError(.closed, "the connection is closed")
        }
        return raw
    }

    /// Takes over the libpq connection that is being opened.
    func adopt(_ raw: OpaquePointer) {
        handle = ConnectionHandle(takingOwnership: raw)
    }

    /// Prepares for cancellation, once the connection stands.
    func prepareCancellation() throws(PostgresError) {
        canceller = Canceller(for: try connected())
    }

    var isUsable: Bool {
        guard let raw = handle?.raw else { return false }
        return PQstatus(raw) == CONNECTION_OK
    }

    /// Ends the connection; a first reason stays.
    @discardableResult
    func lose(_ error: PostgresError) -> PostgresError {
        if end == nil { end = error }
        handle = nil
        return error
    }

    /// Starts an operation: earlier interrupts are forgotten, the deadline is set.
    func begin(patience: Duration) {
        cancelSent = false
        interrupt.reset()
        self.patience = patience
        deadline = .now + patience
    }

    /// An answer has come: the next one gets the full time again, unless we are cancelling.
    func renewDeadline() {
        if !cancelSent { deadline = .now + patience }
    }

    /// Waits for the socket during a statement; an interrupt cancels the statement and waits on for its end.
    func wait(for events: Int32) throws(PostgresError) -> Int16 {
        while true {
            let socket = PQsocket(try connected())
            switch SocketWait.wait(socket: socket, events: events, interrupt: interrupt, until: deadline) {
            case .ready(let events): return events
            case .interrupted: if interrupt.isCancelled { startCancelling() }
            case .timedOut:
                // The server may be well and merely slow: then it must not go on with what nobody waits for.
                startCancelling()
                throw lose(PostgresError(.timedOut, "the server did not answer in time; the connection was given up"))
            }
        }
    }

    /// Waits for the socket while no statement runs; nil at the deadline.
    func waitIdle(for events: Int32) throws(PostgresError) -> Int16? {
        let socket = PQsocket(try connected())
        switch SocketWait.wait(socket: socket, events: events, interrupt: interrupt, until: deadline) {
        case .ready(let events): return events
        case .interrupted: throw PostgresError(.closed, "the wait was cancelled")
        case .timedOut: return nil
        }
    }

    /// Ends an operation: a cancel request under way must land before the next statement, which it would hit.
    func settle() {
        guard cancelSent else { return }
        while !interrupt.isRequestFinished {
            let outcome = SocketWait.wait(socket: -1, events: 0, interrupt: interrupt, until: deadline)
            guard case .interrupted = outcome else {
                lose(
                    PostgresError(.timedOut, "the server did not take the cancel request; the connection was given up"))
                return
            }
        }
    }

    /// Sends the cancel request from a thread of its own, because PQcancel blocks as long as TCP lets it.
    private func startCancelling() {
        guard !cancelSent, let canceller else { return }
        cancelSent = true
        deadline = min(deadline, .now + Self.cancelGrace)
        DedicatedThread.start(label: "pg-cancel") { [interrupt] in
            canceller.send()
            interrupt.finishRequest()
        }
    }

    /// Sends everything libpq has buffered, reading meanwhile so that neither side waits for the other.
    func flush() throws(PostgresError) {
        let raw = try connected()
        while true {
            switch PQflush(raw) {
            case 0: return
            case 1:
                let events = try wait(for: POLLIN | POLLOUT)
                if events & Int16(POLLIN) != 0 { try consumeInput() }
            default: throw lose(.broken)
            }
        }
    }

    /// Reads what has arrived without blocking.
    func consumeInput() throws(PostgresError) {
        guard PQconsumeInput(try connected()) == 1 else { throw lose(.broken) }
    }

    /// The next result, or nil where libpq says that the statement has no more.
    func nextResult() throws(PostgresError) -> ResultHandle? {
        let raw = try connected()
        while PQisBusy(raw) == 1 {
            _ = try wait(for: POLLIN)
            try consumeInput()
        }
        renewDeadline()
        guard let result = PQgetResult(raw) else { return nil }
        return ResultHandle(takingOwnership: result)
    }
}

extension PostgresError {
    static let broken = PostgresError(.connectionLost, "the connection to the server broke")
}
