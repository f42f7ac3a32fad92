package import FoundationEssentials

/// An email before it is written: one sender, one recipient, a subject and a MIME tree.
///
/// Composing is a pure function of these values: equal messages give equal octets, on any host, at any time.
package struct Message: Hashable, Sendable, Redacted {
    /// Names the message in its Message-ID, whatever it says; the outbox keeps it with the job.
    package var uuid: UUID

    /// The `Date` field, to the second, written in UTC.
    package var date: Date

    /// The author; its domain is also the domain of the Message-ID.
    package var from: Mailbox

    /// Where answers go, if not to `from`.
    package var replyTo: Mailbox?

    /// The only recipient.
    package var to: Mailbox

    /// The subject line.
    package var subject: String

    /// The language of the body as a BCP 47 tag, such as `en` or `zh-Hant`.
    package var language: String

    /// Further fields, such as `List-Unsubscribe`; those the composer writes itself are refused.
    package var extraFields: [HeaderField]

    /// What the message says.
    package var body: MIMEPart

    /// A message of these parts; nothing is composed yet.
    package init(
        uuid: UUID, date: Date, from: Mailbox, replyTo: Mailbox? = nil, to: Mailbox, subject: String,
        language: String, extraFields: [HeaderField] = [], body: MIMEPart
    ) {
        self.uuid = uuid
        self.date = date
        self.from = from
        self.replyTo = replyTo
        self.to = to
        self.subject = subject
        self.language = language
        self.extraFields = extraFields
        self.body = body
    }
}

/// A message as octets, ready for SMTP DATA before dot-stuffing.
package struct ComposedMessage: Hashable, Sendable, Redacted {
    /// The whole message: CRLF line endings only, lines of at most 998 octets, a final CRLF, seven bits unless
    /// ``needsSMTPUTF8``.
    package let bytes: [UInt8]

    /// The Message-ID without its angle brackets.
    package let messageID: String

    /// Whether the header holds raw UTF-8 because an address needs it, so that the relay must offer SMTPUTF8.
    package let needsSMTPUTF8: Bool
}
