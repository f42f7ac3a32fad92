/// The character references of HTML, such as `&amp;` and `&#8204;` (the HTML standard, section 13.2.5.72).
enum HTMLReferences {
    /// The names that letters use; any other stays as it is written.
    private static let named: [String: Unicode.Scalar] = [
        "amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'", "nbsp": "\u{A0}", "shy": "\u{AD}",
        "zwnj": "\u{200C}", "zwj": "\u{200D}", "lrm": "\u{200E}", "rlm": "\u{200F}", "ndash": "–", "mdash": "—",
        "lsquo": "‘", "rsquo": "’", "ldquo": "“", "rdquo": "”", "laquo": "«", "raquo": "»", "hellip": "…",
        "middot": "·", "bull": "•", "copy": "©", "reg": "®", "times": "×", "larr": "←", "rarr": "→",
    ]

    private static let longest = 10

    /// The text with its references read; those without a semicolon stay, because addresses hold such.
    static func decoded(_ bytes: ArraySlice<UInt8>) -> String {
        guard bytes.contains(UInt8(ascii: "&")) else { return String(decoding: bytes, as: UTF8.self) }
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.popFirst() {
            let name = rest.prefix(longest).prefix { ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "#") }
            if byte == UInt8(ascii: "&"), rest.dropFirst(name.count).first == UInt8(ascii: ";"),
                let scalar = scalar(String(decoding: name, as: UTF8.self))
            {
                output.append(contentsOf: String(scalar).utf8)
                rest = rest.dropFirst(name.count + 1)
            } else {
                output.append(byte)
            }
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func scalar(_ name: String) -> Unicode.Scalar? {
        guard name.hasPrefix("#") else { return named[name] }
        let isHexadecimal = name.hasPrefix("#x") || name.hasPrefix("#X")
        let number = isHexadecimal ? UInt32(name.dropFirst(2), radix: 16) : UInt32(name.dropFirst())
        guard let number else { return nil }
        return number == 0 ? "\u{FFFD}" : Unicode.Scalar(number) ?? "\u{FFFD}"
    }
}
