import ArgumentParser
import FoundationEssentials
import Outbox

/// The command `holdfast suppressions export`.
struct SuppressionsExportCommand: AsyncParsableCommand {
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
    var format = ExportFormat.csv

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
