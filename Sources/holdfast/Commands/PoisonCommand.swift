import ArgumentParser
import FoundationEssentials
import Notifications
import Outbox

/// The command `holdfast poison`.
struct PoisonCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "poison",
        abstract: "Letters that brought workers down with them.",
        discussion: """
            A letter that was under way in two crashes is tried once more by a worker that does nothing else. When that \
            one goes down too, the letter leaves the queue and waits here for you.

            Examples:
              holdfast poison list
              holdfast poison show 4711
              holdfast poison requeue 4711 --reason "fixed in 1.2"
            """,
        subcommands: [PoisonListCommand.self, PoisonShowCommand.self, PoisonRequeueCommand.self])
}

/// The command `holdfast poison list`.
struct PoisonListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show the letters that wait, the newest first.",
        discussion: """
            Needs HOLDFAST_DATABASE_URL. At most 200; those that were owed again since are left out.

            \(OperatorOptions.exitCodes("0 shown"))

            Example:
              holdfast poison list --json
            """)

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let entries = try await DatabaseSettings.withConnection {
            try await PoisonedJobs($0, allowList: .everybody).list()
        }
        if json { return try Terminal.json(entries.map(HistoryReport.init)) }
        guard !entries.isEmpty else { return Terminal.print("no letter has brought workers down") }
        var table = Table([.number("job"), .init("at"), .init("kind", .cuts(atLeast: 8)), .init("to"), .init("about")])
        for entry in entries {
            table.append([
                StyledLine("\(entry.jobID)"), StyledLine(entry.at.formatted(.iso8601)), StyledLine(entry.kind),
                StyledLine(entry.audience), StyledLine("\(entry.subjectKind) \(entry.subjectID.text)"),
            ])
        }
        Terminal.print(table)
    }
}

/// The command `holdfast poison show`.
struct PoisonShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one of them.",
        discussion: """
            Needs HOLDFAST_DATABASE_URL. 'holdfast find JOB' tells the whole story of what it is about.

            \(OperatorOptions.exitCodes("0 shown; 1 it is no poison"))

            Example:
              holdfast poison show 4711
            """)

    @Argument(help: "The letter's number.")
    var job: Int64

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let found = try await DatabaseSettings.withConnection {
            try await PoisonedJobs($0, allowList: .everybody).show(job)
        }
        guard let entry = found else {
            throw CommandFailure(
                .no, "job \(job) is no poison, or was owed again: 'holdfast poison list' shows what is")
        }
        if json { return try Terminal.json(HistoryReport(entry)) }
        Terminal.print("job \(job): \(entry.kind) to the \(entry.audience)")
        Terminal.print("about     \(entry.subjectKind) \(entry.subjectID.text), generation \(entry.generation)")
        Terminal.print(
            "since     \(entry.at.formatted(.iso8601)), claim \(entry.claimNumber), attempts \(entry.attempt)")
        if let reason = entry.reason { Terminal.print(StyledLine("because   \(reason)")) }
    }
}

/// The command `holdfast poison requeue`.
struct PoisonRequeueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "requeue",
        abstract: "Send one again; a worker takes it with nothing else in flight.",
        usage: "holdfast poison requeue <job> --reason <reason> [<options>]",
        discussion: """
            Needs HOLDFAST_DATABASE_URL and HOLDFAST_ONLY_TO, as the worker has it. Judged as a letter that is resent. \
            Should it bring a worker down once more, it is back here.

            \(OperatorOptions.exitCodes("0 it is owed again; 1 it is refused, or no poison"))

            Example:
              holdfast poison requeue 4711 --reason "fixed in 1.2"
            """)

    @Argument(help: "The letter's number.")
    var job: Int64

    @OptionGroup var options: OperatorOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let settings = try OperatorSettings()
        let result = try await settings.withConnection {
            try await PoisonedJobs($0, allowList: settings.allowList).requeue(job, try options.note())
        }
        let report = Report(result)
        if json { try Terminal.json(report) }
        if let refusal = report.refusal { throw CommandFailure(.no, "job \(job) is not sent: \(refusal)") }
        if !json, let new = report.job { Terminal.print("job \(job) is owed again, as job \(new)") }
    }

    private struct Report: Encodable {
        var job: Int64?
        var refusal: String?

        init(_ result: ResendResult) {
            switch result {
            case .sent(let id), .done(let id): job = id
            case .refused(let refusal): self.refusal = refusal.sentence
            }
        }
    }
}
