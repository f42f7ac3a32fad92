import ArgumentParser
import FoundationEssentials
import Outbox
import Postgres

/// The command `holdfast suppressions import`.
struct SuppressionsImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import",
        abstract: "Write to a list of addresses no more: all of them, or none.",
        usage: "holdfast suppressions import <file> --reason <reason> [<options>]",
        discussion: """
            One address a line, or address,class,until,reason with everything but the address left out at will; a \
            first line may name the columns, and lines that begin with # mean nothing. When a line is wrong every wrong \
            one is told by its number, and nothing is imported: exit 65.

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
        let list = try SuppressionList(try Self.text(of: file))
        let connection = try await DatabaseSettings.connect()
        try await Schema(connection).requireCurrent()
        let answers = try await Suppressions(connection).add(list, try options.note())
        await connection.close()
        let report = Report(answers)
        if json { return try Terminal.json(report) }
        if report.doneBefore > 0 { return Terminal.print("done before, under the same request; nothing was changed") }
        Terminal.print("\(report.added) added, \(report.changed) changed, \(report.stood) stood already")
    }

    private static func text(of file: String) throws -> String {
        let bytes: [UInt8]
        do {
            bytes =
                file == "-" ? try Terminal.input(atMost: mostBytes) : try [UInt8](Data(contentsOf: URL(filePath: file)))
        } catch let failure as CommandFailure {
            throw failure
        } catch {
            throw CommandFailure(.unusableInput, "\(file) cannot be read")
        }
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
