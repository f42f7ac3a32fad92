/// The rule for audiences: the lower-case host of the site that links lead to.
enum Audience {
    /// The text if it is a host name or a bracketed IPv6 address; throws `invalidAudience`.
    ///
    /// None of the characters allowed needs an escape in JSON.
    static func checked(_ text: String) throws(LinkError) -> String {
        guard isValid(text.utf8) else {
            throw LinkError(
                .invalidAudience,
                "An audience is the lower-case host of the booking site, such as book.example.org: no scheme, no port."
            )
        }
        return text
    }

    static func isValid(_ text: some Collection<UInt8>) -> Bool {
        guard (1...253).contains(text.count) else { return false }
        if text.first == UInt8(ascii: "[") { return isBracketedAddress(text) }
        let labels = text.split(separator: .dot, omittingEmptySubsequences: false)
        return labels.allSatisfy { label in
            (1...63).contains(label.count) && label.first != .dash && label.allSatisfy(isHostCharacter)
        }
    }

    private static func isHostCharacter(_ byte: UInt8) -> Bool {
        byte.isLowercase || byte.isDigit || byte == .dash
    }

    private static func isBracketedAddress(_ text: some Collection<UInt8>) -> Bool {
        let inside = text.dropFirst().prefix { byte in
            byte.isDigit || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte) || byte == UInt8(ascii: ":")
                || byte == .dot
        }
        return inside.count >= 2 && text.count == inside.count + 2
            && text.dropFirst(inside.count + 1).first == UInt8(ascii: "]")
    }
}
