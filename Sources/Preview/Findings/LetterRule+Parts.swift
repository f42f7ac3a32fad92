extension LetterRule {
    /// How much there is of a letter, and that both halves are there.
    static let ofParts = [partMissing, htmlSize, styleSize, textWidth]

    private static let partMissing = LetterRule("part-missing") { letter in
        let isEmpty = ["plain text": letter.text, "HTML": letter.html].filter { $0.value.allSatisfy(\.isWhitespace) }
        return isEmpty.keys.sorted().map { .error("The letter has no \($0): some readers would see nothing.") }
    }

    /// Ours: what a phone loads at once, and less than half of what Gmail shows.
    private static let htmlSize = LetterRule("html-size") { letter in
        size(of: letter.html.utf8.count, limit: SizeMeter.budget, "the HTML", "shorten it")
    }

    /// Gmail ignores a style sheet of more than 16 KB (github.com/hteumeuleu/email-bugs/issues/90).
    private static let styleSize = LetterRule("style-size") { letter in
        letter.styleSheets.flatMap {
            size(of: $0.utf8.count, limit: 16 * 1024, "a style sheet", "Gmail ignores it; shorten it")
        }
    }

    private static func size(of count: Int, limit: Int, _ what: String, _ advice: String) -> [Remark] {
        let message = "Of at most \(limit) bytes \(what) has \(count): \(advice)."
        return count > limit ? [.error(message)] : count * 5 > limit * 4 ? [.warning(message)] : []
    }

    /// RFC 5322 section 2.1.1: 78 characters, and never more than 998; a word that is longer stays whole.
    private static let textWidth = LetterRule("text-width") { letter in
        let lines = letter.text.split(separator: "\n").filter { $0.utf8.count > 78 }
        if lines.contains(where: { $0.utf8.count > 998 }) {
            return [
                .error("A line of the plain text has more than 998 octets, which relays break: write it as several.")
            ]
        }
        let isWide = lines.contains { line in line.count > 78 && line.drop { $0 == " " }.contains(" ") }
        return isWide ? [.warning("A line of the plain text has more than 78 characters: let it flow at 72.")] : []
    }
}
