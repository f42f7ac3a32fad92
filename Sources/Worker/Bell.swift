import Synchronization

/// Wakes the one task that waits on it.
///
/// A ring while nobody waits is kept for the next wait; many rings are one.
final class Bell: Sendable {
    private enum State {
        case silent
        case rung
        case awaited(CheckedContinuation<Void, Never>)
    }

    private let state = Mutex(State.silent)

    /// Wakes the task that waits, or the next one that will.
    func ring() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            if case .awaited(let waiter) = state {
                state = .silent
                return waiter
            }
            state = .rung
            return nil
        }
        waiter?.resume()
    }

    /// Returns when it rings, has rung since the last wait, the time is over, or the task is cancelled.
    func wait(atMost time: Duration) async {
        await withTaskGroup { group in
            group.addTask { await self.wait() }
            // A sleep that is cut short by cancellation ends the wait as the bell does.
            group.addTask { try? await Task.sleep(for: time) }
            await group.next()
            group.cancelAll()
        }
    }

    private func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { waiter in
                let mayReturn = state.withLock { state in
                    if case .silent = state, !Task.isCancelled {
                        state = .awaited(waiter)
                        return false
                    }
                    state = .silent
                    return true
                }
                if mayReturn { waiter.resume() }
            }
        } onCancel: {
            cancelWait()
        }
    }

    private func cancelWait() {
        let waiter = state.withLock { state -> CheckedContinuation<Void, Never>? in
            guard case .awaited(let waiter) = state else { return nil }
            state = .silent
            return waiter
        }
        waiter?.resume()
    }
}
