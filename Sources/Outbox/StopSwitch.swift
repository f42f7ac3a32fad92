package import FoundationEssentials
import Notifications
package import Postgres

/// Which kinds of letters are stopped; a pure value.
package struct StopSwitch: Sendable, Equatable {
    /// What stands in place of a kind for all of them.
    package static let everything = "*"

    private let stopped: Set<String>

    /// Stops these kinds, or all of them when `everything` is among them.
    package init(_ stopped: some Sequence<String> = []) {
        self.stopped = Set(stopped)
    }

    /// Whether letters of this kind must not be started.
    package func stops(_ kind: String) -> Bool {
        stopped.contains(Self.everything) || stopped.contains(kind)
    }

    /// How many kinds are stopped, `everything` counting as one.
    package var count: Int { stopped.count }
}

/// A row of `holdfast.pause`: one stop that stands.
package struct Pause: Sendable, Equatable {
    /// A kind, or `StopSwitch.everything`.
    package let kind: String
    /// Why, in the operator's words.
    package let reason: String
    /// Who stopped it.
    package let operatorName: String
    /// Since when.
    package let since: Date

    init(_ row: Row) throws {
        kind = try row.decode("kind")
        reason = try row.decode("reason")
        operatorName = try row.decode("operator")
        since = try row.decode("at")
    }
}

/// Stops and resumes kinds of letters, on all workers at once: every claim reads the switch.
package struct Pauses: Sendable {
    let connection: Connection

    /// The switch as this connection reaches it.
    package init(_ connection: Connection) {
        self.connection = connection
    }

    /// Every stop that stands, by kind; `everything` first.
    package func all() async throws -> [Pause] {
        try await connection.query(Statement("pauses", SQL.pauses)).map(Pause.init)
    }

    /// Stops a kind, or all of them, and records who did; false when it was stopped already, which stays as it was.
    package func pause(_ kind: String, reason: String, operator name: String) async throws -> Bool {
        try await change(Statement("pause", SQL.pause, [.text(kind), .text(reason), .text(name)]))
    }

    /// Lifts the stop of a kind, or the one of all of them, and records who did; false when there was none.
    package func resume(_ kind: String, reason: String, operator name: String) async throws -> Bool {
        try await change(Statement("resume", SQL.resume, [.text(kind), .text(reason), .text(name)]))
    }

    /// The kinds that may be named, in order.
    package func kinds() async throws -> [String] {
        try await connection.query("SELECT name FROM holdfast.kind ORDER BY name", name: "kinds").map {
            try $0.decode("name")
        }
    }

    private func change(_ statement: Statement) async throws -> Bool {
        try await connection.query(statement).first?.decode("changed") ?? false
    }
}

extension Outbox {
    /// Which kinds are stopped, and whether this session hears NOTIFY on a channel; what a worker asks all the time.
    package func listenState(channel: String) async throws -> (stopped: StopSwitch, listening: Bool) {
        let rows = try await connection.query(
            Statement("listen_state", SQL.listenState, [.text(channel)], prepared: true))
        guard let row = rows.first else { throw MalformedFact("listen_state has no row") }
        return (StopSwitch(try row.decode("stopped", as: [String].self)), try row.decode("listening"))
    }
}
