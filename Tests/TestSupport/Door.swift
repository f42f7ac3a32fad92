import Foundation

/// A door before a server: open it passes connections on, closed it refuses them on the same port.
///
/// A relay that goes away and comes back, as its clients see it.
///
/// Not thread-safe; each test owns its own.
package final class Door {
    /// The port on 127.0.0.1 to connect to.
    package let port: Int
    private let process = Process()
    private let orders = Pipe()
    private let answers: LineReader

    /// Opens a door that leads to a port on 127.0.0.1.
    package init(to target: Int) async throws {
        process.executableURL = PythonTool.interpreter
        process.arguments = [PythonTool.path("door.py"), "\(target)"]
        let output = Pipe()
        process.standardInput = orders
        process.standardOutput = output
        answers = LineReader(output.fileHandleForReading)
        try await Launcher.shared.start(process)
        guard let line = answers.next(within: 20), let port = Int(String(decoding: line, as: UTF8.self)) else {
            throw TestSupportError("door.py did not start; its complaint is above")
        }
        self.port = port
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// Cuts every connection and refuses new ones; returns when it is done.
    package func close() throws { try order("close") }

    /// Passes connections on again; returns when it is done.
    package func open() throws { try order("open") }

    private func order(_ word: String) throws {
        try orders.fileHandleForWriting.write(contentsOf: Data("\(word)\n".utf8))
        guard let answer = answers.next(within: 20), String(decoding: answer, as: UTF8.self) == "done" else {
            throw TestSupportError("door.py did not \(word)")
        }
    }
}
