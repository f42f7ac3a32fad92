import Foundation
import Fuzzing
import Mail
import Testing

@testable import Preview

@Suite("Letters that are broken or hostile")
struct ReadLetterHostileTests {
    /// Everything a page asks of a letter.
    private static func problem(of bytes: [UInt8]) -> String? {
        let letter = ReadLetter(bytes)
        let links = letter.links(verifiedBy: nil, at: Date(timeIntervalSince1970: 0))
        if letter.bytes != bytes { return "other bytes" }
        if (letter.root == nil) != (letter.problem != nil) { return "neither read nor a problem" }
        if Set(links.map(\.url)).count != links.count { return "a link twice" }
        if links.contains(where: { !$0.isInHTML && !$0.isInText }) { return "a link from nowhere" }
        if letter.preheader?.isEmpty == true { return "a preheader without a word" }
        if (letter.calendar == nil) != (letter.calendarPart == nil) { return "another calendar" }
        let header = [letter.from, letter.to, letter.subject, letter.date, letter.messageID]
        let controls: (Unicode.Scalar) -> Bool = { $0.properties.generalCategory == .control }
        return header.contains { $0.unicodeScalars.contains(where: controls) } ? "a control in the header" : nil
    }

    @Test("whatever arrives is read or shown raw")
    func fuzzing() async throws {
        let source = String(decoding: try LetterSample.message().composed().bytes, as: UTF8.self)
        let plain = """
            Subject: =?utf-8?Q?a?=\r\nContent-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\n\r
            \(LetterSample.text)\r\n--b\r\nContent-Type: text/html\r\n\r\n\(LetterSample.html)\r\n--b--\r\n
            """
        let mutator = Mutator(
            corpus: [source, plain],
            words: [
                "\r\n", "\n\n", "\0", "<", ">", "</a>", "<a href=", "<div hidden>", "<!--", "-->", "&#", ";", "\"", "'",
                "https://", "/l/rsv/", "(", ")", ".", "\u{34F}", "--b\r\n", "Content-Type: text/calendar\r\n\r\n",
            ])
        try await fuzz("letters") { generator in
            let bytes = mutator.input(using: &generator)
            return Self.problem(of: bytes).map { "\($0): \(String(decoding: bytes, as: UTF8.self).debugDescription)" }
        }
    }

    @Test("a letter cut anywhere is read as far as it goes")
    func cuts() throws {
        let bytes = try LetterSample.message().composed().bytes
        for length in stride(from: 0, through: bytes.count, by: 11) {
            #expect(Self.problem(of: Array(bytes[..<length])) == nil, "\(length)")
        }
    }

    @Test("one thing over and over is read in the end", arguments: ["text/plain", "text/html", "text/calendar"])
    func monotony(type: String) {
        let units = [
            "<", "<a href=x>", "<a ", "<!--", "<!", "</", "<style>", "<div hidden>", "&", "&#1;", "\"", "=", "A:b\n",
            "A;",
            "\n ", "https://a.b)", "https://", "(", "\u{301}", "=?utf-8?Q?a?= ", "^", "\\", "\r",
        ]
        for unit in units {
            let text = String(repeating: unit, count: 60_000 / unit.utf8.count)
            #expect(Self.problem(of: Array("Content-Type: \(type)\n\n\(text)".utf8)) == nil, "\(unit)")
            #expect(Self.problem(of: Array("Subject: \(text)".utf8)) == nil, "\(unit)")
        }
    }

    @Test("what is no message, or too much of one, is shown raw with the reason and the header there is")
    func unreadable() {
        #expect(ReadLetter([]).problem == .empty)
        #expect(ReadLetter(Array("no header at all".utf8)).problem == .notAMessage)
        let long = Array("Subject: long\n\n".utf8) + Array(repeating: 0x41, count: ReadPart.maximumLength)
        #expect(ReadLetter(long).problem == .tooLong(limit: ReadPart.maximumLength))
        #expect(ReadLetter(long).subject == "long" && ReadLetter(long).bytes.count == long.count)
        let nested = String(repeating: "Content-Type: message/rfc822\n\n", count: 20)
        #expect(ReadLetter(Array(nested.utf8)).problem == .tooComplex)
        #expect(ReadLetter(Array(nested.utf8)).fields.count == 1)
    }

    @Test("a file and a message that is passed on are not the letter's own words")
    func ownParts() {
        let letter = ReadLetter(
            Array(
                """
                Content-Type: multipart/mixed; boundary=b

                --b
                Content-Disposition: attachment; filename=notes.txt

                a file
                --b
                Content-Type: message/rfc822

                Subject: passed on

                somebody else's
                --b
                Content-Type: text/plain

                the letter's own
                --b--
                """.utf8))
        #expect(letter.text == "the letter's own")
        #expect(letter.root?.parts.map(\.parts.count) == [0, 1, 0] && letter.html == nil && letter.subject == "")
    }
}
