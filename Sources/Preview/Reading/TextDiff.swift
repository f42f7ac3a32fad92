/// What became of a text, line by line, and in lines that are only partly different word by word.
///
/// Pure. The lines and words that stay are those of a shortest edit script (Myers, 1986). Texts far longer and far more
/// different than any two letters are not looked through: what lies between their equal ends counts as replaced.
package struct TextDiff: Sendable, Equatable {
    /// A stretch of a changed line.
    package struct Span: Sendable, Equatable {
        /// Its words, with the spaces around them.
        package let text: String
        /// Whether the other line lacks it.
        package let isChanged: Bool
    }

    /// A line of either text, or of both.
    package enum Line: Sendable, Equatable {
        /// In both.
        case same(String)
        /// In the first only.
        case removed(String)
        /// In the second only.
        case added(String)
        /// In both, but not with the same words.
        case changed(from: [Span], to: [Span])
    }

    /// The lines in order; those that were removed stand before those in their place.
    package let lines: [Line]

    /// Compares two texts to the octet; lines end in LF.
    package init(from old: String, to new: String) {
        let steps = EditScript(from: Self.lines(of: old), to: Self.lines(of: new), limit: 2_000).steps
        lines = steps.flatMap { step in
            switch step {
            case .same(let line): [Line.same(String(line))]
            case .replaced(let old, let new): Self.paired(old, new)
            }
        }
    }

    /// Whether the texts are different at all.
    package var hasChanges: Bool {
        lines.contains { line in
            if case .same = line { false } else { true }
        }
    }

    private static func lines(of text: String) -> [Substring] {
        text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).map { Substring($0) }
    }

    /// Lines in each other's place, side by side where they have words in common.
    private static func paired(_ old: [Substring], _ new: [Substring]) -> [Line] {
        var lines: [Line] = []
        var removed: [Line] = []
        var added: [Line] = []
        for index in 0..<max(old.count, new.count) {
            let before = index < old.count ? old[index] : nil
            let after = index < new.count ? new[index] : nil
            if let before, let after, let changed = changedLine(before, after) {
                lines += removed + added + [changed]
                (removed, added) = ([], [])
            } else {
                if let before { removed.append(.removed(String(before))) }
                if let after { added.append(.added(String(after))) }
            }
        }
        return lines + removed + added
    }

    /// The two lines as one that changed; nil when less than a third of the longer one's words stay.
    private static func changedLine(_ old: Substring, _ new: Substring) -> Line? {
        let (oldWords, newWords) = (words(of: old), words(of: new))
        var (from, to): ([Span], [Span]) = ([], [])
        var kept = 0
        for step in EditScript(from: oldWords, to: newWords, limit: 400).steps {
            switch step {
            case .same(let word):
                append([word], isChanged: false, to: &from)
                append([word], isChanged: false, to: &to)
                if word.first?.isWhitespace == false { kept += 1 }
            case .replaced(let old, let new):
                append(old, isChanged: true, to: &from)
                append(new, isChanged: true, to: &to)
            }
        }
        let longer = max(oldWords.count, newWords.count) / 2
        return kept > 0 && kept * 3 >= longer ? .changed(from: from, to: to) : nil
    }

    private static func append(_ words: [Substring], isChanged: Bool, to spans: inout [Span]) {
        if words.isEmpty { return }
        let before = spans.last?.isChanged == isChanged ? spans.removeLast().text : ""
        spans.append(Span(text: before + words.joined(), isChanged: isChanged))
    }

    /// Runs of letters and digits, runs of white space, and each other character by itself.
    private static func words(of line: Substring) -> [Substring] {
        var words: [Substring] = []
        var rest = line
        while let first = rest.first {
            let end: Substring.Index
            if first.isWhitespace {
                end = rest.prefix(while: \.isWhitespace).endIndex
            } else {
                end = rest.prefix { $0.isLetter || $0.isNumber }.endIndex
            }
            let word = rest[..<max(end, rest.index(after: rest.startIndex))]
            words.append(word)
            rest = rest[word.endIndex...]
        }
        return words
    }
}
