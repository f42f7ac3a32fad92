import Foundation
import Fuzzing
import Testing

@testable import Mail

/// Whatever octets arrive, they are read or refused, within bounds.
@Suite("Reading fuzzing")
struct ReadFuzzTests {
    private static func mutator() throws -> Mutator {
        let letter = try Samples.message(
            to: Samples.mailbox("Zoë O'Neil, Dr."), subject: "Réservation — please confirm 李小龍",
            body: .invitation(
                text: "Hello\n", html: "<p>Hello <a href=\"https://a.example\">you</a>&amp;</p>", event: Samples.event()
            ))
        let names = ["encoded-parts", "forwarded-report", "international"]
        let reports = try names.map { String(decoding: try BounceFixtures.bytes($0), as: UTF8.self) }
        let calendar = String(decoding: try Samples.event().octets(), as: UTF8.self)
        return Mutator(
            corpus: try [letter.composed().text, calendar, "<!DOCTYPE html><p hidden>a&nbsp;b</p><style>x</style>"]
                + reports,
            words: [
                "\r\n", "\n", "\r", "\r\n\r\n", "\0", " ", "\t", ":", ";", "=", "=\r\n", "=?utf-8?B?", "=?utf-8?Q?=",
                "?=", "--", "\"", "\\", "'", "*0*=utf-8''%", "boundary=", "base64", "quoted-printable", "<", ">", "</",
                "<!--", "-->", "<style>", "<a href='", "&#x", "&#0;", "&amp", ";", "^n", "\u{301}", "\u{85}",
                "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n", "Content-Type: message/rfc822\r\n\r\n",
            ])
    }

    @Test("Messages are read within their bounds")
    func messages() async throws {
        let mutator = try Self.mutator()
        try await fuzz("messages") { generator in
            let bytes = mutator.input(using: &generator)
            guard let message = try? ReadPart(message: bytes) else { return nil }
            let parts = message.all
            if parts.count > 64 { return "\(parts.count) parts in \(bytes)" }
            for part in parts where part.content.count > part.encodedLength || part.encodedLength > bytes.count {
                return "a part longer than it is in \(bytes)"
            }
            for field in message.fields where field.decodedValue.unicodeScalars.contains(where: HeaderText.isControl) {
                return "a control in \(field.decodedValue.debugDescription) of \(bytes)"
            }
            return nil
        }
    }

    @Test("A subject reads as it was written")
    func subjects() async throws {
        let mutator = try Self.mutator()
        try await fuzz("read subjects") { generator in
            let text = String(decoding: mutator.input(using: &generator).prefix(300), as: UTF8.self)
            guard let field = try? HeaderField.unstructured("Subject", text) else { return nil }
            let read = ReadField.split(field.bytes[...]).fields.first?.decodedValue
            return read == text ? nil : "\(text.debugDescription) was read as \(read.debugDescription)"
        }
    }

    @Test("Pages and calendars are read to their end, and nothing is made up")
    func pagesAndCalendars() async throws {
        let mutator = try Self.mutator()
        try await fuzz("pages and calendars") { generator in
            let bytes = mutator.input(using: &generator)
            let text = String(decoding: bytes, as: UTF8.self)
            if HTMLTokens(text).words.utf8.count > text.utf8.count { return "longer words than \(bytes)" }
            for line in CalendarLine.lines(of: bytes) where line.name.isEmpty || line.name.contains("\n") {
                return "a name that is none in \(bytes)"
            }
            return nil
        }
    }

    @Test("A calendar's text reads as it was written")
    func calendarText() async throws {
        let mutator = try Self.mutator()
        try await fuzz("calendar texts") { generator in
            let text = String(decoding: mutator.input(using: &generator).prefix(300), as: UTF8.self)
            let lines = ["NOTE;CN=\(CalendarText.quoted(text)):\(CalendarText.escaped(text))"]
            let read = CalendarLine.lines(of: CalendarText.folded(lines))
            let isHarmless: (Unicode.Scalar) -> Bool = {
                !HeaderText.isControl($0) && !HeaderText.isBidirectionalControl($0)
            }
            let unix = String(decoding: LineEndings.unix(Array(text.utf8)), as: UTF8.self)
            let value = String(String.UnicodeScalarView(unix.unicodeScalars.filter { $0 == "\n" || isHarmless($0) }))
            let name = String(String.UnicodeScalarView(text.unicodeScalars.filter(isHarmless)))
            guard read.count == 1, Array(read[0].value.utf8) == Array(value.utf8),
                read[0].parameters.map({ Array($0.value.utf8) }) == [Array(name.utf8)]
            else { return "\(text.debugDescription) was read as \(read.map(\.value.debugDescription))" }
            return nil
        }
    }
}

extension ReadPart {
    fileprivate var all: [ReadPart] { [self] + parts.flatMap(\.all) }
}
