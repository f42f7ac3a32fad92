import Foundation
import Fuzzing
import Testing

@testable import Mail

@Suite("Transfer encodings")
struct EncodingTests {
    @Test("base64 agrees with Foundation at every length and in every line", arguments: 0..<260)
    func base64(length: Int) {
        var generator = SeededGenerator(seed: UInt64(length))
        let bytes = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let expected = Data(bytes).base64EncodedString(options: [.lineLength76Characters])
        var lines: [UInt8] = [7]
        Base64.appendLines(of: bytes, to: &lines)
        #expect(String(decoding: lines.dropFirst(), as: UTF8.self) == expected)
        #expect(lines.first == 7)
        #expect(String(decoding: Base64.encode(bytes), as: UTF8.self) == Data(bytes).base64EncodedString())
    }

    @Test("base32 gives the characters of RFC 4648 section 10")
    func base32() {
        #expect(String(decoding: Base32.prefix(9, of: Array("foobar".utf8)), as: UTF8.self) == "mzxw6ytbo")
        #expect(String(decoding: Base32.prefix(8, of: Array("fooba".utf8)), as: UTF8.self) == "mzxw6ytb")
    }

    @Test(
        "quoted-printable protects line starts, line ends and everything that is not text",
        arguments: [
            ("", ""), ("a=b", "a=3Db"), ("é", "=C3=A9"), (".", "=2E"), ("a.b", "a.b"), ("From me", "=46rom me"),
            ("Fromage", "Fromage"), ("x\r\n.\r\nFrom y\r\n", "x\r\n=2E\r\n=46rom y\r\n"), ("a \r\nb\t", "a=20\r\nb=09"),
            ("a\nb\rc\0", "a=0Ab=0Dc=00"), ("\r\n\r\n", "\r\n\r\n"),
        ])
    func quotedPrintable(text: String, expected: String) {
        #expect(String(decoding: QuotedPrintable.encode(Array(text.utf8)), as: UTF8.self) == expected)
    }

    @Test("quoted-printable protects the start of a line that it began itself")
    func softBreaks() {
        let text = String(repeating: "a", count: 75) + ".From "
        let expected = String(repeating: "a", count: 75) + "=\r\n=2EFrom=20"
        #expect(String(decoding: QuotedPrintable.encode(Array(text.utf8)), as: UTF8.self) == expected)
    }

    @Test("line endings of all three kinds become CRLF, whatever stands around them")
    func lineEndings() {
        for padding in 0..<20 {
            let fill = String(repeating: "é", count: padding)
            let given = "\(fill)a\nb\r\(fill)\r\nc\r\r\n\n\t\(fill)"
            let expected = "\(fill)a\r\nb\r\n\(fill)\r\nc\r\n\r\n\r\n\t\(fill)"
            #expect(LineEndings.canonical(given) == Array(expected.utf8))
            #expect(LineEndings.canonical(given + "\0") == nil)
        }
    }

    @Test("the last scan finds each fault at every position", arguments: 0..<24)
    func wireFormat(padding: Int) {
        let fill = [UInt8](repeating: 0x61, count: padding)
        let end = [UInt8]("tail\r\n".utf8)
        for (bytes, problem): ([UInt8], MailError.Problem) in [
            ([0x0A], .bareLineEnding), ([0x0D], .bareLineEnding), ([0x0D, 0x0D, 0x0A], .bareLineEnding),
            ([0], .controlCharacter), ([0x1B], .controlCharacter), ([0x80], .eightBit), ([0xFF], .eightBit),
        ] {
            #expect(WireFormat.problem(with: fill + bytes + end) == problem)
            #expect(WireFormat.problem(with: fill + end + bytes + end) == problem)
        }
        #expect(WireFormat.problem(with: fill + [0x0D]) == .bareLineEnding)
        #expect(WireFormat.problem(with: fill + [0x09] + end + end) == nil)
        let longest = [UInt8](repeating: 0x61, count: 998)
        #expect(WireFormat.problem(with: fill + [0x0D, 0x0A] + longest + [0x0D, 0x0A]) == nil)
        #expect(WireFormat.problem(with: fill + [0x0D, 0x0A, 0x61] + longest + [0x0D, 0x0A]) == .lineTooLong)
        #expect(WireFormat.problem(with: fill + [0x0D, 0x0A, 0x61] + longest) == .lineTooLong)
    }

    @Test("the last scan lets UTF-8 pass in the header only, and only when it is asked to")
    func eightBitHeader() {
        let message = [UInt8]("To: é\r\n\r\nbody\r\n".utf8)
        #expect(WireFormat.problem(with: message) == .eightBit)
        #expect(WireFormat.problem(with: message, eightBitHeader: true) == nil)
        #expect(WireFormat.problem(with: message + message, eightBitHeader: true) == .eightBit)
    }
}
