import Foundation

/// What a command did in a terminal of its own, as an independent terminal emulator saw it.
package struct TerminalRun: Decodable, Sendable {
    /// What a person does, one after the other.
    package enum Step: Sendable {
        /// Waits until the screen shows a text.
        case see(String)
        /// Waits until the screen does not show a text.
        case miss(String)
        /// Types.
        case type(String)
        /// Makes the window another size.
        case resize(columns: Int, rows: Int)
        /// Sends the command a signal.
        case signal(Int32)
        /// Tells whoever waits for it with `reaches` that all the steps before have been taken.
        case tell(String)
        /// Waits until the test says this name with `tell`.
        case hear(String)
        /// Keeps what the screen shows under a name, once it is at rest.
        case look(String)
    }

    /// The exit status; for a command ended by a signal, 128 + the signal's number.
    package let status: Int32
    /// Every byte that the command wrote, to standard output and standard error.
    package let output: String
    /// What the screen showed at the end.
    package let screen: String
    /// What it showed at each `look`.
    package let looks: [String: String]
    /// Whether the terminal was left as it was found: its settings, the cursor, the screen.
    package let isRestored: Bool
}

/// A command and what a person does with it in a terminal of its own.
package struct TerminalSession: Encodable, Sendable {
    fileprivate let program: String
    fileprivate let arguments: [String]
    fileprivate let environment: [String: String]
    fileprivate let folder: String
    fileprivate let columns: Int
    fileprivate let rows: Int
    fileprivate let steps: [TerminalRun.Step]

    /// Runs the command to its end.
    ///
    /// - Throws: `TestSupportError` when a step does not come true, with what the screen showed.
    package func run() async throws -> TerminalRun {
        try await PythonTool.ask("in_terminal.py", stdin: try JSONEncoder().encode(self))
    }
}

extension TerminalRun.Step: Encodable {
    private enum CodingKeys: String, CodingKey { case see, miss, type, resize, signal, tell, hear, look }

    package func encode(to encoder: any Encoder) throws {
        var step = encoder.container(keyedBy: CodingKeys.self)
        switch self {
        case .see(let text): try step.encode(text, forKey: .see)
        case .miss(let text): try step.encode(text, forKey: .miss)
        case .type(let text): try step.encode(text, forKey: .type)
        case .resize(let columns, let rows): try step.encode([columns, rows], forKey: .resize)
        case .signal(let number): try step.encode(number, forKey: .signal)
        case .tell(let name): try step.encode(name, forKey: .tell)
        case .hear(let name): try step.encode(name, forKey: .hear)
        case .look(let name): try step.encode(name, forKey: .look)
        }
    }
}

extension TestInstallation {
    /// Waits until a run in a terminal has come to the step that tells this name.
    package func reaches(_ name: String) async throws {
        let file = folder.appendingPathComponent(name).path
        try await eventually("the terminal reached '\(name)'") { FileManager.default.fileExists(atPath: file) }
    }

    /// Lets a run in a terminal go on that hears this name.
    package func tell(_ name: String) throws {
        try Data().write(to: folder.appendingPathComponent(name))
    }

    /// Makes ready to run a command in a terminal of its own.
    ///
    /// - Parameter program: a shell, say, in whose `PATH` is `holdfast`; the program itself by default.
    package func terminal(
        _ arguments: [String], _ changes: [String: String?] = [:], columns: Int = 80, rows: Int = 24,
        program: String? = nil, steps: [TerminalRun.Step] = []
    ) throws -> TerminalSession {
        let holdfast = try HoldfastProcess.program
        var environment = settings.merging(["TERM": "xterm-256color"]) { own, _ in own }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        environment["PATH"] = "\(holdfast.deletingLastPathComponent().path):\(path)"
        environment["LD_LIBRARY_PATH"] = ProcessInfo.processInfo.environment["LD_LIBRARY_PATH"]
        for (name, value) in changes { environment[name] = value }
        return TerminalSession(
            program: try program.map(findExecutable) ?? holdfast.path, arguments: arguments, environment: environment,
            folder: folder.path, columns: columns, rows: rows, steps: steps)
    }

    /// Runs a command to its end in a terminal of its own.
    package func runInTerminal(
        _ arguments: [String], _ changes: [String: String?] = [:], columns: Int = 80, steps: [TerminalRun.Step] = []
    ) async throws -> TerminalRun {
        try await terminal(arguments, changes, columns: columns, steps: steps).run()
    }
}
