extension Reply {
    /// The relay's own id for the accepted message, for finding it in the relay's log; nil when it gives none.
    ///
    /// Known forms: Postfix `queued as X`, Exim `id=X`, Sendmail and OpenSMTPD `X Message accepted for delivery`,
    /// Exchange `InternalId=X`, qmail `ok N qp X`, Haraka `Queued (X)`, Gmail `OK N X - gsmtp`, SES `Ok X`.
    package var queueID: String? {
        guard isPositive else { return nil }
        let words = text.split(separator: " ")
        guard let found = Self.marked(words) ?? Self.positional(words) else { return nil }
        let id = found.trimmed(of: "().,;:[]")
        let isClean = id.utf8.allSatisfy { byte in
            UInt8(ascii: "0") <= byte && byte <= UInt8(ascii: "z") && !"<>@?;\\^`".utf8.contains(byte)
                || "-.+/".utf8.contains(byte)
        }
        return isClean && (4...128).contains(id.utf8.count) ? String(id) : nil
    }

    private static func marked(_ words: [Substring]) -> Substring? {
        for (index, word) in words.enumerated() {
            let lower = word.lowercased()
            let next = index + 1 < words.count ? words[index + 1] : nil
            let afterNext = index + 2 < words.count ? words[index + 2] : nil
            if lower == "queued", next?.lowercased() == "as" { return afterNext }
            if lower == "queued", let next, next.hasPrefix("(") { return next }
            if lower == "qp" { return next }
            if lower == "message", next?.lowercased() == "accepted", index > 0 {
                return EnhancedStatus(leading: words[index - 1].utf8) == nil ? words[index - 1] : nil
            }
            for mark in ["id=", "[internalid="] where lower.hasPrefix(mark) { return word.dropFirst(mark.count) }
        }
        return nil
    }

    private static func positional(_ words: [Substring]) -> Substring? {
        if words.suffix(2).elementsEqual(["-", "gsmtp"]) { return words.dropLast(2).last }
        let rest = words.first.map { EnhancedStatus(leading: $0.utf8) != nil } == true ? words.dropFirst() : words[...]
        guard rest.count == 2, rest.first?.lowercased().trimmed(of: ":") == "ok", let id = rest.last else { return nil }
        return id.contains(where: \.isNumber) ? id : nil
    }
}

extension StringProtocol {
    /// The text without leading and trailing characters of a set.
    func trimmed(of characters: String) -> SubSequence {
        var slice = self[...]
        while let first = slice.first, characters.contains(first) { slice = slice.dropFirst() }
        while let last = slice.last, characters.contains(last) { slice = slice.dropLast() }
        return slice
    }
}
