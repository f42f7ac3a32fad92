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
            Needs HOLDFAST_DATABASE_URL. Shows what is owed, what became of letters in the last hour, how fast they \
            leave, what is stopped, the workers with their relays, and what slowly harms the database; no reader by \
            name, and addresses in an operator's words masked. A letter in doubt may have been delivered by an earlier \
            attempt.

            With --watch it fills the terminal and stays until q or Ctrl-C; arrows and the space bar move a page that \
            is longer than the screen. While the database is away the last page stays, and the last line says so; with \
            --json standard error does.

            \(OperatorOptions.exitCodes("0 shown"))

            Examples:
              holdfast status
              holdfast status --json
              holdfast status --watch
              holdfast status --watch --every 10 --json >> status.ndjson
            """)

    @Flag(help: "Print JSON.")
    var json = false

    @Flag(help: "Show it again and again; with --json one line each time.")
    var watch = false

    @Option(help: ArgumentHelp("How often --watch looks.", discussion: "default: 2", valueName: "seconds"))
    var every: Double?

    func validate() throws {
        guard let every else { return }
        guard watch else { throw ValidationError("--every goes with --watch") }
        guard (0.1...86_400).contains(every) else { throw ValidationError("--every takes 0.1 to 86400 seconds") }
    }

    func run() async throws {
        var reader = try SettingsReader()
        let settings = DatabaseSettings(&reader)
        let source = StatusSource(try reader.finished(settings))
        let interval = Duration.seconds(every ?? 2)
        if !watch {
            let (status, outlook) = try await source.read()
            await source.close()
            try show(status, outlook)
        } else if json {
            try await follow(source, interval)
        } else {
            try await LiveView.show("holdfast status", every: interval) {
                let (status, outlook) = try await source.read()
                return { StatusPage(status, outlook, columns: $0).lines }
            }
        }
    }

    /// A line each time, until nobody reads; what cannot be read once is told, and asked for again at its time.
    private func follow(_ source: StatusSource, _ interval: Duration) async throws {
        var hasShown = false
        while Terminal.isRead {
            do {
                let (status, outlook) = try await source.read()
                try show(status, outlook)
                hasShown = true
            } catch let error as PostgresError where hasShown {
                Terminal.error("holdfast: not read: \(CommandFailure(error)?.message ?? error.description)")
            }
            try await Task.sleep(for: interval)
        }
    }

    private func show(_ status: QueueStatus, _ outlook: QueueOutlook) throws {
        if json { return try Terminal.json(StatusReport(status, outlook)) }
        for line in StatusPage(status, outlook, columns: Terminal.output.columns).lines { Terminal.print(line) }
    }
}

/// Reads the queue's status as often as it is asked, on a connection that is opened again when it was lost.
private struct StatusSource: Sendable {
    private let database: ReconnectingConnection

    init(_ settings: DatabaseSettings) {
        database = ReconnectingConnection(
            settings.listenDatabase, prepare: { try await Schema($0).requireCurrent() }, mayWait: { false })
    }

    func read() async throws -> (QueueStatus, QueueOutlook) {
        try await database.withConnection { (try await QueueStatus.read($0), try await QueueOutlook.read($0)) }
    }

    func close() async { await database.close() }
}
