import ArgumentParser
import Outbox
import Postgres

/// The command `holdfast resend`.
struct ResendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resend",
        abstract: "Send letters again, to the address on file.",
        discussion: """
            Needs HOLDFAST_DATABASE_URL, HOLDFAST_ENVIRONMENT and, outside prod, HOLDFAST_ONLY_TO. Tells first which \
            letters would be sent and why others are refused, then asks. Each becomes a message of its own; links in \
            older copies keep working. With --rotate those end that the new letter brings anew, and no others.

            A reservation or task stands for the newest letter about it that still fits how it stands, a recipient \
            for the newest of each of the 20 newest subjects. --failed stands for every letter that failed and that no \
            later one made good.

            Refused is what no longer fits, is owed still, goes to a suppressed address, was sent again less than 10 \
            minutes ago, or would be the fourth about its subject within 24 hours. Who sent a letter again and why is \
            recorded. Ctrl-C stops between two letters; the same command with the same --request-id goes on where it \
            was and sends nothing twice.

            Exit codes: 0 all were sent, or with --dry-run would be; 1 nothing matched, too many did, or not all were; \
            64 wrong usage; 65 there is no such kind; 69 the database is unavailable; 75 try again later; 78 wrong \
            settings.

            Examples:
              holdfast resend --job 4711 --reason "client on the phone"
              holdfast resend --recipient - --dry-run
              holdfast resend --failed --since 2h --code 550 --rate 2 --yes \\
                --reason "the relay's list was wrong" --request-id relay-list
            """)

    @OptionGroup(title: "Which letters: one of these")
    var which: ResendChoice

    @OptionGroup(title: "How")
    var how: ResendManner

    @OptionGroup var options: PlannedOptions

    func run() async throws {
        let settings = try OperatorSettings()
        var which = which
        if let recipient = which.recipient.first { which.recipient = [try await AddressInput.read(recipient)] }
        let run = try await settings.withConnection { [which] connection in
            try await which.requireKinds(connection)
            let now = try await Examination(connection).clocks().queue
            var run = ResendRun(Resends(connection, allowList: settings.allowList), how, options, at: now)
            try await run.plan(which)
            options.tell(run.ledger.planLines)
            if !options.dryRun, run.ledger.left > 0 {
                try await options.confirmation.require(run.ledger.question, otherwise: "nothing was sent")
                try await run.send()
                options.tell(run.ledger.resultLines)
            }
            return run
        }
        if options.json { try Terminal.json(ResendReport(run.ledger, isDryRun: options.dryRun)) }
        try run.conclude()
    }
}
