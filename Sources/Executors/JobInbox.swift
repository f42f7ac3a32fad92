import Dispatch
import Glibc
import Synchronization

/// The jobs that wait for one executor's thread, and the loop that thread runs.
///
/// Shared by the executor and its thread, so that the thread does not keep the executor alive while it is idle.
final class JobInbox: Sendable {
    private struct State {
        var jobs: [UnownedJob] = []
        /// Keeps the executor alive while jobs wait or run: the runtime holds it unowned meanwhile.
        var owner: ThreadExecutor?
        var thread: pthread_t?
    }

    private let state = Mutex(State())
    private let arrival = DispatchSemaphore(value: 0)

    func append(_ job: UnownedJob, for owner: ThreadExecutor) {
        let wasEmpty = state.withLock { state in
            state.jobs.append(job)
            state.owner = owner
            return state.jobs.count == 1
        }
        if wasEmpty { arrival.signal() }
    }

    /// Ends `serve()`; called when the executor goes away, so with no job waiting.
    func stop() {
        arrival.signal()
    }

    var isServedByCurrentThread: Bool {
        let thread = state.withLock { $0.thread }
        return thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false
    }

    /// Runs jobs as they arrive until the executor is gone; called once, on the executor's thread.
    func serve() {
        state.withLock { $0.thread = pthread_self() }
        var batch: [UnownedJob] = []
        while true {
            arrival.wait()
            guard let owner = takeJobs(into: &batch) else { break }
            for job in batch { job.runSynchronously(on: owner.asUnownedSerialExecutor()) }
        }
    }

    /// Swaps the waiting jobs for the used-up batch, whose storage is kept; nil when the executor is gone.
    private func takeJobs(into batch: inout [UnownedJob]) -> ThreadExecutor? {
        batch.removeAll(keepingCapacity: true)
        var taken = batch
        let owner = state.withLock { state in
            swap(&state.jobs, &taken)
            let owner = state.owner
            state.owner = nil
            return owner
        }
        batch = taken
        return owner
    }
}
