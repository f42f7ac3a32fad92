import Fuzzing
import Testing

@testable import Preview

@Suite("Differences between two texts")
struct TextDiffTests {
    @Test("a changed word is found in its line, and lines that come and go beside it")
    func example() {
        let diff = TextDiff(
            from: "Hello Zoë,\n\nYour time is Tuesday at 10.\nBring a form.\n",
            to: "Hello Zoë,\n\nYour time is Friday at 10.\nSee you!\nThe practice\n")
        #expect(
            diff.lines == [
                .same("Hello Zoë,"), .same(""),
                .changed(
                    from: [.same("Your time is "), .changed("Tuesday"), .same(" at 10.")],
                    to: [.same("Your time is "), .changed("Friday"), .same(" at 10.")]),
                .removed("Bring a form."), .added("See you!"), .added("The practice"), .same(""),
            ])
    }

    @Test("equal texts have no changes, and texts that only look equal have")
    func equality() {
        #expect(!TextDiff(from: "a\n\nb", to: "a\n\nb").hasChanges)
        #expect(!TextDiff(from: "", to: "").hasChanges)
        #expect(TextDiff(from: "caf\u{E9}", to: "cafe\u{301}").hasChanges)
        #expect(TextDiff(from: "a", to: "a\n").lines == [.same("a"), .added("")])
        #expect(
            TextDiff(from: "a\r\nb", to: "a\nb").lines == [
                .changed(from: [.same("a"), .changed("\r")], to: [.same("a")]), .same("b"),
            ])
    }

    @Test("the difference holds both texts whole")
    func bothTexts() async throws {
        let words = ["a", "b", "Zoë", "e\u{301}", "\n", "\n\n", " ", "\r\n", ",", "👨‍👩‍👧", "the same line\n", "\u{301}"]
        try await fuzz("differences") { generator in
            var texts: [String] = []
            for _ in 0..<2 {
                let count = Int.random(in: 0...60, using: &generator)
                texts.append((0..<count).map { _ in words.randomElement(using: &generator) ?? "" }.joined())
            }
            let diff = TextDiff(from: texts[0], to: texts[1])
            if Array(diff.before.utf8) != Array(texts[0].utf8) { return "lost some of \(texts[0].debugDescription)" }
            if Array(diff.after.utf8) != Array(texts[1].utf8) { return "lost some of \(texts[1].debugDescription)" }
            return diff.hasChanges == (Array(texts[0].utf8) != Array(texts[1].utf8)) ? nil : "\(texts)"
        }
    }

    @Test("texts far too different to be searched are replaced")
    func longTexts() {
        let old = "same\n" + (0..<50_000).map { "old \($0)\n" }.joined()
        let new = "same\n" + (0..<50_000).map { "new \($0)\n" }.joined()
        let diff = TextDiff(from: old, to: new)
        #expect(diff.lines.first == .same("same") && diff.lines.count == 50_002)
        let words = String(repeating: "a b ", count: 50_000)
        #expect(TextDiff(from: words, to: "c" + words).hasChanges)
    }
}

extension TextDiff.Span {
    fileprivate static func same(_ text: String) -> TextDiff.Span { TextDiff.Span(text: text, isChanged: false) }
    fileprivate static func changed(_ text: String) -> TextDiff.Span { TextDiff.Span(text: text, isChanged: true) }
}

extension TextDiff {
    /// The first text, put together from the lines.
    fileprivate var before: String {
        lines.compactMap { line in
            switch line {
            case .same(let text), .removed(let text): text
            case .changed(let spans, _): spans.map(\.text).joined()
            case .added: nil
            }
        }.joined(separator: "\n")
    }

    /// The second.
    fileprivate var after: String {
        lines.compactMap { line in
            switch line {
            case .same(let text), .added(let text): text
            case .changed(_, let spans): spans.map(\.text).joined()
            case .removed: nil
            }
        }.joined(separator: "\n")
    }
}
