import BookingLinks
import FoundationEssentials
import Mail

@testable import Preview

/// A small letter that keeps every rule, to be broken in one way by a test.
struct Draft {
    var id = SpecimenID(kind: "appointment.confirmed", locale: "en", scenario: "ordinary")
    var sender = "Harbour Practice"
    var subject = "Your time on Monday, March 8"
    var preheader = "When it is, with whom and where, all in this letter."
    var page = #"<html lang="en" dir="ltr">"#
    var style = ".ink { color: #222222; }"
    var body = """
        <table role="presentation"><tr><td style="border-radius:9px;padding:8px">
        <p>Hello <bdi>Zoë O'Neil</bdi>,</p><p>you meet <bdi>Dr. Amara Lindqvist</bdi>.</p>
        <a href="https://book.example.org/l/appt/v4.public.AAAA">Change this time</a></td></tr></table>
        """
    var text = """
        Hello Zoë O'Neil,

        you meet Dr. Amara Lindqvist.

        https://book.example.org/l/appt/v4.public.AAAA

        """
    var calendar =
        "BEGIN:VCALENDAR\r\nSUMMARY:Appointment\r\nDESCRIPTION:https://portal.example.org\r\nEND:VCALENDAR\r\n"
    var fileName = "invite.ics"
    var names = ["Zoë O'Neil", "Dr. Amara Lindqvist"]
    var owed: [LinkPurpose] = [.appt]

    var html: String {
        """
        <!DOCTYPE html>\(page)<head><style>\(style)</style></head>
        <body><div style="display:none">\(preheader)&#847;&zwnj;&nbsp;</div>\(body)</body></html>
        """
    }

    /// The letter as the rules see it, sent through the composer and read again.
    func opened() throws -> OpenedLetter {
        let parts = try [MIMEPart.text(text), .text(html, as: .html)]
        let calendar = try MIMEPart.leaf(Array(calendar.utf8), as: ContentType("text", "calendar"))
        let file = try MIMEPart.leaf(
            Array(self.calendar.utf8), as: ContentType("application", "ics"),
            disposition: .attachment(fileName: fileName))
        let message = Message(
            uuid: UUID(uuidString: "00000000-0000-4000-8000-000000000000") ?? UUID(),
            date: Date(timeIntervalSince1970: 0),
            from: try Mailbox(name: sender, address: EmailAddress("bookings@example.org")),
            to: try Mailbox(name: nil, address: EmailAddress("zoe@example.org")), subject: subject,
            language: id.locale, extraFields: [],
            body: try .multipart("mixed", [.multipart("alternative", parts + [calendar]), file]))
        var styles = StyleReader()
        return OpenedLetter(
            id: id, read: ReadLetter(try message.composed().bytes), names: names, owed: owed, &styles)
    }

    /// What the rules say of it, as `error rule`.
    func told() throws -> [String] {
        let letter = try opened()
        return LetterRule.all.flatMap { $0.findings(in: letter) }.map { "\($0.severity.rawValue) \($0.rule)" }
    }
}
