import ArgumentParser
import Outbox

/// The command `holdfast suppressions import`.
struct SuppressionsImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Write to a list of addresses no more: all of them, or none.",
        usage: "holdfast suppressions import <file> --reason <reason> [<options>]",
        discussion: """
            One address a line, or address,class,until,reason with everything but the address left out at will; a \
            first line may name the columns, and lines that begin with # mean nothing. When a line is wrong every wrong \
            one is told by its number, and nothing is imported.

            \(OperatorOptions.exitCodes("0 done; 65 the list cannot be used"))

            Examples:
              holdfast suppressions import suppressed.csv --reason "from the old system"
              holdfast suppressions import - --reason complaints < addresses.txt
            """)

    @Argument(help: "The file; - for standard input.", completion: .file())
    var file: String

    @OptionGroup var options: OperatorOptions

    @Flag(help: "Print JSON.")
    var json = false

    /// 100,000 lines of the longest address with everything behind it.
    private static let mostBytes = 32 << 20

    func run() async throws {
        let list = try SuppressionList(try await Self.text(of: file))
        let answers = try await DatabaseSettings.withConnection {
            try await Suppressions($0).add(list, try options.note())
        }
        let report = Report(answers)
        if json { return try Terminal.json(report) }
        if report.doneBefore > 0 { return Terminal.print("done before, under the same request; nothing was changed") }
        Terminal.print("\(report.added) added, \(report.changed) changed, \(report.stood) stood already")
    }

    private static func text(of file: String) async throws -> String {
        let bytes = try await Terminal.input(file, atMost: mostBytes)
        guard bytes.count <= mostBytes else {
            throw CommandFailure(.unusableInput, "a list has at most \(mostBytes >> 20) MiB: split it")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw CommandFailure(.unusableInput, "the list is no UTF-8 text: save it as such")
        }
        return text
    }

    private struct Report: Encodable {
        let added: Int
        let changed: Int
        let stood: Int
        let doneBefore: Int

        init(_ answers: [Suppressions.Answer]) {
            added = answers.count { $0 == .added }
            changed = answers.count { $0 == .changed }
            stood = answers.count { $0 == .stands }
            doneBefore = answers.count { $0 == .doneBefore }
        }
    }
}
