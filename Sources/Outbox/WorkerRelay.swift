import FoundationEssentials

/// How a relay stands, as a worker says of it with each renewal of its lease; it names nobody.
package struct WorkerRelay: Codable, Sendable, Equatable {
    /// Scheme, host and port.
    package let name: String
    /// Where its breaker stands: `closed`, letters go; `open`, none goes; `half-open`, one tries.
    package let breaker: String
    /// How many sessions it gets at most now.
    package let limit: Int
    /// How many of them carry a letter.
    package let sessionsInUse: Int
    /// Why the breaker is not closed, in a sentence; nil while it is.
    package let trouble: String?

    /// Describes a relay.
    package init(name: String, breaker: String, limit: Int, sessionsInUse: Int, trouble: String?) {
        self.name = name
        self.breaker = breaker
        self.limit = limit
        self.sessionsInUse = sessionsInUse
        self.trouble = trouble
    }

    /// Several of them as JSON, as `holdfast.worker.info` keeps them.
    static func json(_ relays: [WorkerRelay]) throws -> String {
        String(decoding: try JSONEncoder().encode(relays), as: UTF8.self)
    }

    /// Reads them back; nil when they are not what this program writes, as a newer worker's may be.
    static func read(_ json: String) -> [WorkerRelay]? {
        try? JSONDecoder().decode([WorkerRelay].self, from: Data(json.utf8))
    }
}
