import Glibc

/// Starts threads for C calls that block, so that they never occupy a thread of Swift's cooperative pool.
package enum DedicatedThread {
    /// Runs `body` once on a new, detached thread of its own.
    ///
    /// Traps when the system refuses another thread, as the Swift runtime does for its own pool.
    /// - Parameters:
    ///   - label: shown by `ps -L` and debuggers; Linux keeps its first 15 bytes (proc(5), comm).
    ///   - body: what the thread does; the thread ends when it returns.
    package static func start(label: String, _ body: @escaping @Sendable () -> Void) {
        let work = Unmanaged.passRetained(Work(label: label, body: body))
        var thread = pthread_t()
        let status = pthread_create(&thread, nil, runWork, work.toOpaque())
        precondition(status == 0, "the system refuses another thread (pthread_create: error \(status))")
        pthread_detach(thread)
    }
}

private final class Work: Sendable {
    let label: String
    let body: @Sendable () -> Void

    init(label: String, body: @escaping @Sendable () -> Void) {
        self.label = label
        self.body = body
    }
}

private func runWork(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let context else { return nil }
    let work = Unmanaged<Work>.fromOpaque(context).takeRetainedValue()
    nameCurrentThread(work.label)
    work.body()
    return nil
}

// Through /proc, because Swift's Glibc module has no pthread_setname_np. A thread without its name works as well.
private func nameCurrentThread(_ label: String) {
    let file = open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    defer { close(file) }
    let name = Array(label.utf8.prefix(15))
    _ = write(file, name, name.count)
}
