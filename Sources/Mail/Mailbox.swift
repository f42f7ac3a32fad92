/// A display name and an address: a `mailbox` of RFC 5322 section 3.4.
package struct Mailbox: Hashable, Sendable, Redacted {
    /// The display name without spaces at its ends, or `nil`.
    ///
    /// Personal data: for headers and letters, never for a log or an error.
    package let name: String?

    /// The address.
    package let address: EmailAddress

    /// Checks the name; one that is empty or only spaces counts as none.
    ///
    /// Throws ``MailError`` for controls, line breaks and characters that embed, override or isolate the direction of
    /// text, because such a name could make the address beside it look like another.
    package init(name: String? = nil, address: EmailAddress) throws(MailError) {
        let trimmed = Self.trimmed(name ?? "")
        try HeaderText.check(trimmed, direction: .none, field: .displayName)
        self.name = trimmed.isEmpty ? nil : trimmed
        self.address = address
    }

    private static func trimmed(_ name: String) -> String {
        let bytes = name.utf8
        guard let first = bytes.firstIndex(where: { $0 != ASCII.space }),
            let last = bytes.lastIndex(where: { $0 != ASCII.space })
        else { return "" }
        return String(name[first...last])
    }
}

extension Mailbox {
    /// The name in the form a header takes it.
    struct Phrase {
        var words: [[UInt8]]
        var isEncoded = false
    }

    /// Past this a name is not quoted but encoded, because a quoted string is not folded.
    private static let maximumQuotedLength = 60

    /// The name as atoms, as a quoted string or as encoded words, in this order of preference.
    ///
    /// `firstLength` is the room of the first token on the first line, in octets.
    func phrase(firstLength: Int) -> Phrase {
        guard let name else { return Phrase(words: []) }
        let plainLimit = min(firstLength, Self.maximumQuotedLength)
        if let words = HeaderText.plainWords(name, maximumWordLength: plainLimit),
            words.allSatisfy({ $0.allSatisfy(ASCII.isAtomText) })
        {
            return Phrase(words: words.map(Array.init))
        }
        if name.utf8.allSatisfy(ASCII.isPrintable), !HeaderText.resemblesEncodedWord(name) {
            let quoted = ASCII.quotedString(name.utf8)
            if quoted.count <= plainLimit { return Phrase(words: [quoted]) }
        }
        return Phrase(words: EncodedWord.words(for: name, firstLength: firstLength), isEncoded: true)
    }
}
