import Executors
import Glibc

/// Reading what is typed, piped or in a file: on a thread of its own, since each of them may keep a command waiting.
extension Terminal {
    /// A file, or standard input for `-`, to its end, or one octet more than `limit` of it, so that too much is told from
    /// enough.
    ///
    /// - Throws: a `CommandFailure` when it cannot be read.
    static func input(_ file: String = "-", atMost limit: Int) async throws -> [UInt8] {
        try await withCheckedThrowingContinuation { continuation in
            DedicatedThread.start(label: "input") {
                continuation.resume(with: Result { try read(file, atMost: limit) })
            }
        }
    }

    /// A line of standard input, which a person is asked for; nil at its end.
    static func line(asking question: StyledLine) async -> String? {
        if isatty(STDIN_FILENO) == 1 { errors.write(question.rendered(inColour: errors.showsColour) + " ") }
        return await withCheckedContinuation { continuation in
            DedicatedThread.start(label: "question") { continuation.resume(returning: readLine()) }
        }
    }

    private static func read(_ file: String, atMost limit: Int) throws -> [UInt8] {
        if file == "-" { return try read(STDIN_FILENO, file, atMost: limit) }
        let descriptor = open(file, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw CommandFailure(.unusableInput, "\(file) cannot be read: \(String(cString: strerror(errno)))")
        }
        defer { close(descriptor) }
        return try read(descriptor, file, atMost: limit)
    }

    private static func read(_ descriptor: Int32, _ file: String, atMost limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while bytes.count <= limit {
            let wanted = min(buffer.count, limit + 1 - bytes.count)
            let count = buffer.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, wanted) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else {
                let reason = String(cString: strerror(errno))
                throw file == "-"
                    ? CommandFailure(.temporary, "standard input cannot be read: \(reason)")
                    : CommandFailure(.unusableInput, "\(file) cannot be read: \(reason)")
            }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return bytes
    }
}
