package import FoundationEssentials
import Notifications
package import Postgres

/// Reads what tells whether an installation is well; changes nothing.
///
/// Every call throws what the database says, or `MalformedFact`.
package struct Examination: Sendable {
    let connection: Connection

    /// The database as this connection reaches it.
    package init(_ connection: Connection) {
        self.connection = connection
    }

    /// What kind of server answers.
    package func server() async throws -> ServerFacts {
        try ServerFacts(await row("doctor_server", SQL.doctorServer))
    }

    /// What the database's clocks say now.
    package func clocks() async throws -> (queue: Date, server: Date) {
        let row = try await row("doctor_clock", SQL.doctorClock)
        return (try row.decode("queue"), try row.decode("server"))
    }

    /// What a worker needs, or an operator, and this role may not do, as `SELECT on holdfast.job`.
    package func missingGrants(isDesk: Bool) async throws -> [String] {
        try await connection.query(Statement("doctor_grants", SQL.doctorGrants, [.bool(isDesk)])).map { row in
            "\(try row.decode("privilege", as: String.self)) on \(try row.decode("object", as: String.self))"
        }
    }

    /// Every time zone that people are written to in, and whether the server knows it.
    package func zones() async throws -> [(zone: String, isKnown: Bool)] {
        try await connection.query(Statement("doctor_zones", SQL.doctorZones)).map { row in
            (try row.decode("zone"), try row.decode("is_known"))
        }
    }

    /// What waits for somebody.
    package func backlog() async throws -> Backlog {
        try Backlog(await row("doctor_backlog", SQL.doctorBacklog))
    }

    /// The workers.
    package func workers() async throws -> Workforce {
        try Workforce(await row("doctor_workers", SQL.doctorWorkers))
    }

    private func row(_ name: String, _ sql: String) async throws -> Row {
        guard let row = try await connection.query(Statement(name, sql)).first else {
            throw MalformedFact("\(name) has no row")
        }
        return row
    }
}
