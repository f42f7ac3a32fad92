import Foundation

/// A script of `Python/` that runs beside a test, tells what happens line by line and obeys orders.
///
/// It ends with this object. Not thread-safe; each test owns its own.
final class RunningScript {
    /// What a script told.
    struct Event: Decodable {
        let event: String
        let port: Int?
        let token: String?
        let socket: String?
    }

    private let name: String
    private let process = Process()
    private let orders = Pipe()
    private let answers: LineReader

    /// Starts a script with its settings as JSON.
    init(_ name: String, _ settings: some Encodable) async throws {
        self.name = name
        let json = String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
        process.executableURL = PythonTool.interpreter
        process.arguments = [PythonTool.path(name), json]
        let output = Pipe()
        process.standardInput = orders
        process.standardOutput = output
        answers = LineReader(output.fileHandleForReading)
        try await Launcher.shared.start(process)
        try output.fileHandleForWriting.close()
    }

    deinit {
        // The end of its orders is the end of it and of what it started.
        try? orders.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// Gives an order, which must be one word.
    func order(_ word: String) throws {
        try orders.fileHandleForWriting.write(contentsOf: Data("\(word)\n".utf8))
    }

    /// Reads events until one has this name.
    func next(_ event: String, within seconds: Double = 90) throws -> Event {
        let deadline = Date(timeIntervalSinceNow: seconds)
        while let line = answers.next(within: deadline.timeIntervalSinceNow) {
            let told = try JSONDecoder().decode(Event.self, from: line)
            if told.event == event { return told }
        }
        throw TestSupportError("\(name) did not tell of '\(event)'; its complaint, if any, is above")
    }

    /// How many events of this name have been told up to the answer to this order.
    func count(_ event: String, before order: String, answeredBy answer: String) throws -> Int {
        try self.order(order)
        var count = 0
        while let line = answers.next(within: 90) {
            let told = try JSONDecoder().decode(Event.self, from: line)
            if told.event == answer { return count }
            if told.event == event { count += 1 }
        }
        throw TestSupportError("\(name) did not answer '\(order)'")
    }
}
