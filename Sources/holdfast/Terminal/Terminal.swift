import FoundationEssentials
import Glibc
import Synchronization

/// Writing for people and pipes: results on standard output, everything else on standard error.
enum Terminal {
    /// Where results go.
    static let output = TerminalStream(descriptor: STDOUT_FILENO)
    /// Where everything else goes.
    static let errors = TerminalStream(descriptor: STDERR_FILENO)

    private static let loss = Mutex<Int32?>(nil)

    /// Why a result could not be written, such as a full disk; a reader that has gone away is no reason.
    static var outputLoss: String? { loss.withLock { $0.map { String(cString: strerror($0)) } } }

    /// A line of the result.
    static func print(_ line: String) {
        write(Array((line + "\n").utf8))
    }

    /// A line of the result, its parts in colour where they are shown.
    static func print(_ line: StyledLine) {
        print(line.rendered(inColour: output.showsColour))
    }

    /// The rows of the result, as wide as the terminal.
    static func print(_ table: Table) {
        for line in table.lines(fitting: output.size?.columns) { print(line) }
    }

    /// A line that is not the result.
    static func error(_ line: String) {
        errors.write(line + "\n")
    }

    /// A line that is not the result, its parts in colour where they are shown.
    static func error(_ line: StyledLine) {
        errors.write(line.rendered(inColour: errors.showsColour) + "\n")
    }

    /// A result that is no line, as it is.
    static func write(_ bytes: [UInt8]) {
        guard let reason = output.write(bytes), reason != EPIPE else { return }
        loss.withLock { $0 = $0 ?? reason }
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

    /// Who is at the terminal, for the audit.
    static var operatorName: String {
        guard let entry = getpwuid(getuid()) else { return "uid \(getuid())" }
        return String(cString: entry.pointee.pw_name)
    }

    /// Whether a terminal may be written to in colour, as this environment says.
    ///
    /// Never with `NO_COLOR` set to anything (no-color.org), on a terminal that calls itself dumb, or on one that does
    /// not say what it is.
    static func mayColour(in environment: [String: String]) -> Bool {
        isCapable(in: environment) && environment["NO_COLOR", default: ""].isEmpty
    }

    /// Whether the terminal can do more than print one line after the other, as this environment says.
    static func isCapable(in environment: [String: String]) -> Bool {
        !["", "dumb"].contains(environment["TERM", default: ""])
    }
}
