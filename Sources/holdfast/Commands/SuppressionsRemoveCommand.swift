import ArgumentParser
import Outbox

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
