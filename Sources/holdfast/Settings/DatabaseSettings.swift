import Outbox
import Postgres

/// Where the database is: what every command but the previews needs.
struct DatabaseSettings {
    let database: ConnectionSettings
    let listenDatabase: ConnectionSettings

    /// Reads them; nil when they are wrong, which the reader has noted.
    init?(_ reader: inout SettingsReader) {
        let direct = reader.parsed(.listenDatabaseURL, Self.checked)
        guard var database = reader.parsed(.databaseURL, required: true, Self.checked) else { return nil }
        // LISTEN needs a URL of its own only where the other one goes through a pooler.
        database.throughPooler = direct != nil
        self.database = database
        listenDatabase = direct ?? database
    }

    private static func checked(_ url: String) throws -> ConnectionSettings {
        let settings = ConnectionSettings(url: url)
        do {
            try settings.validate()
        } catch {
            throw Unusable(error.message)
        }
        return settings
    }

    /// Opens a connection for a command that changes or reads things once: the direct one.
    func connect() async throws -> Connection {
        try await Connection.open(listenDatabase)
    }

    /// Lends such a connection to a database whose schema is this program's, and closes it however `body` ends.
    func withConnection<Value>(_ body: (Connection) async throws -> Value) async throws -> Value {
        let connection = try await connect()
        let result: Result<Value, any Error>
        do {
            try await Schema(connection).requireCurrent()
            result = .success(try await body(connection))
        } catch {
            result = .failure(error)
        }
        await connection.close()
        return try result.get()
    }
}

extension DatabaseSettings {
    /// For commands that need the database and nothing else.
    static func connect() async throws -> Connection {
        var reader = try SettingsReader()
        let settings = DatabaseSettings(&reader)
        return try await reader.finished(settings).connect()
    }

    /// The same, lent: see the method of this name.
    static func withConnection<Value>(_ body: (Connection) async throws -> Value) async throws -> Value {
        var reader = try SettingsReader()
        let settings = DatabaseSettings(&reader)
        return try await reader.finished(settings).withConnection(body)
    }
}
