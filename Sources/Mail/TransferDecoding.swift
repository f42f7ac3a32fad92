/// Undoes the encodings that parts and values travel in, passing over what is wrong with them.
enum TransferDecoding {
    /// Base64 (RFC 2045 section 6.8): characters of no meaning are ignored, a cut end is decoded as far as it goes.
    static func base64(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count / 4 * 3)
        var bits: UInt32 = 0
        var count = 0
        for byte in bytes {
            guard let value = value(ofBase64: byte) else {
                if byte == ASCII.equals { break }
                continue
            }
            bits = bits << 6 | value
            count += 1
            if count == 4 {
                output.append(UInt8(truncatingIfNeeded: bits >> 16))
                output.append(UInt8(truncatingIfNeeded: bits >> 8))
                output.append(UInt8(truncatingIfNeeded: bits))
                (bits, count) = (0, 0)
            }
        }
        if count >= 2 { output.append(UInt8(truncatingIfNeeded: bits >> (count == 2 ? 4 : 10))) }
        if count == 3 { output.append(UInt8(truncatingIfNeeded: bits >> 2)) }
        return output
    }

    private static func value(ofBase64 byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(byte - UInt8(ascii: "A"))
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(byte - UInt8(ascii: "a")) + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte - UInt8(ascii: "0")) + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }

    /// Quoted-printable (RFC 2045 section 6.7); line endings, and what is no escape, stay as they are.
    static func quotedPrintable(_ bytes: ArraySlice<UInt8>) -> [UInt8] {
        escaped(bytes, by: ASCII.equals, softBreaks: true)
    }

    /// The xtext of envelope identifiers (RFC 3461 section 4).
    static func xtext(_ text: String) -> String {
        String(decoding: escaped(Array(text.utf8)[...], by: UInt8(ascii: "+"), softBreaks: false), as: UTF8.self)
    }

    /// The percent-encoding of parameters (RFC 2231 section 4).
    static func percent(_ text: some StringProtocol) -> [UInt8] {
        escaped(Array(text.utf8)[...], by: UInt8(ascii: "%"), softBreaks: false)
    }

    /// The Q encoding of encoded words (RFC 2047 section 4.2).
    static func encodedWord(_ text: ArraySlice<UInt8>) -> [UInt8] {
        let spaced = text.map { $0 == UInt8(ascii: "_") ? ASCII.space : $0 }
        return escaped(spaced[...], by: ASCII.equals, softBreaks: false)
    }

    private static func escaped(_ bytes: ArraySlice<UInt8>, by introducer: UInt8, softBreaks: Bool) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(bytes.count)
        var rest = bytes
        while let byte = rest.popFirst() {
            let next = rest.prefix(2)
            if byte != introducer {
                output.append(byte)
            } else if softBreaks, next.first == ASCII.lineFeed || next.elementsEqual(ASCII.lineEnding) {
                rest = rest.dropFirst(next.first == ASCII.lineFeed ? 1 : 2)
            } else if next.count == 2, next.allSatisfy(isHex),
                let value = UInt8(String(decoding: next, as: UTF8.self), radix: 16)
            {
                output.append(value)
                rest = rest.dropFirst(2)
            } else {
                output.append(byte)
            }
        }
        return output
    }

    private static func isHex(_ byte: UInt8) -> Bool {
        ASCII.isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }
}
