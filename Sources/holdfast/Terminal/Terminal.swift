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

    /// Whether it is worthwhile to go on writing results: somebody reads, and there is room for them.
    static var isRead: Bool { outputLoss == nil && !output.isAbandoned }

    /// Ends ``whileRead(_:)``.
    private struct Unread: Error {}

    /// Does something long that ends early where it calls ``requireReader()`` and nobody reads any more: then nil.
    static func whileRead<Value>(_ body: () async throws -> Value) async throws -> Value? {
        do { return try await body() } catch is Unread { return nil }
    }

    /// Goes on while there is a reader; for ``whileRead(_:)``.
    static func requireReader() throws {
        guard isRead else { throw Unread() }
    }

    /// A line of the result, harmless to a terminal whoever wrote it.
    static func print(_ line: String) {
        print(StyledLine(line))
    }

    /// A line of the result, its parts in colour where they are shown.
    static func print(_ line: StyledLine) {
        raw(line.rendered(inColour: output.showsColour))
    }

    /// A line of the result for programs, as it is: whatever steers a terminal would steer one.
    static func raw(_ line: String) {
        write(Array((line + "\n").utf8))
    }

    /// The rows of the result, as wide as the terminal.
    static func print(_ table: Table) {
        for line in table.lines(fitting: output.size?.columns) { print(line) }
    }

    /// Lines that are not the result, in one piece, harmless to a terminal whoever wrote them.
    static func error(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        errors.write(lines.map { StyledLine(String($0)).text + "\n" }.joined())
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
        raw(String(decoding: try encoder.encode(value), as: UTF8.self))
    }

    /// Who is at the terminal, for the audit.
    static var operatorName: String {
        let account = getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "uid \(getuid())"
        return operatorName(account, in: ProcessInfo.processInfo.environment)
    }

    /// The person behind an account that several use, as sudo(8) tells: `mel (as holdfast)`.
    static func operatorName(_ account: String, in environment: [String: String]) -> String {
        let person = environment["SUDO_USER", default: account]
        return person == account || person.allSatisfy(\.isWhitespace) ? account : "\(person) (as \(account))"
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
