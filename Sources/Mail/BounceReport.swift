/// What a mail server tells of a letter: that it came back, that it is late, or that it arrived.
///
/// Read from the report's own bytes, as a mail server's pipe gives them: a delivery status notification (RFC 3464),
/// wherever in the message it stands, or one of the texts that mailers wrote before it and some still write. Answers
/// of people and of their absence are no reports. Printing it shows nothing: it holds addresses.
package struct BounceReport: Sendable, Redacted {
    /// The most octets of a report that are read.
    package static let maximumLength = ReadPart.maximumLength

    /// What became of the letter at each of its recipients, in the report's order; never empty.
    package let recipients: [BouncedRecipient]

    /// The letter's Message-ID without angle brackets; nil when the report does not return it.
    package let messageID: String?

    /// The envelope identifier the letter was sent with (RFC 3461 section 4.4), decoded; nil when there is none.
    package let envelopeID: String?

    /// Reads a report of at most ``maximumLength`` octets, with CRLF or LF line endings; an mbox `From ` line before
    /// it is passed over.
    ///
    /// Throws ``BounceError`` for what is no message and for messages that are no reports.
    package init(parsing message: [UInt8]) throws(BounceError) {
        let entity: ReadPart
        do { entity = try ReadPart(message: message) } catch { throw .unreadable(error) }
        let found: Findings
        if let part = entity.firstDescendant(ofType: ["message/delivery-status", "message/global-delivery-status"]) {
            found = Findings(deliveryStatus: part.content, original: entity.returnedMessage)
        } else {
            found = try Self.readProse(entity)
        }
        guard !found.recipients.isEmpty else { throw .notABounce(.otherMail) }
        recipients = found.recipients
        messageID = found.messageID ?? BounceValue.identifier(in: entity.field("in-reply-to") ?? "")
        envelopeID = found.envelopeID
    }

    /// The recipient at whom the letter failed for good; nil when it is only late, or has arrived.
    package var failure: BouncedRecipient? { recipients.first { $0.action == .failed } }

    /// The names the letter may be known by, the surest first.
    package var identifiers: [String] { [messageID, envelopeID].compactMap(\.self) }

    struct Findings {
        var recipients: [BouncedRecipient] = []
        var messageID: String?
        var envelopeID: String?
    }

    /// A report without a part for machines: prose of a mailer that is known, from something that is no person.
    private static func readProse(_ entity: ReadPart) throws(BounceError) -> Findings {
        switch entity.reportType {
        case "disposition-notification": throw .notABounce(.readReceipt)
        case "feedback-report": throw .notABounce(.complaint)
        default: break
        }
        let prose = BounceProse(entity.prose)
        guard entity.isFromMailer, let action = prose.action else {
            throw .notABounce(entity.isAutomaticReply ? .automaticReply : .otherMail)
        }
        let address = entity.field("x-failed-recipients").flatMap(BounceValue.address)
        let recipient = BouncedRecipient(
            action: action, status: prose.status, replyCode: prose.replyCode, unredactedAddress: address)
        let returned = entity.returnedMessage.flatMap { BounceValue.identifier(inHeader: $0) }
        return Findings(recipients: [recipient], messageID: returned ?? prose.messageID)
    }
}

/// What became of a letter at one recipient.
package struct BouncedRecipient: Sendable, Redacted {
    /// What the reporting server did (RFC 3464 section 2.3.3).
    package enum Action: String, Sendable {
        /// It gave up.
        case failed
        /// It goes on trying.
        case delayed
        /// The letter arrived.
        case delivered
        /// The letter left for where no reports are made.
        case relayed
        /// The letter went on to several addresses.
        case expanded
    }

    /// What the server did.
    package let action: Action

    /// Why, as the server says; nil when it does not.
    package let status: BounceStatus?

    /// The reply of SMTP that the report quotes, such as 550.
    package let replyCode: Int?

    /// The address the report names; personal data, for comparing only.
    package let unredactedAddress: String?

    /// The status of a failure, for `holdfast.report_bounce`: always of class 5.
    ///
    /// A server that gave up on a transient fault proved nothing about the address: it is `5.4.7`, delivery time
    /// expired (RFC 3463 section 3.5). Without a status it is `5.0.0`.
    package var failureStatus: BounceStatus {
        guard let status, status.kind != 2 else { return BounceStatus(5, 0, 0) }
        return status.kind == 5 ? status : BounceStatus(5, 4, 7)
    }
}
