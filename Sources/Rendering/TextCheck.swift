/// What a value may hold, judged byte by byte because it is done for every value of every letter.
enum TextCheck {
    /// Returns nil when the text may stay as it is, else the text without its bidirectional controls.
    ///
    /// - Throws: `RenderingError.controlCharacter` for C0, C1, DEL and the line and paragraph separators.
    static func harmless(_ text: String, name: String) throws(RenderingError) -> String? {
        var holdsDirectionControl = false
        var previous: UInt8 = 0
        var beforePrevious: UInt8 = 0
        for byte in text.utf8 {
            if byte < 0x20 || byte == 0x7F || (previous == 0xC2 && byte < 0xA0) { throw .controlCharacter(name: name) }
            if beforePrevious == 0xE2 {
                if previous == 0x80, byte == 0xA8 || byte == 0xA9 { throw .controlCharacter(name: name) }
                if isDirectionControl(previous, byte) { holdsDirectionControl = true }
            }
            (beforePrevious, previous) = (previous, byte)
        }
        guard holdsDirectionControl else { return nil }
        var scalars = text.unicodeScalars
        scalars.removeAll { isDirectionControl($0) }
        return String(scalars)
    }

    /// Whether the text is an absolute address that is safe inside an attribute and alone on a line.
    static func isAddress(_ text: String) -> Bool {
        let schemes = ["https://", "http://", "mailto:"]
        guard schemes.contains(where: { text.utf8.count > $0.utf8.count && text.hasPrefix($0) }) else { return false }
        return text.utf8.allSatisfy { byte in
            // RFC 3986 2: the other ASCII characters never stand for themselves in a URI, and some of them end an
            // attribute or a link somewhere; so does the apostrophe, which a URI may write as %27.
            switch byte {
            case 0x21, 0x23...0x26, 0x28...0x3B, 0x3D, 0x3F...0x5B, 0x5D, 0x5F, 0x61...0x7A, 0x7E: true
            default: false
            }
        }
    }

    /// The second and third byte of U+202A–202E and U+2066–2069, whose first is E2.
    private static func isDirectionControl(_ second: UInt8, _ third: UInt8) -> Bool {
        (second == 0x80 && (0xAA...0xAE).contains(third)) || (second == 0x81 && (0xA6...0xA9).contains(third))
    }

    private static func isDirectionControl(_ scalar: Unicode.Scalar) -> Bool {
        (0x202A...0x202E).contains(scalar.value) || (0x2066...0x2069).contains(scalar.value)
    }
}
