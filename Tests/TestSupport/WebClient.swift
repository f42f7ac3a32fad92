import Foundation

/// Asks a server on this machine as a program would that is not a well-behaved browser.
package struct WebClient: Sendable {
    /// The port on 127.0.0.1.
    package let port: Int

    /// A client of the server at this port.
    package init(port: Int) { self.port = port }

    /// Sends one request, its path as it is.
    ///
    /// - Parameters:
    ///   - fields: header fields besides Host, or Host itself; nil leaves one out.
    ///   - body: sent with its length.
    package func exchange(
        _ method: String, _ path: String, _ fields: [String: String?] = [:], body: String? = nil
    ) async throws -> Monitor.Answer {
        let json = String(decoding: try JSONEncoder().encode(fields), as: UTF8.self)
        let arguments = [method, "127.0.0.1", "\(port)", path, json] + (body.map { [$0] } ?? [])
        return try await PythonTool.ask("http_exchange.py", arguments)
    }

    /// Asks for a page.
    package func get(_ path: String) async throws -> Monitor.Answer { try await exchange("GET", path) }
}

/// Browsers that listen for server-sent events, in a process of their own.
///
/// Not thread-safe; each test owns its own.
package final class EventReaders {
    /// What one of them heard.
    package struct Event: Decodable, Sendable {
        /// `open`, `sign` (of life), `greeting`, `closed`, or the server's own name for it.
        package let event: String
        /// When it was heard.
        package let at: Double
        /// Its data.
        package let data: String?
    }

    private struct Settings: Encodable {
        let port: Int
        let path: String
        let readers: Int
        let lastID: String?
        let file: String
    }

    private let script: RunningScript
    private let count: Int
    private let file: URL
    private var heard: [String: Int] = [:]

    /// Connects them, and returns once the server has answered each.
    package init(_ count: Int = 1, port: Int, path: String = "/events", lastID: String? = nil) async throws {
        self.count = count
        file = FileManager.default.temporaryDirectory.appendingPathComponent("events-\(UUID().uuidString)")
        try Data().write(to: file)
        script = try await RunningScript(
            "event_readers.py",
            Settings(port: port, path: path, readers: count, lastID: lastID, file: file.path))
        try await all("open")
    }

    deinit { try? FileManager.default.removeItem(at: file) }

    /// Waits until each of them has heard one more event of this name; returns the last.
    @discardableResult
    package func all(_ event: String) async throws -> Event {
        let wanted = heard[event, default: 0] + count
        var events: [Event] = []
        try await eventually("\(count) readers heard '\(event)'") {
            events = try self.events().filter { $0.event == event }
            return events.count >= wanted
        }
        heard[event] = wanted
        return events[wanted - 1]
    }

    /// How many events of this name were heard so far, by all of them together.
    package func number(of event: String) throws -> Int { try events().count { $0.event == event } }

    private func events() throws -> [Event] {
        let lines = try Data(contentsOf: file).split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        return try lines.dropLast().map { try JSONDecoder().decode(Event.self, from: $0) }
    }
}
