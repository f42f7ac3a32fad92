import ArgumentParser
import Outbox

/// What a command is told about whom: on the command line, where the list of processes and the shell's history have it,
/// too, or `-` for the first line of standard input, which a person is asked for.
enum AddressInput {
    /// Stands on the command line for what is to be read.
    static let mark = "-"

    /// An address, wherever it comes from.
    ///
    /// - Throws: a `CommandFailure` for what can be no address, without repeating it.
    static func read(_ text: String) async throws -> String {
        let text = try await line(text, asking: "address:")
        guard SuppressionList.isAddress(text) else {
            throw CommandFailure(.usage, "an address is such as name@example.org, in one line")
        }
        return text
    }

    /// The text itself, or the line that it stands for.
    static func line(_ text: String, asking question: String) async throws -> String {
        guard text == mark else { return text }
        guard let line = await Terminal.line(asking: StyledLine(question, .strong)) else {
            throw CommandFailure(.usage, "standard input is empty: give the address there, in a line")
        }
        return line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
