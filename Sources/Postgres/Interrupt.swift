import CLibpq
import Glibc
import Synchronization

/// Wakes a connection's thread out of poll(2): any thread may call it, the connection's own thread listens.
final class Interrupt: Sendable {
    private struct State {
        var isCancelled = false
        var isRequestFinished = false
    }

    /// An eventfd(2): readable while a wake is pending.
    let descriptor: Int32
    private let state = Mutex(State())

    init() throws(PostgresError) {
        descriptor = holdfast_wake_descriptor()
        guard descriptor >= 0 else {
            throw PostgresError(
                .connectionFailed, "no file descriptor is left (errno \(errno)); raise the open-file limit")
        }
    }

    deinit {
        close(descriptor)
    }

    /// Forgets earlier wakes; called before each operation.
    func reset() {
        state.withLock { $0 = State() }
        drain()
    }

    /// The task that waits was cancelled.
    func cancel() {
        state.withLock { $0.isCancelled = true }
        wake()
    }

    /// The cancel request has reached the server, or never will.
    func finishRequest() {
        state.withLock { $0.isRequestFinished = true }
        wake()
    }

    var isCancelled: Bool { state.withLock { $0.isCancelled } }
    var isRequestFinished: Bool { state.withLock { $0.isRequestFinished } }

    /// Takes back pending wakes, so that poll(2) sleeps again.
    func drain() {
        var count: UInt64 = 0
        _ = read(descriptor, &count, MemoryLayout<UInt64>.size)
    }

    private func wake() {
        var one: UInt64 = 1
        _ = write(descriptor, &one, MemoryLayout<UInt64>.size)
    }
}
