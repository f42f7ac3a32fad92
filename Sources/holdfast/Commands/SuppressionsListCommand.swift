import ArgumentParser
import FoundationEssentials
import Outbox

/// The command `holdfast suppressions list`.
struct SuppressionsListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Show who is not written to, or whether one address is.",
        usage: "holdfast suppressions list [<address>] [<options>]",
        discussion: """
            The first 1000 in the order of their addresses; 'holdfast suppressions export' prints all.

            \(OperatorOptions.exitCodes("0 shown; 1 nothing binds that address"))

            Examples:
              holdfast suppressions list
              holdfast suppressions list zoe@example.org
              holdfast suppressions list --show-addresses --reason "yearly review"
            """)

    @Argument(help: "One address; - asks for it.")
    var address: String?

    @OptionGroup var addresses: AddressOptions

    @Flag(help: "Print JSON.")
    var json = false

    private static let most = 1000

    func validate() throws {
        if let address { try SuppressionsCommand.check(address) }
    }

    func run() async throws {
        var address = address
        if let text = address { address = try await AddressInput.read(text) }
        let found = try await DatabaseSettings.withConnection { [address] connection in
            if let note = try addresses.note() { try await Disclosure(connection).record("suppressed addresses", note) }
            let list = Suppressions(connection)
            return if let address { try await list.of(address) } else { try await list.first(Self.most + 1) }
        }
        try show(Array(found.prefix(Self.most)))
        if found.count > Self.most {
            Terminal.error("only the first \(Self.most): 'holdfast suppressions export' prints all of them")
        }
        if address != nil, found.isEmpty { throw ExitCode(FailureCode.no.rawValue) }
    }

    private func show(_ found: [Suppression]) throws {
        if json { return try Terminal.json(found.map { SuppressionReport($0, addresses.shown($0.address)) }) }
        if found.isEmpty { return Terminal.print(address == nil ? "nobody is suppressed" : "it is not suppressed") }
        var table = Table([
            .init("address", .cuts(atLeast: 12)), .init("letters"), .init("reason"), .init("until"), .init("since"),
        ])
        for entry in found {
            table.append([
                StyledLine(addresses.shown(entry.address)), StyledLine(entry.appliesTo.rawValue),
                StyledLine(entry.reason.rawValue), StyledLine(entry.until?.formatted(.iso8601) ?? "for good"),
                StyledLine(entry.since?.formatted(.iso8601) ?? ""),
            ])
        }
        Terminal.print(table)
    }
}
