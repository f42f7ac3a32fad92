/// What human text may contain when it goes into a header field.
enum HeaderText {
    /// Which direction controls a text may carry.
    enum Direction {
        /// None: a name must not be able to reorder what stands around it.
        case none
        /// Isolates (U+2066 to U+2069), which a subject needs around a name of the other direction.
        case isolates
    }

    /// The longest text, in UTF-8 octets.
    ///
    /// Postfix cuts a header field off at 102,400 octets (`header_size_limit`); this much text stays below that in
    /// either encoding of RFC 2047.
    static let maximumLength = 30_000

    /// Throws unless `text` is short enough and free of controls, line separators and direction overrides.
    static func check(_ text: String, direction: Direction, field: MailError.Field) throws(MailError) {
        guard text.utf8.count <= maximumLength else { throw MailError(field, .tooLong(limit: maximumLength)) }
        if text.utf8.allSatisfy(ASCII.isPrintable) { return }
        for scalar in text.unicodeScalars {
            if isControl(scalar) { throw MailError(field, .controlCharacter) }
            if isRefused(scalar, direction) { throw MailError(field, .bidirectionalControl) }
        }
    }

    /// Whether `scalar` is a C0 or C1 control, DEL, or a line or paragraph separator.
    static func isControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0..<0x20, 0x7F..<0xA0, 0x2028, 0x2029: true
        default: false
        }
    }

    /// Whether `scalar` embeds, overrides or isolates a run of text (Unicode Annex 9); plain marks do not.
    static func isBidirectionalControl(_ scalar: Unicode.Scalar) -> Bool {
        (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }

    private static func isRefused(_ scalar: Unicode.Scalar, _ direction: Direction) -> Bool {
        switch direction {
        case .none: isBidirectionalControl(scalar)
        case .isolates: isBidirectionalControl(scalar) && scalar.value < 0x2066
        }
    }

    /// Whether `text` holds `=?`, with which a reader takes an encoded word to begin.
    static func resemblesEncodedWord(_ text: String) -> Bool {
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "?") && previous == ASCII.equals { return true }
            previous = byte
        }
        return false
    }

    /// The words of `text` if it can stand in a header as it is: printable ASCII, single spaces, nothing that reads
    /// as an encoded word; otherwise `nil`.
    static func plainWords(_ text: String, maximumWordLength: Int) -> [Substring.UTF8View.SubSequence]? {
        guard text.utf8.allSatisfy(ASCII.isPrintable), !resemblesEncodedWord(text) else { return nil }
        if text.isEmpty { return [] }
        let words = text[...].utf8.split(separator: ASCII.space, omittingEmptySubsequences: false)
        return words.allSatisfy { !$0.isEmpty && $0.count <= maximumWordLength } ? words : nil
    }
}
