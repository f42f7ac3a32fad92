import ArgumentParser
import BookingLinks
import FoundationEssentials
import Outbox
import Postgres

/// The command `holdfast migrate`.
struct MigrateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Make or update the tables; safe to run from every host.",
        discussion: """
            Needs HOLDFAST_DATABASE_URL, as a role that may create schemas. The steps are applied in one \
            transaction: all or none; whoever books waits meanwhile. When a table was in use for 10 seconds it gives \
            up with 75. A new database is adopted for HOLDFAST_ENVIRONMENT.

            Examples:
              holdfast migrate
              holdfast migrate --status
              holdfast migrate --no-booking     you provide booking.* yourself
            """)

    @Flag(help: "Show which steps the database has, and change nothing; exit 1 when some are missing.")
    var status = false

    @Flag(inversion: .prefixedNo, help: "Make the reference tables in schema booking.")
    var booking = true

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        var reader = try SettingsReader()
        let (database, name) = (DatabaseSettings(&reader), LinkEnvironment.read(&reader))
        let (settings, environment) = try reader.finished(database, name)
        let connection = try await settings.connect()
        let schema = Schema(connection)
        let steps = status ? try await schema.status() : try await migrate(schema, connection, environment)
        try show(steps)
        await connection.close()
        if status, steps.contains(where: { $0.state != .applied && $0.state != .leftOut }) {
            throw ExitCode(FailureCode.no.rawValue)
        }
    }

    private func migrate(_ schema: Schema, _ connection: Connection, _ environment: LinkEnvironment) async throws
        -> [Schema.Step]
    {
        let steps = try await schema.migrate(includingBooking: booking) { step in
            if !json { Terminal.error("applying \(step.version) \(step.name)") }
        }
        if try await Installation.read(connection).environment == nil {
            try await Installation.adopt(
                connection, environment: environment.description, operator: Terminal.operatorName,
                reason: "new database")
        }
        return steps
    }

    private func show(_ steps: [Schema.Step]) throws {
        if json { return try Terminal.json(steps.map(StepReport.init)) }
        for step in steps {
            let when = step.appliedAt.map { " \($0.formatted(.iso8601))" } ?? ""
            Terminal.print("\(step.version)  \(step.name)  \(step.state.rawValue)\(when)")
        }
    }
}

private struct StepReport: Encodable {
    let version: Int
    let name: String
    let state: String
    let appliedAt: Date?

    init(_ step: Schema.Step) {
        version = step.version
        name = step.name
        state = step.state.rawValue
        appliedAt = step.appliedAt
    }
}
