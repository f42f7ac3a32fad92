/// The octets that the mail grammars name.
enum ASCII {
    static let lineFeed: UInt8 = 0x0A
    static let carriageReturn: UInt8 = 0x0D
    static let tab: UInt8 = 0x09
    static let space: UInt8 = 0x20
    static let quote: UInt8 = 0x22
    static let backslash: UInt8 = 0x5C
    static let delete: UInt8 = 0x7F
    static let equals: UInt8 = 0x3D
    static let lineEnding: [UInt8] = [carriageReturn, lineFeed]

    private static let upperHexDigits = [UInt8]("0123456789ABCDEF".utf8)

    /// `%x21-7E` (RFC 5234 VCHAR) or a space.
    static func isPrintable(_ byte: UInt8) -> Bool { byte >= space && byte < delete }

    /// A space or a tab (RFC 5234 WSP).
    static func isBlank(_ byte: UInt8) -> Bool { byte == space || byte == tab }

    static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

    static func isAlphanumeric(_ byte: UInt8) -> Bool {
        isDigit(byte) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A)
    }

    /// `atext` of RFC 5322 section 3.2.3.
    static func isAtomText(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "#"), UInt8(ascii: "$"), UInt8(ascii: "%"), UInt8(ascii: "&"),
            UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "/"),
            UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "^"), UInt8(ascii: "_"), UInt8(ascii: "`"),
            UInt8(ascii: "{"), UInt8(ascii: "|"), UInt8(ascii: "}"), UInt8(ascii: "~"):
            true
        default: isAlphanumeric(byte)
        }
    }

    /// `token` of RFC 2045 section 5.1, less the three characters that RFC 2231 gives a meaning (`*`, `'` and `%`).
    static func isTokenText(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "*"), UInt8(ascii: "'"),
            UInt8(ascii: "%"):
            false
        case UInt8(ascii: "."): true
        default: isAtomText(byte)
        }
    }

    /// Appends `introducer` and the two upper-case hexadecimal digits of `byte`, as in `=C3` or `%C3`.
    static func appendEscape(_ introducer: UInt8, _ byte: UInt8, to bytes: inout [UInt8]) {
        bytes.append(introducer)
        bytes.append(upperHexDigits[Int(byte >> 4)])
        bytes.append(upperHexDigits[Int(byte & 0x0F)])
    }

    /// Wraps `text` in quotation marks and escapes what a quoted-string must escape (RFC 5322 section 3.2.4).
    static func quotedString(_ text: some Sequence<UInt8>) -> [UInt8] {
        var quoted = [quote]
        for byte in text {
            if byte == quote || byte == backslash { quoted.append(backslash) }
            quoted.append(byte)
        }
        quoted.append(quote)
        return quoted
    }
}
