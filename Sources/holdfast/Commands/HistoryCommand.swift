import ArgumentParser
import FoundationEssentials
import Outbox
import Postgres

/// The command `holdfast history`.
struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "What became of letters.",
        discussion: """
            Example:
              holdfast history export --since 7d > history.csv
            """,
        subcommands: [HistoryExportCommand.self])
}

/// The command `holdfast history export`.
struct HistoryExportCommand: AsyncParsableCommand {
    /// How rows are written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case csv, ndjson
    }

    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print every attempt and decision of a stretch of time.",
        usage: "holdfast history export --since <moment> [<options>]",
        discussion: """
            Needs HOLDFAST_DATABASE_URL. In the order of their times, read in batches: years of it need no memory. No \
            names, no addresses; a relay's words are without them. Exit 1 when there is nothing.

            Examples:
              holdfast history export --since 7d > history.csv
              holdfast history export --since 2027-03-01 --until 2027-04-01 \\
                --format ndjson > march.ndjson
            """)

    @Option(help: ArgumentHelp("From when: \(Moment.words).", valueName: "moment"))
    var since: Moment

    @Option(help: ArgumentHelp("Until before when. Default: now.", valueName: "moment"))
    var until: Moment?

    @Option(help: "csv (RFC 4180) or ndjson (JSON lines).")
    var format = Format.csv

    func run() async throws {
        let connection = try await DatabaseSettings.connect()
        try await Schema(connection).requireCurrent()
        let now = try await Examination(connection).clocks().server
        let (start, end) = (since.before(now), until?.before(now))
        if let end, end <= start { throw CommandFailure(.usage, "--until lies before --since") }
        if format == .csv { Terminal.print(HistoryReport.title) }
        let count = try await HistoryExport(connection).forEachBatch(since: start, until: end) { batch in
            for entry in batch {
                let report = HistoryReport(entry)
                if format == .csv { Terminal.print(report.line) } else { try Terminal.json(report) }
            }
        }
        await connection.close()
        if count == 0 { throw CommandFailure(.no, "there is no history of that time") }
    }
}
