import ArgumentParser
import FoundationEssentials
import Outbox

/// The command `holdfast suppressions add`.
struct SuppressionsAddCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "add",
        abstract: "Write to an address no more.",
        usage: "holdfast suppressions add <address> --reason <reason> [<options>]",
        discussion: """
            What stands already never gets weaker or shorter by it. To somebody who complained nothing is sent, whatever \
            an operator says; any other suppression gives way to 'resend --even-suppressed'.

            \(OperatorOptions.exitCodes("0 done, or it stood already"))

            Examples:
              holdfast suppressions add - --reason "left the practice"
              holdfast suppressions add zoe@example.org --class survey \\
                --cause opt_out --reason "asked on the phone"
              holdfast suppressions add zoe@example.org --until 30d --reason away
            """)

    @Argument(help: "The address; - asks for it.")
    var address: String

    @Option(name: .customLong("class"), help: "Which letters.")
    var letters = Suppression.Class.all

    @Option(help: "Its cause.")
    var cause = Suppression.Reason.manual

    @Option(
        help: ArgumentHelp("Until when: \(Moment.words). Default: for good.", valueName: "moment"),
        transform: Moment.parse)
    var until: Moment?

    @OptionGroup var options: OperatorOptions

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws { try SuppressionsCommand.check(address) }

    func run() async throws {
        let address = try await AddressInput.read(address)
        let answer = try await DatabaseSettings.withConnection { connection in
            let now = try await Examination(connection).clocks().queue
            let end = until?.after(now)
            if let end, end <= now { throw CommandFailure(.usage, "--until has passed: name a moment ahead") }
            let suppression = Suppression(address, letters, reason: cause, until: end)
            return try await Suppressions(connection).add(suppression, try options.note())
        }
        if json { return try Terminal.json(["outcome": answer.rawValue.inCamelCase]) }
        Terminal.print("\(MaskedAddress(address)): \(answer.words)")
    }
}

extension Suppressions.Answer {
    /// What became of one in words.
    var words: String {
        switch self {
        case .added: "added"
        case .changed: "changed: it stood already, and binds more now"
        case .stands: "stands already; nothing was changed"
        case .doneBefore: "done before, under the same request; nothing was changed"
        }
    }
}
