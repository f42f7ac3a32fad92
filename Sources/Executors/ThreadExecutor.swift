/// A serial executor that runs its jobs in order on one thread of its own.
///
/// An actor whose calls block in C returns one from `unownedExecutor`: then a slow server blocks that actor alone and
/// never the cooperative pool, which has only as many threads as the machine has cores. The thread lives as long as
/// the executor; jobs already enqueued still run after the last reference is gone.
package final class ThreadExecutor: SerialExecutor {
    private let inbox = JobInbox()

    /// Starts the executor's thread; traps when the system refuses another thread.
    /// - Parameter label: the thread's name, cut to 15 bytes by Linux.
    package init(label: String) {
        DedicatedThread.start(label: label) { [inbox] in inbox.serve() }
    }

    deinit {
        inbox.stop()
    }

    /// Queues a job for the thread; called by the Swift runtime from any thread.
    package func enqueue(_ job: consuming ExecutorJob) {
        inbox.append(UnownedJob(job), for: self)
    }

    /// The reference an actor returns from `unownedExecutor`; it does not keep the executor alive.
    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        UnownedSerialExecutor(ordinary: self)
    }

    /// Traps unless the caller runs on this executor's thread (`assumeIsolated` and `assertIsolated` end here).
    package func checkIsolated() {
        precondition(inbox.isServedByCurrentThread, "this code must run on the thread of its own executor")
    }

    /// Whether the caller runs on this executor's thread.
    package func isIsolatingCurrentContext() -> Bool? {
        inbox.isServedByCurrentThread
    }
}
