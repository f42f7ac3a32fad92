/// base64url without padding (RFC 4648 section 5), with exactly one spelling for every byte string.
public enum Base64URL {
    /// The text of some bytes; ASCII letters, digits, `-` and `_` only.
    public static func encode(_ bytes: [UInt8]) -> String {
        String(unsafeUninitializedCapacity: (bytes.count * 4 + 2) / 3) { text in
            bytes.withUnsafeBufferPointer { write($0, into: text) }
        }
    }

    /// The bytes of a text, or nil unless the text is what `encode` would write for them.
    ///
    /// Refused: padding, whitespace, the standard alphabet's `+` and `/`, a length of 4n + 1, and bits that are not
    /// zero after the last byte. A lax decoder gives one token many spellings (RFC 4648 section 3.5).
    public static func decode(_ text: some StringProtocol) -> [UInt8]? {
        decode(Array(text.utf8))
    }

    /// The same for text that is already bytes.
    public static func decode(_ text: [UInt8]) -> [UInt8]? {
        guard text.count % 4 != 1 else { return nil }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count * 3 / 4)
        var pending: UInt32 = 0
        var bits = 0
        for character in text {
            let value = values[Int(character)]
            guard value < 64 else { return nil }
            pending = pending << 6 | UInt32(value)
            bits += 6
            if bits >= 8 {
                bits -= 8
                bytes.append(UInt8(truncatingIfNeeded: pending >> UInt32(bits)))
            }
        }
        let leftover = pending & (1 << UInt32(bits) - 1)
        return leftover == 0 ? bytes : nil
    }

    private static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    /// The value of every possible byte; 255 where it is not in the alphabet.
    private static let values: [UInt8] = {
        var values = [UInt8](repeating: 255, count: 256)
        for (value, character) in alphabet.enumerated() {
            values[Int(character)] = UInt8(value)
        }
        return values
    }()

    private static func write(
        _ bytes: UnsafeBufferPointer<UInt8>, into text: UnsafeMutableBufferPointer<UInt8>
    ) -> Int {
        var written = 0
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits: UInt32 = 0
            for byte in group {
                bits = bits << 8 | UInt32(byte)
            }
            bits <<= UInt32(8 * (3 - group.count))
            for position in 0...group.count {
                text[written] = alphabet[Int(bits >> UInt32(18 - 6 * position) & 63)]
                written += 1
            }
        }
        return written
    }
}
