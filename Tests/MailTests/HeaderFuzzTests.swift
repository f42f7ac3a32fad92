import Foundation
import Fuzzing
import Testing

@testable import Mail

/// Whatever text a header is made of, it is refused, or reads as that text and as nothing besides.
@Suite("Header fuzzing")
struct HeaderFuzzTests {
    private static let mutator = Mutator(
        corpus: [
            "Your appointment on Tuesday with the practice is waiting for your answer until noon", "Zoë O'Neil, Dr.",
            "李小龍 and a \"quoted\" name", "=?utf-8?Q?a?= =?utf-8?B?YQ==?=", "👨‍👩‍👧‍👦🏳️‍🌈 e\u{301}\u{302}", "a  b ",
            "invite (1).ics",
        ],
        words: [
            "\r\n", "\r\nBcc: a@b.example", "\n ", "\r", "\0", "\u{7F}", "\u{85}", "\u{2028}", "\u{202E}", "\u{2066}",
            "=?",
            "?=", "=", "_", " ", "  ", "\t", "\"", "\\", "<", ">", "@", ";", "*0*=", "%0D%0A", "'", "\u{200D}",
            "\u{301}",
        ])

    private static func text(using generator: inout SeededGenerator) -> String {
        String(decoding: mutator.input(using: &generator), as: UTF8.self)
    }

    @Test("A subject reads as what was written, in lines that every relay takes")
    func subjects() async throws {
        try await fuzz("subjects") { generator in
            let text = Self.text(using: &generator)
            guard let field = try? HeaderField.unstructured("Subject", text) else {
                return Self.isRefusable(text) ? nil : "refused \(text.debugDescription)"
            }
            let problem = Self.problem(of: field.bytes, lineLimit: 78)
            let read = HeaderReading.text(of: field.bytes, name: "Subject")
            if problem == nil, read == text, !Self.holdsControls(text) { return nil }
            return "\(problem ?? "") \(text.debugDescription) was read as \(read.debugDescription)"
        }
    }

    @Test("A name never ends its field, and a parameter never its quotes")
    func namesAndParameters() async throws {
        try await fuzz("names and parameters") { generator in
            let text = Self.text(using: &generator)
            var fields: [[UInt8]] = []
            if let field = try? HeaderField.mailbox("To", Samples.mailbox(text, "a@example.org")) {
                fields.append(field.bytes)
                if field.needsSMTPUTF8 || !String(decoding: field.bytes, as: UTF8.self).contains("a@example.org") {
                    return "no address left beside \(text.debugDescription)"
                }
            }
            if let parameter = try? MIMEParameter("filename", text) {
                fields.append(MIMEParameter.fieldBytes("Content-Disposition", "attachment", [parameter]))
            }
            if let address = try? EmailAddress("\(text)@example.org"), address.domain != "example.org" {
                return "another domain in \(text.debugDescription)"
            }
            if !fields.isEmpty, Self.holdsControls(text) { return "took \(text.debugDescription)" }
            return fields.compactMap { Self.problem(of: $0, lineLimit: 998) }.first.map {
                "\($0) \(text.debugDescription)"
            }
        }
    }

    /// What keeps bytes from being one header field, or nil.
    private static func problem(of bytes: [UInt8], lineLimit: Int) -> String? {
        if let problem = WireFormat.problem(with: bytes) { return "\(problem) in" }
        let lines = String(decoding: bytes, as: UTF8.self).components(separatedBy: "\r\n")
        guard lines.count > 1, lines.last == "" else { return "no line end after" }
        let folded = lines.dropFirst().dropLast()
        guard folded.allSatisfy({ $0.hasPrefix(" ") && !$0.allSatisfy(\.isWhitespace) }) else { return "unfolded" }
        return lines.allSatisfy { $0.utf8.count <= lineLimit } ? nil : "a long line in"
    }

    private static func holdsControls(_ text: String) -> Bool {
        text.unicodeScalars.contains { $0.properties.generalCategory == .control || (0x2028...0x2029) ~= $0.value }
    }

    private static func isRefusable(_ text: String) -> Bool {
        holdsControls(text) || text.utf8.count > HeaderText.maximumLength
            || text.unicodeScalars.contains { (0x202A...0x202E) ~= $0.value }
    }
}

/// A reader of RFC 2047 that shares nothing with the writer.
private enum HeaderReading {
    static func text(of field: [UInt8], name: String) -> String {
        let lines = String(decoding: field, as: UTF8.self).dropFirst(name.count + 1).replacingOccurrences(
            of: "\r\n", with: "")
        let words = lines.split(separator: " ")
        guard words.contains(where: { $0.hasPrefix("=?") }) else { return words.joined(separator: " ") }
        return String(decoding: words.flatMap { decode($0) }, as: UTF8.self)
    }

    private static func decode(_ word: Substring) -> [UInt8] {
        let parts = word.components(separatedBy: "?")
        guard parts.count == 5, parts[1] == "utf-8" else { return Array("(no word: \(word))".utf8) }
        if parts[2] == "B" { return Data(base64Encoded: parts[3]).map(Array.init) ?? [] }
        let text = parts[3].replacingOccurrences(of: "_", with: " ").replacingOccurrences(of: "=", with: "%")
        return Array((text.removingPercentEncoding ?? "(bytes cut inside a character)").utf8)
    }
}
