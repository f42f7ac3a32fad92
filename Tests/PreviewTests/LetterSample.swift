import Foundation
import Mail

/// A letter with all that a reader looks for, as our composer writes it.
enum LetterSample {
    static let text = """
        Harbour Practice

        Confirm your time:
        https://book.example.org/l/rsv/token

        See also https://portal.example.org/a(b), or write to mailto:hello@example.org.

        """

    static let html = """
        <!DOCTYPE html><html lang="en"><head><title>No words</title><style>a[href="x"] { color: red }</style></head>
        <body><div style="DISPLAY: none;">Your time is held until noon &amp; no longer&#847;&zwnj;&nbsp;&#847;</div>
        <a class="press" href="https://book.example.org/l/rsv/token">Confirm
        <b>your</b> time</a> <a href='https://portal.example.org/a(b)'>Portal</a>
        <!-- <a href="https://hidden.example">no link</a> --></body></html>

        """

    static func message(subject: String = "Réservation — please confirm", body: MIMEPart? = nil) throws -> Message {
        Message(
            uuid: UUID(uuid: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0xFF)),
            date: Date(timeIntervalSince1970: 1_804_000_000),
            from: try Mailbox(name: "Harbour Practice", address: EmailAddress("no-reply@example.org")),
            to: try Mailbox(name: "Zoë O'Neil", address: EmailAddress("zoe@example.org")),
            subject: subject, language: "en", body: try body ?? .invitation(text: text, html: html, event: event()))
    }

    static func event() throws -> CalendarEvent {
        CalendarEvent(
            method: .request, id: UUID(uuid: (1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0xFF)), sequence: 3,
            stamp: Date(timeIntervalSince1970: 1_804_000_000), start: Date(timeIntervalSince1970: 1_804_600_000),
            end: Date(timeIntervalSince1970: 1_804_603_000), organizer: try EmailAddress("no-reply@example.org"),
            organizerName: "Harbour \"Practice\"", attendee: try EmailAddress("zoe@example.org"),
            summary: "Appointment", location: "1 Main St, Albany; 2nd floor\nring twice",
            note: "https://portal.example.org")
    }
}
