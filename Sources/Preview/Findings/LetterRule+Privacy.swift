import Mail

extension LetterRule {
    /// What nobody but the reader may learn.
    static let ofPrivacy = [privateWords, privateNames, privateSender]

    /// Locks, notices, lists of files and shared calendars show these to whoever is near.
    private static let privateWords = LetterRule("private-words") { letter in
        guard let words = ForbiddenWords.byLanguage[letter.language] else { return [] }
        let shown = letter.shownToAnybody.flatMap { place, text in
            (words.found(in: text, of: \.inbox) + words.found(in: text, of: \.letter)).map { (word: $0, place: place) }
        }
        // The preheader is in the letter too: a word is told once.
        let inside = words.found(in: letter.ownWords, of: \.letter).filter { word in
            !shown.contains { $0.word == word }
        }
        return shown.map { word, place in
            .error("“\(word)” stands in \(place), which others see too: say it without naming care.")
        }
            + inside.map { word in
                .error("“\(word)” stands in the letter: mail is read by others too; leave reasons and payers out.")
            }
    }

    private static let privateNames = LetterRule("private-names") { letter in
        letter.shownToAnybody.flatMap { place, text in
            letter.names.filter { text.holds($0) }.map { name in
                .error("“\(name)” stands in \(place), which others see too: leave names and places to the letter.")
            }
        }
    }

    /// The sender alone can tell what kind of practice somebody goes to.
    private static let privateSender = LetterRule("private-sender") { letter in
        guard let words = ForbiddenWords.byLanguage[letter.language] else { return [] }
        let found = words.found(in: letter.sender, of: \.letter) + words.found(in: letter.sender, of: \.inbox)
        return found.map { word in
            .warning("“\(word)” stands in the sender's name, which every inbox shows: choose a neutral HOLDFAST_FROM.")
        }
    }
}

extension OpenedLetter {
    /// What others than the reader may see, with what to call it.
    fileprivate var shownToAnybody: [(place: String, text: String)] {
        let events = (read.calendar ?? []).filter { $0.name == "SUMMARY" }.map { ("the calendar's title", $0.value) }
        let files = (read.root?.fileNames ?? []).map { ("a file's name", $0) }
        return [("the subject", read.subject), ("the preheader", preheader ?? "")] + events + files
    }

    /// The sender's name, without the address.
    fileprivate var sender: String { String(read.from.prefix { $0 != "<" }) }

    /// The words of both bodies, of what a screen reader says and of the calendar, without the names in them, which nobody
    /// chose for the letter.
    fileprivate var ownWords: String {
        let spoken = tags.flatMap { tag in ["alt", "title", "aria-label"].compactMap { tag.attributes[$0] } }
        let shown = tokens.map { if case .text(let words) = $0 { words } else { " " } }.joined()
        let entry = (read.calendar ?? []).filter { ["DESCRIPTION", "LOCATION"].contains($0.name) }.map(\.value)
        let words = ([text, shown] + spoken + entry).joined(separator: " ")
            .split(whereSeparator: \.isWhitespace).filter { !$0.contains("://") }.joined(separator: " ")
        return (names + [sender.split(whereSeparator: \.isWhitespace).joined(separator: " ")])
            .filter { !$0.isEmpty }.sorted { $0.count > $1.count }
            .reduce(words) { $0.without($1) }
    }
}

extension ReadPart {
    /// The names of the files in it.
    fileprivate var fileNames: [String] {
        [fileName, parameters["name"]].compactMap(\.self) + parts.flatMap(\.fileNames)
    }
}

extension String {
    /// Whether the name stands here as words of its own, not as a part of one.
    func holds(_ name: String) -> Bool { place(of: name, in: self[...]) != nil }

    /// The text with a space for the name, wherever it stands as words of its own.
    fileprivate func without(_ name: String) -> String {
        var (kept, rest) = ("", self[...])
        while let range = place(of: name, in: rest) {
            kept += rest[..<range.lowerBound] + " "
            rest = rest[range.upperBound...]
        }
        return kept + rest
    }

    private func place(of name: String, in text: Substring) -> Range<Index>? {
        var rest = text
        while let range = rest.firstRange(of: name) {
            let (before, after) = (self[..<range.lowerBound].last, self[range.upperBound...].first)
            if before?.isLetter != true, after?.isLetter != true { return range }
            rest = rest[range.upperBound...]
        }
        return nil
    }
}
