import ArgumentParser
import FoundationEssentials
import Mail
import Outbox
import Postgres

/// The command `holdfast bounces`.
struct BouncesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bounces",
        abstract: "Record a letter that came back, from the report on standard input.",
        discussion: """
            Needs HOLDFAST_DATABASE_URL. \
            Reads one bounce report as a mail server's pipe gives it: a delivery status notification (RFC 3464), or a \
            text of qmail, Exim, Exchange, Gmail, Yahoo and others. The letter is found by its Message-ID, marked as \
            failed, its provider is told, and an address that is proven dead is not written to any more. The same \
            report again changes nothing.

            Exit codes: 0 recorded, or on record before; 65 no bounce of a letter of ours; 75 the database is away or \
            its settings are wrong, or the letter is not settled yet: the mail server tries again later.

            Examples:
              holdfast bounces < report.eml
              holdfast bounces --json < report.eml

            In Postfix's /etc/aliases, for the address in HOLDFAST_BOUNCE_ADDRESS:
              bounces: "|HOLDFAST_CONFIG_FILE=/etc/holdfast.env holdfast bounces"
            """)

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let report = try BounceReport(parsing: try await Terminal.input(atMost: BounceReport.maximumLength))
        guard let failure = report.failure else {
            throw CommandFailure(
                .unusableInput, "this is no bounce: the letter is late, or has arrived; nothing was changed")
        }
        guard !report.identifiers.isEmpty else {
            throw CommandFailure(
                .unusableInput,
                "the report does not say which letter came back: it returns neither its Message-ID nor its envelope id")
        }
        try conclude(try await Self.answer(to: report, failure), failure.failureStatus)
    }

    /// What the database says of the first name of the letter that it knows.
    private static func answer(to report: BounceReport, _ failure: BouncedRecipient) async throws -> BounceAnswer {
        do {
            let connection = try await DatabaseSettings.connect()
            try await Schema(connection).requireCurrent()
            var answer = BounceAnswer.unmatched
            for identifier in report.identifiers where answer == .unmatched {
                answer = try await Outbox(connection).reportBounce(
                    messageID: identifier, status: "\(failure.failureStatus)", recipient: failure.unredactedAddress)
            }
            await connection.close()
            return answer
        } catch  where !(error is CancellationError) {
            // Never 69, 70 or 78, after which a mail server gives the report up: it is wanted when this is mended.
            throw CommandFailure(.temporary, "the report is not recorded: \(error)")
        }
    }

    private func conclude(_ answer: BounceAnswer, _ status: BounceStatus) throws {
        if json { try Terminal.json(Conclusion(outcome: answer.rawValue, status: "\(status)")) }
        switch answer {
        case .recorded: say("recorded: a letter came back with \(status)")
        case .known: say("known: the letter was on record as failed; nothing was changed")
        case .early:
            throw CommandFailure(.temporary, "the letter is not settled yet: report it again in a moment")
        case .unmatched, .ignored:
            throw CommandFailure(
                .unusableInput, "no letter on record has the Message-ID of this report; nothing was changed")
        }
    }

    private func say(_ sentence: String) {
        if !json { Terminal.print(sentence) }
    }
}

private struct Conclusion: Encodable {
    let outcome: String
    let status: String
}
