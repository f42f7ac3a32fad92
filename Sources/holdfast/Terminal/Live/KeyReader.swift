import Executors
import Glibc

/// Reads what is typed on a thread of its own until it is stopped.
struct KeyReader {
    private let stopper: Int32

    /// Starts; `report` is called from the thread, with the keys, or with nil once when the input has ended.
    init(_ input: Int32 = STDIN_FILENO, report: @escaping @Sendable ([UInt8]?) -> Void) throws {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else {
            throw CommandFailure(.temporary, "the system has no more descriptors")
        }
        let (stop, stopper) = (ends[0], ends[1])
        self.stopper = stopper
        DedicatedThread.start(label: "keys") {
            defer { close(stop) }
            while let bytes = Self.next(input, unless: stop) {
                report(bytes.isEmpty ? nil : bytes)
                if bytes.isEmpty { return }
            }
        }
    }

    /// Ends the thread; keys that are typed later are left to others.
    func stop() { close(stopper) }

    /// What is typed next; empty at the end of the input, nil when it is to stop.
    private static func next(_ input: Int32, unless stop: Int32) -> [UInt8]? {
        var files = [input, stop].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while poll(&files, nfds_t(files.count), -1) < 0 && errno == EINTR {}
        guard files[1].revents == 0 else { return nil }
        var buffer = [UInt8](repeating: 0, count: 256)
        while true {
            let count = read(input, &buffer, buffer.count)
            if count < 0 && errno == EINTR { continue }
            return Array(buffer.prefix(max(0, count)))
        }
    }
}
