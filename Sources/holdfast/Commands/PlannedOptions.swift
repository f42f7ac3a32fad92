import ArgumentParser
import FoundationEssentials
import Outbox

/// What actions have in common that tell first what they would do, and ask.
struct PlannedOptions: ParsableArguments {
    @Option(help: "Why; recorded with your name.")
    var reason: String?

    @Option(help: ArgumentHelp("Under which nothing is done twice; made up when left out.", valueName: "id"))
    var requestID: String?

    @Flag(help: "Tell what would be done, and do nothing.")
    var dryRun = false

    @OptionGroup var confirmation: Confirmation

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        do throws(OperatorError) { _ = try note(requestID) } catch { throw ValidationError(error.description) }
    }

    /// What the audit says of it, under this request; what is only planned needs no reason.
    func note(_ requestID: String?) throws(OperatorError) -> OperatorNote {
        let reason = reason ?? (dryRun ? "plan" : "")
        return try OperatorNote(operatorName: Terminal.operatorName, reason: reason, requestID: requestID)
    }

    /// The request that was named, or one that nobody has asked for yet.
    func anyRequestID() -> String { requestID ?? UUID().text }

    /// Says under which request many letters are about to change, before the first of them.
    func announce(_ requestID: String, letters: Int) {
        if letters > 1 { Terminal.error("request id \(requestID): with it, the same command goes on where it was") }
    }

    /// Ends a command that did not come to its end: the database said no, or the operator stopped it.
    func conclude(_ requestID: String, _ failure: (any Error)?, stopped: String?) throws {
        let goOn = "the same command with --request-id \(requestID) goes on where it was, and does nothing twice"
        if let failure {
            guard let known = CommandFailure(failure) else { throw failure }
            throw CommandFailure(known.code, "\(known.message)\n\(goOn)")
        }
        if let stopped { throw CommandFailure(.no, "\(stopped): \(goOn)") }
    }

    /// Tells people; beside JSON only whoever is asked.
    func tell(_ lines: [StyledLine]) {
        if json, confirmation.yes || dryRun { return }
        let columns = (json ? Terminal.errors : Terminal.output).columns
        for line in lines.flatMap({ $0.paragraph(within: columns, further: 8) }) {
            json ? Terminal.error(line) : Terminal.print(line)
        }
    }
}
