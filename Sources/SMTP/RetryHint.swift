/// How long a relay asks to wait, read from the text of a transient reply.
enum RetryHint {
    /// The shortest and the longest wait that is believed.
    static let bounds: ClosedRange<Duration> = .seconds(60) ... .seconds(3600)

    /// Words that stand before a time to wait.
    private static let cues: Set<String> = ["in", "after", "for", "wait", "another", "retry-after"]
    private static let numerals = [
        "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "five": 5, "ten": 10, "fifteen": 15, "twenty": 20,
        "thirty": 30,
        "sixty": 60,
    ]

    /// Finds "in 5 minutes", "after 300 seconds", "for 300s", "in an hour", "in 00:05:00" and the like.
    ///
    /// Nil without one, or when the reply is not 4yz. The first one found counts, within `bounds`.
    static func find(in reply: Reply) -> Duration? {
        guard reply.isTransient else { return nil }
        let words = reply.words.map(bare)
        for index in words.indices.dropLast() where cues.contains(words[index]) {
            guard let seconds = seconds(words[(index + 1)...], after: words[...index]) else { continue }
            return min(max(.seconds(seconds), bounds.lowerBound), bounds.upperBound)
        }
        return nil
    }

    private static func seconds(_ words: ArraySlice<String>, after lead: ArraySlice<String>) -> Int? {
        guard let first = words.first else { return nil }
        if let clock = clock(first) { return clock }
        let digits = first.prefix { $0.isASCII && $0.isNumber }
        guard digits.count <= 6, let count = Int(digits) ?? numerals[first] else { return nil }
        if !digits.isEmpty, digits.endIndex < first.endIndex {
            return unit(String(first[digits.endIndex...])).map { count * $0 }
        }
        if let unit = words.dropFirst().first.flatMap(unit) { return count * unit }
        // "Retry-After: 300", as HTTP has it; a number before another word counts something else.
        let isBare = !digits.isEmpty && words.count == 1
        return isBare && (lead.last == "retry-after" || lead.suffix(2) == ["retry", "after"]) ? count : nil
    }

    /// The seconds of `hh:mm:ss` or `mm:ss`.
    private static func clock(_ word: String) -> Int? {
        let parts = word.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), parts.allSatisfy({ (1...2).contains($0.utf8.count) }) else { return nil }
        let numbers = parts.compactMap { Int($0) }
        guard numbers.count == parts.count, numbers.allSatisfy({ $0 >= 0 }) else { return nil }
        return numbers.reduce(0) { $0 * 60 + $1 }
    }

    private static func unit(_ word: String) -> Int? {
        switch word {
        case "s", "sec", "secs", "second", "seconds": 1
        case "m", "min", "mins", "minute", "minutes": 60
        case "h", "hr", "hrs", "hour", "hours": 3600
        default: nil
        }
    }

    /// A word without what surrounds it: "(300", "minutes.", "retry-after:".
    private static func bare(_ word: String) -> String {
        let isPart = { (character: Character) in character.isLetter || character.isNumber }
        guard let first = word.firstIndex(where: isPart), let last = word.lastIndex(where: isPart) else { return "" }
        return String(word[first...last])
    }
}
