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

/// The command `holdfast suppressions export`.
struct SuppressionsExportCommand: AsyncParsableCommand {
    /// How rows are written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case csv, ndjson
    }

    static let configuration = CommandConfiguration(
        commandName: "export",
        abstract: "Print all suppressions with their addresses, as 'import' reads them.",
        discussion: """
            Recorded with your name and the reason. Ends when nobody reads any more.

            \(OperatorOptions.exitCodes("0 done"))

            Examples:
              holdfast suppressions export --reason "moving house" > suppressed.csv
              holdfast suppressions export --reason audit --format ndjson
            """)

    @OptionGroup var why: ReasonOption

    @Option(help: "csv (address,class,until,reason) or ndjson (JSON lines).")
    var format = Format.csv

    func run() async throws {
        try await DatabaseSettings.withConnection { connection in
            try await Disclosure(connection).record("all suppressed addresses", try why.note())
            if format == .csv { Terminal.raw("address,class,until,reason") }
            _ = try await Terminal.whileRead {
                try await Suppressions(connection).forEachBatch { batch in
                    try Terminal.requireReader()
                    for entry in batch { try print(entry) }
                }
            }
        }
    }

    private func print(_ entry: Suppression) throws {
        switch format {
        case .csv: Terminal.raw(Self.line(entry))
        case .ndjson: try Terminal.json(SuppressionReport(entry, entry.address.unmasked))
        }
    }

    /// No cell holds a comma or a quotation mark: `booking.is_address` has none either.
    private static func line(_ entry: Suppression) -> String {
        [
            entry.address.unmasked, entry.appliesTo.rawValue, entry.until?.formatted(.iso8601) ?? "",
            entry.reason.rawValue,
        ].joined(separator: ",")
    }
}

/// A suppression as JSON; `until` is left out of one for good.
struct SuppressionReport: Encodable {
    let address: String
    let letters: String
    let reason: String
    let until: Date?
    let since: Date?

    init(_ suppression: Suppression, _ address: String) {
        self.address = address
        letters = suppression.appliesTo.rawValue
        reason = suppression.reason.rawValue
        until = suppression.until
        since = suppression.since
    }

    enum CodingKeys: String, CodingKey {
        case address, reason, until, since
        case letters = "class"
    }
}
