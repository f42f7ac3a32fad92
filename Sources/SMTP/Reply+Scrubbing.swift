extension Reply {
    /// The reply as it may be stored: no address, nothing like a link, printable ASCII, at most `limit` bytes.
    ///
    /// Relays echo what they were told, also in pieces ("user alice unknown"), so the words of the envelope are
    /// hidden too when it is given. A word that holds an address or a link is replaced as a whole.
    package func scrubbed(limit: Int = 512, hiding envelope: Envelope? = nil) -> String {
        let secrets = envelope?.words ?? []
        var result = String(code)
        for word in text.split(whereSeparator: \.isWhitespace) {
            result += " " + Self.scrub(word, hiding: secrets)
            if result.utf8.count >= limit { break }
        }
        return String(decoding: result.utf8.prefix(max(0, limit)), as: UTF8.self)
    }

    private static func scrub(_ word: Substring, hiding secrets: Set<String>) -> String {
        let lower = word.lowercased()
        let isSecret = secrets.contains(String(lower.trimmed(of: punctuation)))
        if isPlain(lower) { return isSecret ? "[address]" : String(word) }
        if ["://", "www.", "mailto:", "?", "%2f"].contains(where: lower.contains) { return "[link]" }
        if ["@", "%40", "=40", "\u{FF20}"].contains(where: lower.contains) { return "[address]" }
        if let slash = lower.firstIndex(of: "/"), lower[..<slash].contains(".") { return "[link]" }
        if isSecret { return "[address]" }
        return String(word.unicodeScalars.map { (0x21...0x7E).contains($0.value) ? Character($0) : "?" })
    }

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
