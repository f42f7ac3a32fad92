import ArgumentParser
import BookingLinks
import Outbox
import Postgres

/// The command `holdfast adopt`.
struct AdoptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "adopt",
        abstract: "Say that this database is the one to serve.",
        discussion: """
            Needs HOLDFAST_DATABASE_URL. \
            A worker refuses a database that is a copy of the one it knew (a restored dump, a copied database) or that \
            belongs to another environment: the people in it are real. Adopting it says that you looked, and is \
            recorded with your name.

            Example:
              HOLDFAST_ENVIRONMENT=staging holdfast adopt --reason "spring tests"
            """)

    @Option(help: "Why; recorded.")
    var reason: String?

    @OptionGroup var confirmation: Confirmation

    func run() async throws {
        var reader = try SettingsReader()
        let (database, name) = (DatabaseSettings(&reader), LinkEnvironment.read(&reader))
        let (settings, environment) = try reader.finished(database, name)
        let connection = try await settings.connect()
        try await Schema(connection).requireCurrent()
        let before = try await Installation.read(connection)
        if before.environment == environment.description, before.isOriginal {
            return Terminal.print("this database is served by environment \(environment) already")
        }
        try await confirmation.require("Let environment '\(environment)' serve \(settings.listenDatabase)?")
        try await Installation.adopt(
            connection, environment: environment.description, operator: Terminal.operatorName, reason: reason)
        Terminal.print("environment \(environment) serves this database from now on")
        await connection.close()
    }
}
