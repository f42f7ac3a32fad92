import Foundation
import Mail
import Preview
import TestSupport
import Testing

/// Python's email and icalendar packages read the same letters.
@Suite("Letters through other readers")
struct ReadLetterOracleTests {
    private func letters() throws -> [ComposedMessage] {
        let subjects = [
            "Please confirm", "Réservation — 李小龍, مرحبا", String(repeating: "Tuesday at ten, ", count: 20) + "x",
        ]
        let alternative = try MIMEPart.alternative(text: LetterSample.text, html: LetterSample.html)
        return try subjects.flatMap { subject in
            [try LetterSample.message(subject: subject), try LetterSample.message(subject: subject, body: alternative)]
        }.map { try $0.composed() }
    }

    @Test("headers, parts, text and HTML are what Python reads")
    func messages() async throws {
        let folder = try ScratchFolder()
        let letters = try letters()
        for (index, letter) in letters.enumerated() { try folder.write("new/\(index)", letter.bytes) }
        for (letter, python) in zip(letters, try await Maildir(folder.url).messages()) {
            let read = ReadLetter(letter.bytes)
            #expect(Dictionary(read.fields.map { ($0.name.lowercased(), $0.value) }) { $1 } == python.headers)
            #expect(read.to == "\(python.toName) <\(python.toAddress)>")
            #expect(read.messageID == python.messageID && read.messageID == letter.messageID)
            #expect(read.text == python.text?.replacingOccurrences(of: "\r\n", with: "\n"))
            #expect(read.html == python.html?.replacingOccurrences(of: "\r\n", with: "\n"))
            #expect(read.root?.types == python.types)
        }
    }

    @Test("the calendar says what icalendar reads")
    func calendars() async throws {
        let letters = try letters().filter { ReadLetter($0.bytes).calendarPart != nil }
        #expect(letters.count == 3)
        for (letter, other) in zip(letters, try await ReadCalendar.read(letters.map { Data($0.bytes) })) {
            let lines = try #require(ReadLetter(letter.bytes).calendar)
            let event = lines.drop { $0.value != "VEVENT" }.dropFirst().prefix { $0.name != "END" }
            #expect(event.map(\.name).sorted() == other.properties)
            let values = Dictionary(lines.map { ($0.name, $0) }) { $1 }
            for (name, text) in other.texts { #expect(values[name]?.value == text) }
            #expect(values["METHOD"]?.value == other.method && values["UID"]?.value == other.uid)
            #expect(values["SEQUENCE"]?.value == "\(other.sequence)")
            let parameters = values["ORGANIZER"]?.parameters.map { ($0.name, $0.value) } ?? []
            #expect(Dictionary(parameters) { $1 } == other.organizerParameters)
        }
    }
}

extension ReadPart {
    fileprivate var types: [String] { [type] + parts.flatMap(\.types) }
}
