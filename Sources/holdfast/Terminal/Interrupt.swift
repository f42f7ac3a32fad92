import Glibc
import Synchronization
import UnixSignals

/// Ctrl-C and SIGTERM as a wish to stop, which a long command grants between two jobs.
///
/// The second one says so and ends the program at once, with 128 and the signal's number as the exit code. Made after
/// the last question to the operator: a question is answered by the first Ctrl-C as ever.
final class Interrupt: Sendable {
    private struct State {
        var isWanted = false
        var pause: Task<Void, Never>?
    }

    private let state = Mutex(State())
    private let watch = Mutex<Task<Void, Never>?>(nil)

    /// Watches from now on; `sentence` tells, at the first signal, what still happens.
    init(saying sentence: String = "stopping after the job under way; Ctrl-C again ends at once") async {
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let task = Task { [weak self] in
            for await signal in signals {
                Terminal.errors.clearLine()
                guard let self, !self.stop() else {
                    Terminal.error("ended at once, in the middle of what was under way")
                    _exit(128 + signal.rawValue)
                }
                Terminal.error(sentence)
            }
        }
        watch.withLock { $0 = task }
    }

    deinit {
        watch.withLock { $0?.cancel() }
    }

    /// Whether the operator wants it to stop.
    var isWanted: Bool { state.withLock { $0.isWanted } }

    /// Waits so long, or until the operator wants it to stop or the task is cancelled: for a rate between jobs.
    func pause(for duration: Duration) async {
        let pause = Task { _ = try? await Task.sleep(for: duration) }
        let isWanted = state.withLock { state in
            state.pause = pause
            return state.isWanted
        }
        if isWanted { pause.cancel() }
        await withTaskCancellationHandler {
            await pause.value
        } onCancel: {
            pause.cancel()
        }
    }

    /// Notes the wish; says whether there was one before.
    private func stop() -> Bool {
        state.withLock { state in
            defer { state.isWanted = true }
            state.pause?.cancel()
            return state.isWanted
        }
    }
}
