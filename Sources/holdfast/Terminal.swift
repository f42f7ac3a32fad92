import FoundationEssentials
import Glibc

/// Writing for people and pipes: results on standard output, everything else on standard error.
enum Terminal {
    /// A line of the result.
    static func print(_ line: String) {
        write(line + "\n", to: STDOUT_FILENO)
    }

    /// A line that is not the result.
    static func error(_ line: String) {
        write(line + "\n", to: STDERR_FILENO)
    }

    /// A result that is no line, as it is.
    static func write(_ bytes: [UInt8]) {
        write(bytes[...], to: STDOUT_FILENO)
    }

    /// What is going on, on one line of the terminal that the next replaces.
    static func status(_ text: String) {
        write("\r\u{1B}[K\(text)", to: STDERR_FILENO)
    }

    /// A value as one line of JSON with sorted keys, dates as ISO 8601.
    static func json(_ value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        print(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// Standard input to its end, or one octet more than `limit` of it, so that too much is told from enough.
    static func input(atMost limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 * 1024)
        while bytes.count <= limit {
            let wanted = min(buffer.count, limit + 1 - bytes.count)
            let count = buffer.withUnsafeMutableBytes { read(STDIN_FILENO, $0.baseAddress, wanted) }
            if count < 0 && errno == EINTR { continue }
            guard count >= 0 else { throw CommandFailure(.temporary, "standard input cannot be read") }
            if count == 0 { break }
            bytes += buffer[..<count]
        }
        return bytes
    }

    /// Whether a person can be asked.
    static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 }

    /// Asks for a yes; anything else is a no.
    static func confirm(_ question: String) -> Bool {
        write("\(question) [y/N] ", to: STDERR_FILENO)
        return readLine()?.lowercased().hasPrefix("y") ?? false
    }

    /// Who is at the terminal, for the audit.
    static var operatorName: String {
        guard let entry = getpwuid(getuid()) else { return "uid \(getuid())" }
        return String(cString: entry.pointee.pw_name)
    }

    private static func write(_ text: String, to descriptor: Int32) {
        write(Array(text.utf8)[...], to: descriptor)
    }

    private static func write(_ bytes: ArraySlice<UInt8>, to descriptor: Int32) {
        var bytes = bytes
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            // Whoever reads us is gone, or the disk is full: there is nowhere left to say so.
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
