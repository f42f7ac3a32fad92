import Foundation
import Synchronization

/// Starts processes from one thread that never ends and blocks no signal.
///
/// A child inherits the signal mask of the thread that starts it, and Dispatch's threads block SIGTERM; and the kernel
/// sends a child its parent-death signal when that very thread ends, which Dispatch's threads do at any time.
final class Launcher: Sendable {
    /// The launcher of this process.
    static let shared = Launcher()

    private let orders = Mutex<[@Sendable () -> Void]>([])
    private let arrived = DispatchSemaphore(value: 0)

    private init() {
        Thread.detachNewThread { [self] in
            var none = sigset_t()
            sigemptyset(&none)
            pthread_sigmask(SIG_SETMASK, &none, nil)
            while true {
                arrived.wait()
                orders.withLock { $0.removeFirst() }()
            }
        }
    }

    /// Runs a process that is not running yet; it is killed when this process ends.
    ///
    /// - Parameter process: its executable and arguments are wrapped, so that the kernel watches over it.
    func start(_ process: Process) async throws {
        guard let program = process.executableURL?.path else { throw TestSupportError("a process without a program") }
        process.arguments = ["--pdeathsig", "KILL", "--", program] + (process.arguments ?? [])
        process.executableURL = URL(fileURLWithPath: try findExecutable("setpriv"))
        let order = Order(process)
        try await withCheckedThrowingContinuation { continuation in
            orders.withLock { $0.append { continuation.resume(with: order.run()) } }
            arrived.signal()
        }
    }

    /// Hands a process to the thread.
    ///
    /// Sendable because whoever hands it over waits until it has been started.
    private struct Order: @unchecked Sendable {
        private let process: Process

        init(_ process: Process) { self.process = process }

        func run() -> Result<Void, any Error> { Result { try process.run() } }
    }
}
