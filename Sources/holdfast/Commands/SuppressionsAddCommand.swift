import ArgumentParser
import FoundationEssentials
import Outbox

extension SuppressionsCommand {
    /// Refuses what can be no address, without repeating it.
    static func check(_ address: String) throws {
        guard address == AddressInput.mark || SuppressionList.isAddress(address) else {
            throw ValidationError("ADDRESS is an address such as name@example.org, or - to be asked for it")
        }
    }
}

extension Suppression.Class: ExpressibleByArgument {}
extension Suppression.Reason: ExpressibleByArgument {}

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

/// The command `holdfast suppressions remove`.
struct SuppressionsRemoveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove",
        abstract: "Write to an address again.",
        usage: "holdfast suppressions remove <address> --reason <reason> [<options>]",
        discussion: """
            \(OperatorOptions.exitCodes("0 done; 1 nothing binds it"))

            Examples:
              holdfast suppressions remove - --reason "mailbox is back"
              holdfast suppressions remove zoe@example.org --class survey --reason asked
            """)

    @Argument(help: "The address; - asks for it.")
    var address: String

    @Option(name: .customLong("class"), help: "Of which letters; every suppression of it when left out.")
    var letters: Suppression.Class?

    @OptionGroup var options: OperatorOptions

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws { try SuppressionsCommand.check(address) }

    func run() async throws {
        let address = try await AddressInput.read(address)
        let lifted = try await DatabaseSettings.withConnection {
            try await Suppressions($0).remove(address, letters, try options.note())
        }
        let words = lifted.reasons.map { ($0.key.rawValue, $0.value.rawValue) }.sorted { $0.0 < $1.0 }
        if json {
            try Terminal.json(
                LiftedReport(lifted: Dictionary(uniqueKeysWithValues: words), isDoneBefore: lifted.isBefore))
        }
        guard !words.isEmpty else { throw CommandFailure(.no, "nothing binds that address; nothing was changed") }
        if json { return }
        let before = lifted.isBefore ? " before, under the same request; nothing was changed" : ""
        for (letters, reason) in words {
            Terminal.print("\(MaskedAddress(address)): lifted \(letters) (\(reason))\(before)")
        }
    }
}

private struct LiftedReport: Encodable {
    let lifted: [String: String]
    /// Under the same request: nothing was changed now.
    let isDoneBefore: Bool
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
