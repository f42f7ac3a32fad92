import BookingLinks
import Notifications
import Postgres

/// What a command needs that owes letters: the database, and who may be written to here.
struct OperatorSettings {
    let database: DatabaseSettings
    let allowList: AllowList

    /// Reads and checks them.
    ///
    /// Throws `SettingsError` with everything that is wrong.
    init() async throws {
        var reader = try await SettingsReader()
        let database = DatabaseSettings(&reader)
        let environment = LinkEnvironment.read(&reader)
        let allowList = WorkerOptions.allowList(&reader, environment: environment)
        (self.database, self.allowList) = try reader.finished(database, allowList)
    }
}
