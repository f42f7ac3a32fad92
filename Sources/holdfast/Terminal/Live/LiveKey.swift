/// A key that a live view obeys.
enum LiveKey: Sendable, Equatable {
    case quit, up, down, pageUp, pageDown, top, bottom

    /// The keys in what a terminal sent; everything else is passed over.
    ///
    /// Cursor keys come as CSI or SS3 sequences (ECMA-48, xterm's ctlseqs), by the mode that the terminal is in.
    static func read(_ bytes: [UInt8]) -> [LiveKey] {
        var keys: [LiveKey] = []
        var rest = bytes[...]
        while let first = rest.popFirst() {
            if first == 0x1B, rest.first == UInt8(ascii: "[") || rest.first == UInt8(ascii: "O") {
                let sequence = rest.dropFirst().prefix { !(0x40...0x7E).contains($0) }
                let end = rest.dropFirst(1 + sequence.count).first
                rest = rest.dropFirst(2 + sequence.count)
                if let end, let key = key(sequence: sequence, end) { keys.append(key) }
            } else if let key = key(first) {
                keys.append(key)
            }
        }
        return keys
    }

    private static func key(_ byte: UInt8) -> LiveKey? {
        switch byte {
        // Ctrl-C, and the end of the input.
        case UInt8(ascii: "q"), UInt8(ascii: "Q"), 3, 4: .quit
        case UInt8(ascii: "k"): .up
        case UInt8(ascii: "j"): .down
        case UInt8(ascii: "b"): .pageUp
        case UInt8(ascii: " "): .pageDown
        case UInt8(ascii: "g"): .top
        case UInt8(ascii: "G"): .bottom
        default: nil
        }
    }

    private static func key(sequence: ArraySlice<UInt8>, _ end: UInt8) -> LiveKey? {
        switch (end, String(decoding: sequence, as: UTF8.self)) {
        case (UInt8(ascii: "A"), _): .up
        case (UInt8(ascii: "B"), _): .down
        case (UInt8(ascii: "H"), _), (UInt8(ascii: "~"), "1"): .top
        case (UInt8(ascii: "F"), _), (UInt8(ascii: "~"), "4"): .bottom
        case (UInt8(ascii: "~"), "5"): .pageUp
        case (UInt8(ascii: "~"), "6"): .pageDown
        default: nil
        }
    }
}
