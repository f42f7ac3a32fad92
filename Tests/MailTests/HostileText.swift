import Fuzzing

/// Text that real people and real attackers write, for property tests.
enum HostileText {
    private static let harmless: [String] = [
        "a", "Z", "0", " ", "  ", ".", ",", ";", ":", "@", "<", ">", "(", ")", "[", "]", "\\", "\"", "'", "=", "?",
        "=?",
        "?=", "=?utf-8?B?", "=?utf-8?Q?a?=", "_", "%", "&", "#", "*", "!", "--", "From ", "O'Neil", "Zoë", "e\u{301}",
        "李小龍", "עברית", "العربية", "हिन्दी", "ไทย", "한국어", "🙂", "👨‍👩‍👧‍👦", "🏳️‍🌈", "🇩🇪", "👍🏽", "\u{200E}", "\u{200F}", "\u{61C}",
        "\u{200D}", "\u{FEFF}", "\u{FFFD}", "\u{A0}", "\u{3000}", "\u{10FFFF}", "\u{FFFE}", "\u{E000}", "ﬁ", "ß",
        "a\u{300}\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}\u{308}\u{309}\u{30A}\u{30B}\u{30C}\u{30D}\u{30E}",
    ]

    /// What a name or a subject must never hold.
    static let forbidden: [String] = [
        "\0", "\u{1}", "\t", "\n", "\r", "\r\n", "\r\nBcc: a@b.example", "\u{B}", "\u{C}", "\u{1B}", "\u{1F}", "\u{7F}",
        "\u{80}", "\u{85}", "\u{9F}", "\u{2028}", "\u{2029}", "\u{202A}", "\u{202B}", "\u{202C}", "\u{202D}",
        "\u{202E}",
    ]

    /// What a subject may hold but a name may not.
    static let isolates = ["\u{2066}", "\u{2067}", "\u{2068}", "\u{2069}"]

    /// Up to `limit` pieces, none of them forbidden.
    static func harmless(upTo limit: Int, using generator: inout SeededGenerator) -> String {
        var text = ""
        for _ in 0..<Int.random(in: 0...limit, using: &generator) {
            let piece = harmless.randomElement(using: &generator) ?? ""
            text += Int.random(in: 0..<8, using: &generator) == 0 ? anyScalar(using: &generator) : piece
        }
        return text
    }

    /// Harmless text with one of `pieces` somewhere in it.
    static func text(holding pieces: [String], using generator: inout SeededGenerator) -> String {
        let piece = pieces.randomElement(using: &generator) ?? ""
        return harmless(upTo: 8, using: &generator) + "x" + piece + "x" + harmless(upTo: 8, using: &generator)
    }

    private static func anyScalar(using generator: inout SeededGenerator) -> String {
        while true {
            let value = UInt32.random(in: 0xA0...0x10FFFF, using: &generator)
            let isDirection = (0x2028...0x202E).contains(value) || (0x2066...0x2069).contains(value)
            if let scalar = Unicode.Scalar(value), !isDirection { return String(scalar) }
        }
    }
}
