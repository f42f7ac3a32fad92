import BookingLinks
import Notifications
import Outbox
import Postgres

/// What a command needs that owes letters: the database, whose it is, and who may be written to here.
struct OperatorSettings {
    private let database: DatabaseSettings
    private let environment: LinkEnvironment
    let allowList: AllowList

    /// Reads and checks them.
    ///
    /// Throws `SettingsError` with everything that is wrong.
    init() throws {
        var reader = try SettingsReader()
        let database = DatabaseSettings(&reader)
        let environment = LinkEnvironment.read(&reader)
        let allowList = WorkerOptions.allowList(&reader, environment: environment)
        (self.database, self.environment, self.allowList) = try reader.finished(database, environment, allowList)
    }

    /// Lends a connection to the database, which must be this environment's own: what is owed in another's is sent by its
    /// workers, which have another allow-list.
    ///
    /// Throws `InstallationError` beside what `DatabaseSettings` throws.
    func withConnection<Value>(_ body: (Connection) async throws -> Value) async throws -> Value {
        try await database.withConnection { connection in
            try await Installation.read(connection).requireServable(by: environment.description)
            return try await body(connection)
        }
    }
}
