extension Reply {
    /// The reply as it may be stored: no address, nothing like a link, printable ASCII, at most `limit` bytes.
    ///
    /// Relays echo what they were told, also in pieces ("user alice unknown"), so the words of the envelope are
    /// hidden too when it is given. A word that holds an address, a link or a link's token is replaced as a whole.
    package func scrubbed(limit: Int = 512, hiding envelope: Envelope? = nil) -> String {
        let secrets = envelope?.words ?? []
        var result = String(code)
        for word in text.split(whereSeparator: \.isWhitespace) {
            result += " " + Self.scrub(word, hiding: secrets)
            if result.utf8.count >= limit { break }
        }
        return String(decoding: result.utf8.prefix(max(0, limit)), as: UTF8.self)
    }

    /// Whether a word of a reply may be stored as it is: it is neither an address, nor a link, nor part of the envelope.
    package static func isStorable(_ word: String, hiding envelope: Envelope) -> Bool {
        scrub(word[...], hiding: envelope.words) == word
    }

    private static func scrub(_ word: Substring, hiding secrets: Set<String>) -> String {
        let lower = word.lowercased()
        // A token opens what its link leads to, with or without the rest of the link.
        if lower.utf8.count > token.utf8.count, lower.contains(token) { return "[link]" }
        let isSecret = secrets.contains(String(lower.trimmed(of: punctuation)))
        if isPlain(lower) { return isSecret ? "[address]" : String(word) }
        if ["://", "www.", "mailto:", "?", "%2f"].contains(where: lower.contains) { return "[link]" }
        if ["@", "%40", "=40", "\u{FF20}"].contains(where: lower.contains) { return "[address]" }
        if let slash = lower.firstIndex(of: "/"), lower[..<slash].contains(".") { return "[link]" }
        if isSecret || names(in: lower).contains(where: secrets.contains) { return "[address]" }
        return String(word.unicodeScalars.map { (0x21...0x7E).contains($0.value) ? Character($0) : "?" })
    }

    /// What could be a local part in words such as `user=alice` and `alice's`.
    private static func names(in lower: String) -> [String] {
        let words = lower.split { !$0.isLetter && !$0.isNumber && !"._-+".contains($0) }
        return words.map { String($0.trimmed(of: punctuation)) }
    }

    /// How the tokens of booking links begin (PASETO version 4, public).
    private static let token = "v4.public."
    private static let punctuation = "<>()[]{},;:.'\"!"

    /// Nothing in it could be an address, a link or an escape: most words of most replies, told apart in one pass.
    private static func isPlain(_ lower: String) -> Bool {
        !lower.hasPrefix("www")
            && lower.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
                case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: "-"), UInt8(ascii: "_"): true
                default: false
                }
            }
    }
}
