package import Postgres

/// Which database this is: the guard against serving a copy of the data, which would mail everybody in it.
package struct Installation: Sendable, Equatable {
    /// The environment it was adopted for; nil when it never was.
    package let environment: String?
    /// Whether it is the very database that was adopted, and no restored or cloned copy.
    package let isOriginal: Bool

    /// Reads the guard.
    package static func read(_ connection: Connection) async throws -> Installation {
        let rows = try await connection.query(Statement("installation", SQL.installation))
        guard let row = rows.first else { return Installation(environment: nil, isOriginal: false) }
        let adopted = try row.decodeIfPresent("adopted", as: String.self)
        return Installation(
            environment: try row.decodeIfPresent("environment"),
            isOriginal: try adopted == row.decode("actual", as: String.self))
    }

    /// The name of the database it is now: its server's system identifier and its own number, as a copy has others.
    ///
    /// Throws what the database says.
    package static func identifier(of connection: Connection) async throws -> String {
        try await connection.query(Statement("installation", SQL.installation)).first?.decode("actual") ?? ""
    }

    /// Makes this database the one that is served, for `environment`, and records who said so.
    package static func adopt(_ connection: Connection, environment: String, operator name: String, reason: String?)
        async throws
    {
        _ = try await connection.pipeline([
            Statement("adopt", SQL.adopt, [.text(environment)]),
            Statement.audit(operator: name, action: "adopt", target: environment, reason: reason),
        ])
    }

    /// Throws `InstallationError` unless a worker of `environment` may serve this database.
    package func requireServable(by environment: String) throws(InstallationError) {
        guard let adopted = self.environment else { throw .neverAdopted }
        guard adopted == environment else { throw .otherEnvironment(database: adopted, configured: environment) }
        guard isOriginal else { throw .copy }
    }
}

/// Why a worker does not serve this database.
package enum InstallationError: Error, Equatable, CustomStringConvertible {
    /// Nobody has said which environment it is.
    case neverAdopted
    /// It belongs to another environment.
    case otherEnvironment(database: String, configured: String)
    /// It is a copy of the one that was adopted.
    case copy

    /// What is wrong, and the way out.
    package var description: String {
        switch self {
        case .neverAdopted:
            "this database was not adopted by an environment yet: check HOLDFAST_DATABASE_URL and "
                + "HOLDFAST_ENVIRONMENT, then run 'holdfast adopt'"
        case .otherEnvironment(let database, let configured):
            "this database belongs to environment '\(database)' and HOLDFAST_ENVIRONMENT says '\(configured)': "
                + "correct the setting, or run 'holdfast adopt' if the database is yours"
        case .copy:
            "this database is a copy of the one that was adopted, and the people in it may be real: run "
                + "'holdfast adopt' if it is to be served"
        }
    }
}
