import ArgumentParser
import Notifications
import Outbox
import Postgres

/// What `retry`, `hold`, `release` and `cancel` have in common.
struct OwedOptions: ParsableArguments {
    /// A state that letters are chosen by; what a worker has in its hands is nobody else's.
    enum State: String, ExpressibleByArgument, CaseIterable {
        case ready, held
    }

    @Argument(help: ArgumentHelp("The numbers of jobs; or --kind and --state.", valueName: "job"))
    var jobs: [Int64] = []

    @Option(help: "All letters of this kind.", completion: .list(Kind.all.map(\.name)))
    var kind: String?

    @Option(help: "All letters in this state.")
    var state: State?

    @OptionGroup var limit: LimitOption

    @OptionGroup var planned: PlannedOptions

    func validate() throws {
        let isFilter = kind != nil || state != nil
        if jobs.isEmpty, !isFilter { throw ValidationError("say which letters: numbers of jobs, or --kind or --state") }
        if !jobs.isEmpty, isFilter { throw ValidationError("numbers of jobs and --kind or --state exclude each other") }
    }

    /// A command's description: what all four say of themselves, around what this one says.
    static func configuration(
        _ name: String, abstract: String, _ discussion: String, examples: String
    ) -> CommandConfiguration {
        CommandConfiguration(
            commandName: name, abstract: abstract,
            usage: """
                holdfast \(name) <job> ... --reason <reason> [<options>]
                holdfast \(name) --kind <kind> --reason <reason> [<options>]
                """,
            discussion: """
                Needs HOLDFAST_DATABASE_URL. \(discussion) Your name and the reason are recorded.

                Exit codes: 0 done; 1 nothing matched, too many did, or not all could be done; 64 wrong usage; 65 there \
                is no such kind; 69 the database is unavailable; 75 try again later; 78 wrong settings.

                Examples:
                \(examples)
                """)
    }

    /// Plans the action, asks, does it, tells.
    func perform(_ action: OwedAction) async throws {
        let run = try await DatabaseSettings.withConnection { connection in
            if let kind { try await Pauses(connection).require([kind]) }
            var run = OwedRun(connection, action, self)
            try await run.plan()
            planned.tell(run.ledger.planLines)
            if !planned.dryRun, run.ledger.planned > 0 {
                try await planned.confirmation.require(run.ledger.question)
                try await run.change()
                planned.tell(run.ledger.resultLines)
            }
            return run
        }
        if planned.json { try Terminal.json(OwedReport(run.ledger, isDryRun: planned.dryRun)) }
        try run.conclude()
    }
}
