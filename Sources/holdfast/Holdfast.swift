import ArgumentParser
import SMTP

/// The program: reads the command line, runs one command, and turns whatever ends it into a sentence and an exit code.
@main
struct Holdfast: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "holdfast",
        abstract: "Sends the mail a practice owes, with signed booking links, from PostgreSQL over SMTP.",
        discussion: """
            Settings come from HOLDFAST_* environment variables, or from the file that HOLDFAST_CONFIG_FILE names; \
            'holdfast worker --help' lists them.

            Exit codes: 0 done, 1 no, 64 wrong usage, 65 unusable input, 69 database or relay unavailable, 70 a \
            mistake of ours, 74 the output cannot be written, 75 try again later, 78 wrong settings.

            First steps:
              export HOLDFAST_DATABASE_URL=postgresql://…    where PostgreSQL is
              holdfast migrate                              make the tables
              holdfast links keys new --out link.key        make the key that signs links
              holdfast links keys activate KID              let it sign
              holdfast worker                               send

            What the letters look like, without any of these:
              holdfast preview

            Words completed in this shell, and a manual page:
              source <(holdfast completions bash)
              holdfast man | man -l -
            """,
        version: version,
        subcommands: [
            MigrateCommand.self, WorkerCommand.self, StatusCommand.self, DoctorCommand.self, FindCommand.self,
            ResendCommand.self, RetryCommand.self, HoldCommand.self, ReleaseCommand.self, CancelCommand.self,
            PauseCommand.self, ResumeCommand.self, LinksCommand.self, TemplatesCommand.self, PreviewCommand.self,
            AdoptCommand.self, SuppressionsCommand.self, PoisonCommand.self, HistoryCommand.self, BouncesCommand.self,
            CompletionsCommand.self, ManCommand.self,
        ])

    /// This program's version, as `--version` and `holdfast.worker` show it.
    static let version = "0.1.0"

    static func main() async {
        prepareProcess()
        // Of a command that there is not, the parser would show the help of the whole program, and call that done.
        if words.first == "help" { endWhenMisspelled(Array(words.dropFirst())) }
        do {
            var command = try parseAsRoot()
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            if let loss = CommandFailure.outputLoss { throw loss }
        } catch {
            end(error)
        }
    }

    private static func end(_ error: any Error) -> Never {
        let failure: CommandFailure
        if let known = CommandFailure(error) {
            failure = known
        } else if error is ExitCode || exitCode(for: error) != .failure {
            explain(error)
        } else {
            failure = CommandFailure(.internalError, "a mistake of ours: \(error)")
        }
        // A no that nobody could read is none.
        if failure.code == .no, let loss = CommandFailure.outputLoss { end(loss) }
        Terminal.error("holdfast: \(failure.message)")
        exit(withError: ExitCode(failure.code.rawValue))
    }

    private static var words: [String] { Array(CommandLine.arguments.dropFirst()) }

    /// Ends with what the parser says, or with what was meant where a command is misspelled.
    private static func explain(_ error: any Error) -> Never {
        guard exitCode(for: error) == .validationFailure else { exit(withError: error) }
        endWhenMisspelled(words)
        Terminal.error(fullMessage(for: error).withMaskedAddresses)
        exit(withError: ExitCode.validationFailure)
    }

    private static func endWhenMisspelled(_ words: [String]) {
        guard let program = try? CommandDescription.read(), let meant = CommandSuggestion(for: words, in: program)
        else { return }
        Terminal.error(meant.description.withMaskedAddresses)
        exit(withError: ExitCode.validationFailure)
    }
}
