import Foundation
import Fuzzing
import Testing

@testable import Rendering

/// Whatever a value holds, it is refused, or stands in the letter as words and as nothing else.
@Suite struct ValueFuzzTests {
    private static let mutator = Mutator(
        corpus: [
            "Zoë O'Neil & <b>\"x\"</b>", "https://book.example.org/l/rsv/v4.public.abc?x=1&y=2", "李小龍",
            "{{who}} {{{who}}}",
            "#2f6f5e", "שלום עברית", "a b  c", "<script>alert(1)</script>",
        ],
        words: [
            "<", ">", "&", "\"", "'", "&amp;", "&#39;", "{{", "}}", "{{/text}}", "\u{301}", "\u{200D}", "\u{202E}",
            "\u{2069}",
            "\n", "\r", "\0", "\t", "\u{2028}", "javascript:", "https://", "//", " ", "%0a", "<!--", "]]>",
        ])

    @Test func values() async throws {
        let letters = try Folder().load()
        try await fuzz("template values") { generator in
            let value = String(decoding: Self.mutator.input(using: &generator), as: UTF8.self)
            guard let letter = try? letters.render(kind: "note", locale: "en", values: ["who": .text(value)]) else {
                return Self.isRefusable(value) ? nil : "refused \(value.debugDescription)"
            }
            let spoken = String(String.UnicodeScalarView(value.unicodeScalars.filter { !Self.turnsDirection($0) }))
            guard Self.attribute(letter.html).map(Self.unescaped) == "Dear \(spoken)" else {
                return "\(value.debugDescription) does not stand in its attribute"
            }
            let tags = letter.html.unicodeScalars.count { $0 == "<" }
            guard tags == 4, !Self.isRefusable(value) else { return "\(value.debugDescription) makes \(tags) tags" }
            // By scalars: a combining mark makes one character with the blank before it.
            let words = { (text: String) in
                text.unicodeScalars.split { $0.properties.isWhitespace }.map { String($0) }.joined(separator: " ")
            }
            return words(letter.text) == words("Dear \(spoken)") ? nil : "\(value.debugDescription) lost in the text"
        }
    }

    @Test func addresses() async throws {
        let folder = try Folder()
        try folder.body("{{<a}}{{$url}}{{home.url}}{{/url}}{{/a}}")
        let letters = try folder.load()
        try await fuzz("template addresses") { generator in
            let value = String(decoding: Self.mutator.input(using: &generator), as: UTF8.self)
            guard let letter = try? letters.render(kind: "note", locale: "en", values: ["home.url": .text(value)])
            else {
                return nil
            }
            let isPlain = value.utf8.allSatisfy { (0x21...0x7E).contains($0) && !"\"'<>".utf8.contains($0) }
            // http only ever leads to this machine, by the settings' own check; mailto may be the support's address.
            let isAddress = ["https://", "http://", "mailto:"].contains { value.hasPrefix($0) }
            return isAddress && isPlain && letter.text == "\(value)\n"
                ? nil : "took the address \(value.debugDescription)"
        }
    }

    @Test func templates() async throws {
        let mutator = Mutator(
            corpus: [
                Folder.letter, "{{% CONTENT_TYPE:HTML}}\n<p title=\"{{$text}}{{/text}}\">{{$text}}{{/text}}</p>\n",
                "{{#tasks}}{{<p}}{{$text}}{{title}} for {{who}}{{/text}}{{/p}}{{/tasks}}{{! a comment }}{{^yes}}no{{/yes}}",
            ],
            words: [
                "{{", "}}", "{{{", "}}}", "{{#", "{{/", "{{^", "{{$", "{{<", "{{>", "{{!", "{{%", "{{=", "a.b.c", "\n",
                "\0",
            ])
        try await fuzz("template sources") { generator in
            let source = String(decoding: mutator.input(using: &generator), as: UTF8.self)
            let file = TemplateFile(source, path: "x", role: .content)
            let lines = source.unicodeScalars.count { $0 == "\n" } + 1
            let isOutside = file.problems.contains { !(1...lines).contains($0.location.line) }
            return isOutside ? "a problem outside the file \(source.debugDescription)" : nil
        }
    }

    private static func attribute(_ html: String) -> String? {
        html.components(separatedBy: "title=\"").dropFirst().first?.components(separatedBy: "\">").first
    }

    private static func unescaped(_ text: String) -> String {
        [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&amp;", "&")].reduce(text) {
            $0.replacingOccurrences(of: $1.0, with: $1.1, options: .literal)
        }
    }

    private static func turnsDirection(_ scalar: Unicode.Scalar) -> Bool {
        (0x202A...0x202E) ~= scalar.value || (0x2066...0x2069) ~= scalar.value
    }

    private static func isRefusable(_ value: String) -> Bool {
        value.unicodeScalars.contains { $0.properties.generalCategory == .control || (0x2028...0x2029) ~= $0.value }
    }
}
