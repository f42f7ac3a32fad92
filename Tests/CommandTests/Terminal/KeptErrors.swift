import Glibc

/// What this process writes to standard error while it lives; for the child of an exit test, which ends soon after.
struct KeptErrors {
    private let reading: Int32

    /// Takes standard error; nil when the system has no pipe left.
    init?() {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0, dup2(ends[1], STDERR_FILENO) >= 0 else { return nil }
        reading = ends[0]
    }

    /// What has been written so far; waits for the first of it, a minute at most.
    func read() -> String {
        var file = pollfd(fd: reading, events: Int16(POLLIN), revents: 0)
        guard poll(&file, 1, 60_000) > 0 else { return "" }
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = Glibc.read(reading, &buffer, buffer.count)
        return String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
    }
}
