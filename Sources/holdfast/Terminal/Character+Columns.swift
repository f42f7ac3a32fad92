extension Character {
    /// How many columns a terminal gives it: 0, 1 or 2.
    ///
    /// Wide are the characters that Unicode's annex 11 calls wide or fullwidth, and those shown as emoji; a terminal's
    /// own tables differ in rare ones.
    var columns: Int {
        guard let first = unicodeScalars.first else { return 0 }
        if first.value < 0x300 { return 1 }
        if unicodeScalars.contains(where: { $0.isWide || $0.value == 0xFE0F }) { return 2 }
        return switch first.properties.generalCategory {
        case .nonspacingMark, .enclosingMark, .format: 0
        default: 1
        }
    }

    /// Itself, or what stands for it where it would steer the terminal instead of being shown.
    var shownSafely: Character {
        if isNewline || self == "\t" { return " " }
        let steers = unicodeScalars.contains { scalar in
            scalar.properties.generalCategory == .control || scalar.changesDirection
        }
        return steers ? "\u{FFFD}" : self
    }
}

extension Unicode.Scalar {
    /// The embeddings, overrides and isolates of Unicode's annex 9, and its marks.
    fileprivate var changesDirection: Bool {
        switch value {
        case 0x061C, 0x200E...0x200F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    fileprivate var isWide: Bool {
        switch value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
            0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F1E6...0x1F1FF, 0x20000...0x3FFFD:
            true
        default: properties.isEmojiPresentation
        }
    }
}
