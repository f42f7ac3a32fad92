import BookingLinks
import Foundation
import Mail
import TestSupport
import Testing

@testable import Notifications

@Suite("Calendar parts of letters")
struct LetterWriterCalendarTests {
    private static let start = Samples.now + 7 * 86_400
    private static let uid = "a0000000-0000-4000-8000-000000000001@larkspur.example"

    private static func entry(
        _ method: CalendarEvent.Method = .request, sequence: Int = 1, start: Date = start, place: Place = .inPerson,
        placeText: String? = "1 Main St, Albany"
    ) -> CalendarEntry {
        CalendarEntry(
            method: method, reservationID: Samples.subject, sequence: sequence, startsAt: start, endsAt: start + 3_000,
            place: place, placeText: placeText)
    }

    private func letter(
        _ entry: CalendarEntry?, locale: String = "en", datedAt: Date = Samples.now, readAt: Date = Samples.now,
        brandName: String = "Larkspur Practice"
    ) throws -> Letter {
        let kind = NoteTemplates.kind(calendar: entry)
        let writer = try Samples.writer(NoteTemplates.set([kind]), brandName: brandName)
        let facts = try Samples.reservation(subject: Samples.subject(locale: locale))
        return try writer.write(kind, for: Samples.claim(kind, facts, readAt: readAt, datedAt: datedAt))
    }

    private func read(_ letters: [Letter]) async throws -> [ReadCalendar] {
        try await ReadCalendar.read(letters.map { Data($0.message.bytes) })
    }

    @Test("Invited, moved, cancelled: the reader's calendar has the appointment once, moves it, and is rid of it")
    func life() async throws {
        let moved = Self.start + 86_400
        let letters = try [
            letter(Self.entry()), letter(Self.entry(sequence: 2, start: moved), datedAt: Samples.now + 60),
            letter(Self.entry(.cancel, sequence: 3, start: moved), datedAt: Samples.now + 120),
        ]
        let read = try await read(letters)
        #expect(read.map(\.method) == ["REQUEST", "REQUEST", "CANCEL"])
        #expect(read.map { $0.parameters["method"] } == ["REQUEST", "REQUEST", "CANCEL"])
        #expect(read.map(\.uid) == [Self.uid, Self.uid, Self.uid] && read.map(\.sequence) == [1, 2, 3])
        #expect(read.map { $0.texts["STATUS"] } == ["CONFIRMED", "CONFIRMED", "CANCELLED"])
        #expect(
            read.map(\.held)
                == [[Self.uid: Self.start.timeIntervalSince1970], [Self.uid: moved.timeIntervalSince1970], [:]])
        #expect(
            read.allSatisfy { $0.organizer == "no-reply@larkspur.example" && $0.attendee == "zoe@example.org" })
        #expect(
            read.allSatisfy {
                $0.organizerParameters == ["CN": "Larkspur Practice"]
                    && $0.attendeeParameters == ["PARTSTAT": "ACCEPTED", "RSVP": "FALSE"]
            })
    }

    @Test("A calendar others may see says no more than when, and where a visit in person is")
    func discreet() async throws {
        let letters = try [
            letter(Self.entry()), letter(Self.entry(place: .virtual)), letter(Self.entry(place: .phone)),
        ]
        let read = try await read(letters)
        let everywhere = [
            "SUMMARY": "Appointment", "DESCRIPTION": "https://portal.larkspur.example", "STATUS": "CONFIRMED",
            "CLASS": "PRIVATE", "TRANSP": "OPAQUE",
        ]
        #expect(read[0].texts == everywhere.merging(["LOCATION": "1 Main St, Albany"]) { $1 })
        #expect(read[1].texts == everywhere && read[2].texts == everywhere)
    }

    @Test("Its title is in the letter's language")
    func language() async throws {
        let letters = try [letter(Self.entry(), locale: "es-MX"), letter(Self.entry(), locale: "zz")]
        #expect(try await read(letters).map { $0.texts["SUMMARY"] } == ["Cita", "Appointment"])
    }

    @Test("The same claim is the same octets, stamped with the letter's date; another date is another stamp")
    func stamp() async throws {
        let first = try letter(Self.entry())
        #expect(try letter(Self.entry(), readAt: Samples.now + 900).message == first.message)
        let resent = try letter(Self.entry(), datedAt: Samples.now + 600)
        let read = try await read([first, resent])
        #expect(read.map(\.stamp) == [0, 600].map { Samples.now.timeIntervalSince1970 + $0 })
        #expect(read.map(\.sequence) == [1, 1] && first.message.messageID != resent.message.messageID)
    }

    @Test(
        "A hostile place or practice name stays text",
        arguments: [
            "1 Main St\r\nEND:VEVENT\r\nBEGIN:VALARM", "\u{202E}ts niaM 1", "https://evil.example/?a=b;c,d\\e",
            String(repeating: "Straße 🏠 ", count: 1_000), "رام الله، شارع ١", "\"^n\"; X-A=b:mailto:x@evil.example",
        ])
    func hostile(text: String) async throws {
        let plain = try #require(try await read([letter(Self.entry())]).first)
        let read = try #require(
            try await read([letter(Self.entry(placeText: text), brandName: text.filter { !$0.isNewline })]).first)
        #expect(read.properties == plain.properties && read.start == plain.start && read.attendee == plain.attendee)
        let place = text.replacing("\r\n", with: "\n").replacing("\u{202E}", with: "")
        #expect(read.texts["LOCATION"] == place)
        #expect(read.organizerParameters.keys.sorted() == ["CN"])
    }

    @Test("No token is in the calendar, and a letter without an entry has no calendar part")
    func noToken() async throws {
        let kind = NoteTemplates.kind("edit", links: [.appt], editOpen: true, calendar: Self.entry())
        let writer = try Samples.writer(NoteTemplates.set([kind]))
        let letter = try writer.write(kind, for: Samples.claim(kind, Samples.reservation()))
        let read = try #require(try await read([letter]).first)
        #expect(read.texts.values.allSatisfy { !$0.contains("v4.public") && !$0.contains("/l/") })
        let without = NoteTemplates.kind("edit", links: [.appt], editOpen: true)
        let text = try ReadLetter(writer.write(without, for: Samples.claim(without, Samples.reservation()))).text
        #expect(text.contains("https://book.example.org/l/appt/v4.public."))
    }

    @Test("Words, links and calendar part follow what the reader was told, not what was queued")
    func wording() async throws {
        let told = NoteTemplates.kind("note", calendar: Self.entry())
        let queued = NoteTemplates.kind("edit", links: [.appt], editOpen: true, rewording: told)
        let writer = try Samples.writer(NoteTemplates.set([told, queued]))
        let letter = try writer.write(queued, for: Samples.claim(queued, Samples.reservation()))
        #expect(try await read([letter]).map(\.method) == ["REQUEST"])
        #expect(String(decoding: letter.message.bytes, as: UTF8.self).contains("Subject: Your time\r\n"))
    }
}
