import Foundation
import Testing

@testable import Mail

@Suite("Calendar events")
struct CalendarEventTests {
    private func written(_ event: CalendarEvent) throws -> String {
        String(decoding: try event.octets(), as: UTF8.self)
    }

    @Test("An invitation to a visit in person is exactly these octets")
    func request() throws {
        #expect(
            try written(Samples.event())
                == crlf(
                    """
                    BEGIN:VCALENDAR
                    PRODID:-//Holdfast//Holdfast//EN
                    VERSION:2.0
                    CALSCALE:GREGORIAN
                    METHOD:REQUEST
                    BEGIN:VEVENT
                    UID:01020304-0506-0708-090a-0b0c0d0e0fff@example.com
                    DTSTAMP:20231114T221320Z
                    DTSTART:20240229T235959Z
                    DTEND:20240301T005000Z
                    SEQUENCE:3
                    ORGANIZER;CN="Larkspur":mailto:no-reply@example.com
                    ATTENDEE;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:someone@example.org
                    SUMMARY:Appointment
                    LOCATION:1 Main St\\, Albany
                    DESCRIPTION:https://portal.example.com
                    CLASS:PRIVATE
                    TRANSP:OPAQUE
                    STATUS:CONFIRMED
                    END:VEVENT
                    END:VCALENDAR

                    """))
    }

    @Test("A cancellation differs in method, sequence and status alone; a visit elsewhere has no place")
    func cancel() throws {
        var event = try Samples.event()
        let request = try written(event).components(separatedBy: "\r\n")
        (event.method, event.sequence, event.location) = (.cancel, 4, nil)
        let cancel = try written(event).components(separatedBy: "\r\n")
        #expect(Set(cancel).subtracting(request) == ["METHOD:CANCEL", "SEQUENCE:4", "STATUS:CANCELLED"])
        #expect(
            Set(request).subtracting(cancel)
                == ["METHOD:REQUEST", "SEQUENCE:3", "STATUS:CONFIRMED", "LOCATION:1 Main St\\, Albany"])
    }

    @Test(
        "Text cannot leave its value: what parts values is escaped, what turns or ends lines is left out",
        arguments: [
            ("a;b,c\\d", "a\\;b\\,c\\\\d"), ("one\r\ntwo\rthree\nfour", "one\\ntwo\\nthree\\nfour"),
            ("x\nEND:VEVENT", "x\\nEND:VEVENT"), ("\u{0}\u{1}\t\u{7F}\u{85}\u{2028}\u{2029}", ""),
            ("\u{202E}evil\u{2066}", "evil"), ("\\n", "\\\\n"), ("Zoë \"李\" 🙂:", "Zoë \"李\" 🙂:"),
            ("e\u{301},\u{301}", "e\u{301}\\,\u{301}"),
        ])
    func text(raw: String, escaped: String) {
        #expect(CalendarText.escaped(raw) == escaped)
    }

    @Test(
        "A name stands in quotation marks and cannot leave them",
        arguments: [
            ("Larkspur", "\"Larkspur\""), ("a\"b^c:d;e,f", "\"a^'b^^c:d;e,f\""), ("a\r\nEND:VEVENT", "\"aEND:VEVENT\""),
            ("", "\"\""), ("\"\u{301}", "\"^'\u{301}\""),
        ])
    func name(raw: String, quoted: String) {
        #expect(CalendarText.quoted(raw) == quoted)
    }

    @Test(
        "An address is a mailto URI that decodes to it",
        arguments: [
            ("zoe.o'neil+t-1_x~@example.org", "mailto:zoe.o'neil+t-1_x~@example.org"),
            ("100%&a=b#c/d?e@example.org", "mailto:100%25%26a%3Db%23c%2Fd%3Fe@example.org"),
            ("\"a,b;c:d\"@example.org", "mailto:%22a%2Cb%3Bc%3Ad%22@example.org"),
            ("zoë@bücher.example", "mailto:zo%C3%AB@xn--bcher-kva.example"),
        ])
    func address(raw: String, uri: String) throws {
        #expect(try CalendarText.calendarAddress(EmailAddress(raw)) == uri)
    }

    @Test("Lines are folded at 75 octets, never inside a character")
    func folding() {
        let ascii = String(decoding: CalendarText.folded([String(repeating: "a", count: 160)]), as: UTF8.self)
        #expect(ascii.components(separatedBy: "\r\n").map(\.utf8.count) == [75, 75, 12, 0])
        let wide = String(decoding: CalendarText.folded(["a" + String(repeating: "🙂", count: 40)]), as: UTF8.self)
        #expect(wide.components(separatedBy: "\r\n").map(\.utf8.count) == [73, 73, 17, 0])
        #expect(CalendarText.folded([String(repeating: "b", count: 75)]).count == 77)
    }

    @Test("An end that is not after the start, and moments no calendar reads, are refused")
    func moments() throws {
        var event = try Samples.event()
        event.end = event.start
        #expect(throws: MailError(.calendar, .endsTooSoon)) { try event.octets() }
        // Half a second later is the same second as it is written.
        event.start = Date(timeIntervalSince1970: 1_709_251_200)
        event.end = event.start + 0.5
        #expect(throws: MailError(.calendar, .endsTooSoon)) { try event.octets() }
        event.end = Date(timeIntervalSince1970: 253_402_300_800)
        #expect(throws: MailError(.calendar, .outOfRange)) { try event.octets() }
        event.end = .distantFuture
        event.start = .distantPast
        #expect(throws: MailError(.calendar, .outOfRange)) { try event.octets() }
    }

    @Test("Printing an event shows nothing of it")
    func redacted() throws {
        let event = try Samples.event()
        var dumped = ""
        dump(event, to: &dumped)
        for text in ["\(event)", String(reflecting: event), dumped] { #expect(!text.contains("example")) }
    }

    @Test("An invitation is a calendar beside the text and once more as a file, with one method in both places")
    func mimeTree() throws {
        var event = try Samples.event()
        event.method = .cancel
        var octets: [UInt8] = []
        try MIMEPart.invitation(text: "Hello", html: "<p>Hello</p>", event: event).write(to: &octets)
        let text = String(decoding: octets, as: UTF8.self)
        #expect(
            text.matches(of: /Content-[^:]+: [^\r]+(?:\r\n [^\r]+)*/).map { String($0.0).replacing("\r\n", with: "") }
                .filter { !$0.contains("multipart/") && !$0.contains("Encoding") } == [
                    "Content-Type: text/plain; charset=utf-8", "Content-Type: text/html; charset=utf-8",
                    "Content-Type: text/calendar; method=CANCEL; charset=UTF-8; component=VEVENT",
                    "Content-Type: application/ics; name=invite.ics",
                    "Content-Disposition: attachment; filename=invite.ics",
                ])
        #expect(
            text.components(
                separatedBy: Data(try event.octets()).base64EncodedString(
                    options: [.lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed])
            ).count == 3)
    }
}
