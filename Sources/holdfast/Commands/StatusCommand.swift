import ArgumentParser
import FoundationEssentials
import Outbox
import Postgres

/// The command `holdfast status`.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show the queue at a glance.",
        discussion: """
            Needs HOLDFAST_DATABASE_URL. Shows what is owed, what became of letters in the last hour, what is \
            stopped, the workers, and what slowly harms the database; no names and no addresses. A letter in doubt \
            may have been delivered by an earlier attempt.

            Examples:
              holdfast status
              holdfast status --json
            """)

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let connection = try await DatabaseSettings.connect()
        try await Schema(connection).requireCurrent()
        let status = try await QueueStatus.read(connection)
        await connection.close()
        if json { return try Terminal.json(StatusReport(status)) }
        for line in StatusPage(status).lines { Terminal.print(line) }
    }
}
