import Foundation
import Fuzzing
import TestSupport
import Testing

@testable import Mail

/// What our calendar parts say to readers that are not ours.
@Suite("Calendar events through other readers")
struct CalendarOracleTests {
    @Test("Invited, moved, cancelled: a calendar enters one appointment, moves it and crosses it out")
    func life() async throws {
        let invited = try Samples.event()
        var moved = invited
        (moved.sequence, moved.start, moved.end) = (4, invited.start + 86_400, invited.end + 86_400)
        var cancelled = moved
        (cancelled.method, cancelled.sequence) = (.cancel, 5)
        let uid = "01020304-0506-0708-090a-0b0c0d0e0fff@example.com"

        let read = try await Self.read([invited, moved, cancelled])
        #expect(read.map(\.method) == ["REQUEST", "REQUEST", "CANCEL"])
        #expect(Set(read.map(\.uid)) == [uid])
        #expect(read.map(\.sequence) == [3, 4, 5])
        #expect(read.map { $0.texts["STATUS"] } == ["CONFIRMED", "CONFIRMED", "CANCELLED"])
        #expect(Set(read.map(\.organizer)).count == 1 && Set(read.map(\.attendee)).count == 1)
        #expect(read.map(\.held) == [[uid: 1_709_251_199], [uid: 1_709_251_199 + 86_400], [:]])

        let late = try await Self.read([moved, cancelled, invited])
        #expect(late.map(\.held) == [[uid: 1_709_251_199 + 86_400], [:], [:]])
        let again = try await Self.read([invited, invited, cancelled, cancelled])
        #expect(again.map(\.held.count) == [1, 1, 0, 0])
    }

    @Test("Every value reads as it was meant")
    func values() async throws {
        let event = try Samples.event()
        let read = try #require(try await Self.read([event]).first)
        #expect(read.parameters == ["method": "REQUEST", "charset": "UTF-8", "component": "VEVENT"])
        #expect(read.stamp == 1_700_000_000 && read.start == 1_709_251_199 && read.end == 1_709_254_200)
        #expect(read.organizer == "no-reply@example.com" && read.organizerParameters == ["CN": "Larkspur"])
        #expect(read.attendee == "someone@example.org")
        #expect(read.attendeeParameters == ["PARTSTAT": "ACCEPTED", "RSVP": "FALSE"])
        #expect(
            read.texts == [
                "SUMMARY": "Appointment", "LOCATION": "1 Main St, Albany", "DESCRIPTION": "https://portal.example.com",
                "STATUS": "CONFIRMED", "CLASS": "PRIVATE", "TRANSP": "OPAQUE",
            ])
        #expect(
            read.properties == [
                "ATTENDEE", "CLASS", "DESCRIPTION", "DTEND", "DTSTAMP", "DTSTART", "LOCATION", "ORGANIZER", "SEQUENCE",
                "STATUS", "SUMMARY", "TRANSP", "UID",
            ])
    }

    @Test("Names, places and addresses of every script and of every attacker read as what they are, and as no more")
    func hostile() async throws {
        var generator = SeededGenerator(seed: 20_270_301)
        let addresses = ["a@example.org", "\"a..b\"@example.org", "x%y&z=1@example.org", "O'Neil+t@bücher.example"]
        var events: [CalendarEvent] = []
        for number in 0..<300 {
            var event = try Samples.event()
            let end = (UInt8(number / 256), UInt8(number % 256))
            event.id = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, end.0, end.1))
            event.location = HostileText.harmless(upTo: 80, using: &generator)
            // This reader takes a backslash in a parameter for an escape, which RFC 5545 section 3.1 does not know.
            let name = HostileText.harmless(upTo: 20, using: &generator).unicodeScalars.filter { $0 != "\\" }
            event.organizerName = String(String.UnicodeScalarView(name))
            event.attendee = try EmailAddress(addresses[number % addresses.count])
            if number % 3 == 0 { event.location = HostileText.text(holding: HostileText.forbidden, using: &generator) }
            events.append(event)
        }
        events[0].location = String(repeating: "1 Main St, ", count: 1_000)
        events[1].location = "x\r\nEND:VEVENT\r\nBEGIN:VALARM\r\nACTION:EMAIL\r\nEND:VALARM"
        let read = try await Self.read(events)
        let expected = try #require(try await Self.read([Samples.event()]).first)
        for (event, read) in zip(events, read) {
            #expect(read.properties == expected.properties && read.texts["STATUS"] == "CONFIRMED")
            #expect(read.attendee == event.attendee.unredactedText)
            #expect(Array((read.texts["LOCATION"] ?? "").utf8) == Array(Self.kept(event.location ?? "", "\n").utf8))
            let name = read.organizerParameters["CN"] ?? ""
            #expect(Array(name.utf8) == Array(Self.kept(event.organizerName, "").utf8))
        }
    }

    /// What is left of a text, told once more without the writer's code.
    private static func kept(_ text: String, _ lineBreak: String) -> String {
        let lines = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
        return lines.unicodeScalars.reduce(into: "") { kept, scalar in
            let refused: [ClosedRange<UInt32>] = [
                0...0x1F, 0x7F...0x9F, 0x2028...0x2029, 0x202A...0x202E, 0x2066...0x2069,
            ]
            if scalar == "\n" {
                kept += lineBreak
            } else if !refused.contains(where: { $0.contains(scalar.value) }) {
                kept.unicodeScalars.append(scalar)
            }
        }
    }

    private static func read(_ events: [CalendarEvent]) async throws -> [ReadCalendar] {
        try await ReadCalendar.read(
            events.map { event in
                let body = try MIMEPart.invitation(text: "Hello", html: "<p>Hello</p>", event: event)
                return Data(try Samples.message(body: body).composed().bytes)
            })
    }
}
