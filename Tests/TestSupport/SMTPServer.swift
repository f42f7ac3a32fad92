package import Foundation

/// An SMTP server of a test: a child process on a free loopback port that ends with this object.
///
/// Not thread-safe; each test owns its own.
package final class SMTPServer {
    /// Why a server could not be had; the sentence says what to install or set.
    package struct Unavailable: Error, CustomStringConvertible {
        package let description: String
    }

    /// Something the scripted relay saw or did.
    package struct Event: Decodable, Sendable, Equatable {
        /// `listening`, `command`, `message`, `unsolicited`, `hanging` or `closed`.
        package let event: String
        /// The command line.
        package let line: String?
        /// The number of the read that brought the command: equal for commands sent in one write.
        package let read: Int?
        /// The message as it was sent, dots still stuffed.
        package let content: Data?
        let port: Int?
    }

    /// The port on 127.0.0.1.
    package let port: Int
    /// Every event read so far.
    package private(set) var events: [Event] = []
    private let process: Process
    private let output: LineReader
    private let orders = Pipe()

    /// Starts the scripted relay.
    package static func scripted(_ scenario: RelayScenario = RelayScenario()) throws -> SMTPServer {
        let json = String(decoding: try JSONEncoder().encode(scenario), as: UTF8.self)
        return try SMTPServer(python(), [script("scripted_relay.py"), json])
    }

    /// Starts aiosmtpd with a Maildir; `user` and `tls` as wanted.
    package static func maildir(
        at folder: URL, tls: RelayScenario.TLS = .none, certificate: CertificateAuthority.Leaf? = nil,
        user: String? = nil, password: String? = nil
    ) throws -> SMTPServer {
        var settings = ["maildir": folder.path]
        if tls != .none { settings["tls"] = tls.rawValue }
        settings["certificate"] = certificate?.certificate
        settings["key"] = certificate?.key
        settings["user"] = user
        settings["password"] = password
        let json = String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
        return try SMTPServer(python(), [script("maildir_relay.py"), json])
    }

    /// Starts Postfix's `smtp-sink`, which `TEST_SMTP_SINK` must name, with extra options.
    package static func sink(_ options: [String] = []) throws -> SMTPServer {
        guard let path = ProcessInfo.processInfo.environment["TEST_SMTP_SINK"] else {
            throw Unavailable(
                description:
                    "TEST_SMTP_SINK is not set: unpack Debian's postfix with dpkg -x and name its smtp-sink."
            )
        }
        let binary = URL(fileURLWithPath: path)
        let libraries = binary.deletingLastPathComponent().appendingPathComponent("../lib/postfix").standardized.path
        let port = try freePort()
        let user = geteuid() == 0 ? ["-u", "nobody"] : []
        return try SMTPServer(
            binary, user + options + ["127.0.0.1:\(port)", "100"], environment: ["LD_LIBRARY_PATH": libraries],
            port: port)
    }

    private init(
        _ executable: URL, _ arguments: [String], environment: [String: String] = [:], port knownPort: Int? = nil
    ) throws {
        guard FileManager.default.isExecutableFile(atPath: executable.path) else {
            throw Unavailable(description: "\(executable.path) is not there; the tests need it.")
        }
        process = Process()
        process.executableURL = executable
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        let outputPipe = Pipe()
        process.standardInput = orders
        process.standardOutput = outputPipe
        output = LineReader(outputPipe.fileHandleForReading)
        try process.run()
        try? outputPipe.fileHandleForWriting.close()
        if let knownPort {
            port = knownPort
            try Self.awaitListening(knownPort)
            return
        }
        guard let line = output.next(within: 20), let event = try? JSONDecoder().decode(Event.self, from: line),
            let port = event.port
        else {
            kill(process.processIdentifier, SIGKILL)
            throw Unavailable(description: "\(executable.path) \(arguments[0]) did not start; its complaint is above.")
        }
        self.port = port
    }

    deinit { stop() }

    /// Ends the server.
    package func stop() {
        guard process.isRunning else { return }
        // Not SIGTERM: a child started from a Dispatch thread inherits that thread's mask, in which it is blocked.
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// Lets the scripted relay give every answer it holds back, now and later.
    package func release() throws {
        try orders.fileHandleForWriting.write(contentsOf: Data("release\n".utf8))
    }

    /// Reads events until one has this name; nil when none comes within the seconds given.
    @discardableResult
    package func await(_ name: String, within seconds: Double = 10) -> Event? {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while let line = output.next(within: deadline.timeIntervalSinceNow) {
            guard let event = try? JSONDecoder().decode(Event.self, from: line) else { continue }
            events.append(event)
            if event.event == name { return event }
        }
        return nil
    }

    /// The commands of all events read so far.
    package var commands: [String] { events.compactMap(\.line) }

    private static func script(_ name: String) -> String {
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Python/\(name)").path
    }

    private static func python() -> URL {
        URL(fileURLWithPath: ProcessInfo.processInfo.environment["TEST_PYTHON"] ?? "/usr/bin/python3")
    }
}
