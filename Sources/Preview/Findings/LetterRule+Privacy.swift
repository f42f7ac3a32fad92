import Mail

extension LetterRule {
    /// What nobody but the reader may learn.
    static let ofPrivacy = [privateWords, privateNames, privateSender]

    /// Locks, notices, lists of files and shared calendars show these to whoever is near.
    private static let privateWords = LetterRule("private-words") { letter in
        guard let words = ForbiddenWords.byLanguage[letter.language] else { return [] }
        let shown = letter.shownToAnybody.flatMap { place, text in
            (words.found(in: text, of: \.inbox) + words.found(in: text, of: \.letter)).map { word in
                Remark.error("“\(word)” stands in \(place), which others see too: say it without naming care.")
            }
        }
        return shown
            + words.found(in: letter.ownWords, of: \.letter).map { word in
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

    /// The letter's words without the names in it, which nobody chose for the letter.
    fileprivate var ownWords: String {
        let words = text.split(whereSeparator: \.isWhitespace).filter { !$0.contains("://") }.joined(separator: " ")
        return (names + [sender.split(whereSeparator: \.isWhitespace).joined(separator: " ")])
            .filter { !$0.isEmpty }.sorted { $0.count > $1.count }
            .reduce(words) { $0.replacing($1, with: " ") }
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
    func holds(_ name: String) -> Bool {
        var rest = self[...]
        while let range = rest.firstRange(of: name) {
            let before = self[..<range.lowerBound].last
            let after = self[range.upperBound...].first
            if before?.isLetter != true, after?.isLetter != true { return true }
            rest = self[range.upperBound...]
        }
        return false
    }
}
