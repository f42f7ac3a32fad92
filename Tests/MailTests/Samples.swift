import Foundation
import Mail

/// Ready-made values, so that a test names only what it is about.
enum Samples {
    static func mailbox(_ name: String? = nil, _ address: String = "someone@example.org") throws -> Mailbox {
        try Mailbox(name: name, address: EmailAddress(address))
    }

    /// A visit in person, from the last second of a leap day on.
    static func event() throws -> CalendarEvent {
        CalendarEvent(
            method: .request, id: UUID(uuid: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0xFF)), sequence: 3,
            stamp: Date(timeIntervalSince1970: 1_700_000_000.9), start: Date(timeIntervalSince1970: 1_709_251_199),
            end: Date(timeIntervalSince1970: 1_709_254_200), organizer: try EmailAddress("no-reply@example.com"),
            organizerName: "Larkspur", attendee: try EmailAddress("someone@example.org"), summary: "Appointment",
            location: "1 Main St, Albany", note: "https://portal.example.com")
    }

    static func message(
        from: Mailbox? = nil, replyTo: Mailbox? = nil, to: Mailbox? = nil, subject: String = "Hello",
        extraFields: [HeaderField] = [], body: MIMEPart? = nil
    ) throws -> Message {
        Message(
            uuid: UUID(uuid: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0xFF)),
            date: Date(timeIntervalSince1970: 1_700_000_000.9),
            from: try from ?? mailbox("Practice", "no-reply@example.com"), replyTo: replyTo, to: try to ?? mailbox(),
            subject: subject, language: "en", extraFields: extraFields,
            body: try body ?? .alternative(text: "Hello\n", html: "<p>Hello</p>\n"))
    }
}

extension ComposedMessage {
    /// The octets as text; only for messages that are ASCII.
    var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// Text with CRLF line endings from a literal with LF.
func crlf(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\r\n")
}
