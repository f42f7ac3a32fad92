extension EncodedWord {
    /// Octets of a value with the charset they are in; without one they are the value's own.
    private struct Piece {
        var bytes: [UInt8]
        let charset: String?
    }

    /// The value of a header field with its encoded words read (RFC 2047 section 6), as a person is to see it.
    ///
    /// A word in an unknown charset or encoding stays as it is, and so does everything that is no word. Characters cut
    /// between two words are joined again. Controls, which only a forged word can hold, become U+FFFD.
    static func decoded(_ value: String) -> String {
        guard HeaderText.resemblesEncodedWord(value) else { return withoutControls(value) }
        var pieces: [Piece] = []
        var gap: [UInt8] = []
        for token in tokens(value) {
            if token.first.map(ASCII.isBlank) == true {
                gap = Array(token)
                continue
            }
            let piece = word(token) ?? Piece(bytes: Array(token), charset: nil)
            if let charset = pieces.last?.charset, charset == piece.charset {
                pieces[pieces.count - 1].bytes += piece.bytes
            } else {
                // White space between two words only parts them.
                let isBetweenWords = pieces.last?.charset != nil && piece.charset != nil
                if !isBetweenWords { pieces.append(Piece(bytes: gap, charset: nil)) }
                pieces.append(piece)
            }
            gap = []
        }
        return withoutControls(pieces.map { Charset.text($0.bytes, in: $0.charset ?? "utf-8") }.joined())
    }

    /// Runs of blanks and of everything else, in turn.
    private static func tokens(_ value: String) -> [ArraySlice<UInt8>] {
        var tokens: [ArraySlice<UInt8>] = []
        var rest = Array(value.utf8)[...]
        while let first = rest.first {
            let token = rest.prefix { ASCII.isBlank($0) == ASCII.isBlank(first) }
            tokens.append(token)
            rest = rest[token.endIndex...]
        }
        return tokens
    }

    private static func word(_ token: ArraySlice<UInt8>) -> Piece? {
        guard token.starts(with: "=?".utf8), token.count > 4, token.suffix(2).elementsEqual("?=".utf8) else {
            return nil
        }
        let parts = token.dropFirst(2).dropLast(2)
            .split(separator: UInt8(ascii: "?"), omittingEmptySubsequences: false)
        guard parts.count == 3 else { return nil }
        // A language may follow the charset (RFC 2231 section 5).
        let charset = String(decoding: parts[0].prefix { $0 != UInt8(ascii: "*") }, as: UTF8.self).lowercased()
        let bytes: [UInt8]
        switch parts[1].first.map({ $0 | 0x20 }) {
        case UInt8(ascii: "b") where parts[1].count == 1: bytes = TransferDecoding.base64(parts[2])
        case UInt8(ascii: "q") where parts[1].count == 1: bytes = TransferDecoding.encodedWord(parts[2])
        default: return nil
        }
        return Charset.known(bytes, in: charset) == nil ? nil : Piece(bytes: bytes, charset: charset)
    }

    private static func withoutControls(_ text: String) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            scalars.append(scalar == "\t" ? " " : HeaderText.isControl(scalar) ? "\u{FFFD}" : scalar)
        }
        return String(scalars)
    }
}
