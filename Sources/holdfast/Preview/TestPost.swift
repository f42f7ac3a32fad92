import BookingLinks
import Executors
import FoundationEssentials
import Mail
import Notifications
import Preview
import Rendering
import SMTP

/// Sends test letters through the relays of the settings, one at a time and on a thread of its own.
actor TestPost {
    private let executor = ThreadExecutor(label: "test-post")
    private let options: PreviewOptions
    private let templates: String
    private let timers: Timers

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// - Parameter templates: the folder the letters are written from, as it is when a test is sent.
    init(_ options: PreviewOptions, templates: String) {
        self.options = options
        self.templates = templates
        timers = Self.patience
    }

    /// Somebody waits at a screen, and a second copy of a test harms nobody: shorter than RFC 5321 wants for letters.
    private static var patience: Timers {
        var timers = Timers()
        for step in [\Timers.connect, \.greeting, \.hello, \.mail, \.recipient, \.dataInitiation, \.dataBlock] {
            timers[keyPath: step] = .seconds(15)
        }
        timers.dataTermination = .seconds(60)
        timers.overall = .seconds(60)
        return timers
    }

    /// Sends a letter of the gallery to an address that somebody typed, if that address may be written to.
    ///
    /// Blocks the actor's thread for up to two minutes a relay.
    func send(_ specimen: Specimen, to address: String) -> TestAnswer {
        do {
            let recipient = try EmailAddress(address)
            if let refusal = refusal(of: recipient) { return TestAnswer(.refused, refusal) }
            return try deliver(try write(specimen, for: recipient))
        } catch let error as MailError {
            return TestAnswer(.refused, "This is no address that can be written to: \(error)")
        } catch {
            return TestAnswer(.failed, "The test was not sent: \(error)")
        }
    }

    private func refusal(of recipient: EmailAddress) -> String? {
        let missing = options.missingForTests
        guard missing.isEmpty, let list = options.allowList else {
            let names = missing.map(\.name).joined(separator: " and ")
            return "Tests cannot be sent: set \(names), and start the preview again."
        }
        guard list.allows(recipient.unredactedText) else {
            return "Not sent: \(Setting.onlyTo.name) does not name this address."
        }
        return nil
    }

    private func write(_ specimen: Specimen, for recipient: EmailAddress) throws -> Letter {
        let claim = specimen.claim
        guard let kind = Kind.named(claim.job.kind) else { throw RenderingError.unknownKind(claim.job.kind) }
        let writer = LetterWriter(
            templates: TemplateSet.partial(directory: templates, kinds: Kind.templateNames).set,
            signer: try PreviewKey.signer(base: options.linkBase), base: options.linkBase, practice: options.practice)
        return try writer.write(kind, for: claim, as: TestCopy(to: recipient, messageUUID: UUID(), date: Date()))
    }

    /// Hands the letter to the first relay that opens a session.
    private func deliver(_ letter: Letter) throws -> TestAnswer {
        let envelope = try Envelope(
            reversePath: letter.bounceAddress.unredactedText, forwardPath: letter.recipient.unredactedText)
        var trouble: SMTPFailure?
        for relay in options.relays {
            do throws(SMTPFailure) {
                var session = try Session.open(relay, timers: timers)
                let delivery = session.deliver(envelope, letter.message.bytes)
                session.quit()
                return Self.answer(delivery, from: relay, hiding: envelope)
            } catch {
                trouble = trouble ?? error
            }
        }
        return TestAnswer(.failed, "The test was not sent. \(trouble.map { "\($0)" } ?? "There is no relay.")")
    }

    private static func answer(_ delivery: Delivery, from relay: Relay, hiding envelope: Envelope) -> TestAnswer {
        let said = delivery.reply.map { ": \($0.scrubbed(hiding: envelope))" } ?? ""
        switch delivery.verdict {
        case .accepted: return TestAnswer(.sent, "Sent. The relay \(relay) took it\(said)")
        case .unknown:
            return TestAnswer(.failed, "The relay \(relay) fell silent at the end: the test may or may not arrive.")
        case .transient, .permanent, .stale:
            let why = delivery.reply == nil ? " (\(delivery.fault.map { "\($0)" } ?? "no answer"))" : said
            return TestAnswer(
                .failed, "The relay \(relay) did not take the test, at stage \(delivery.stage.rawValue)\(why)")
        }
    }
}
