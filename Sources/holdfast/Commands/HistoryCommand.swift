import ArgumentParser
import Outbox

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
    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print every attempt and decision of a stretch of time.",
        usage: "holdfast history export --since <moment> [<options>]",
        discussion: """
            Needs HOLDFAST_DATABASE_URL. In the order of their times, read in batches: years of it need no memory. No \
            names, no addresses; a relay's words are without them. Ends when nobody reads any more.

            Exit codes: 0 done; 1 there is nothing; 64 wrong usage; 69 the database is unavailable; 74 it cannot be \
            written; 75 try again later; 78 wrong settings.

            Examples:
              holdfast history export --since 7d > history.csv
              holdfast history export --since 2027-03-01 --until 2027-04-01 \\
                --format ndjson > march.ndjson
            """)

    @Option(help: ArgumentHelp("From when: \(Moment.words).", valueName: "moment"), transform: Moment.parse)
    var since: Moment

    @Option(help: ArgumentHelp("Until before when. Default: now.", valueName: "moment"), transform: Moment.parse)
    var until: Moment?

    @Option(help: "csv (RFC 4180) or ndjson (JSON lines).")
    var format = ExportFormat.csv

    func run() async throws {
        try await DatabaseSettings.withConnection { connection in
            let now = try await Examination(connection).clocks().queue
            let (start, end) = (since.before(now), until?.before(now))
            if let end, end <= start { throw CommandFailure(.usage, "--until lies before --since") }
            if format == .csv { Terminal.raw(HistoryReport.title) }
            let count = try await Terminal.whileRead {
                try await HistoryExport(connection).forEachBatch(since: start, until: end) { batch in
                    try Terminal.requireReader()
                    for entry in batch { try print(HistoryReport(entry)) }
                }
            }
            if count == 0 { throw CommandFailure(.no, "there is no history of that time") }
        }
    }

    private func print(_ report: HistoryReport) throws {
        if format == .csv { Terminal.raw(report.line) } else { try Terminal.json(report) }
    }
}
