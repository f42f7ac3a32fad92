/// Base64 of RFC 4648 section 4, and its MIME form in lines of 76 (RFC 2045 section 6.8).
enum Base64 {
    /// Octets of input in one full line of output.
    private static let lineInput = 57
    private static let lineOutput = 76

    private static let alphabet = [UInt8]("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Two output characters for each 12 bits of input, in memory order: half the steps of a table of 64.
    private static let pairs: [UInt16] = (0..<4096).map { bits in
        UInt16(littleEndian: UInt16(alphabet[bits >> 6]) | UInt16(alphabet[bits & 63]) << 8)
    }

    /// One unbroken run of characters, padded.
    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var output = [UInt8](repeating: 0, count: (bytes.count + 2) / 3 * 4)
        output.withUnsafeMutableBytes { target in
            bytes.withUnsafeBytes { source in
                _ = encode(source, into: target, at: 0)
            }
        }
        return output
    }

    /// Appends lines of 76 characters with CRLF between them and none after the last.
    static func appendLines(of bytes: [UInt8], to output: inout [UInt8]) {
        if bytes.isEmpty { return }
        let start = output.count
        let lineEndings = (bytes.count - 1) / lineInput * 2
        output.append(contentsOf: repeatElement(0, count: (bytes.count + 2) / 3 * 4 + lineEndings))
        output.withUnsafeMutableBytes { target in
            bytes.withUnsafeBytes { source in
                var position = start
                var offset = 0
                while source.count - offset > lineInput {
                    let line = UnsafeRawBufferPointer(rebasing: source[offset..<offset + lineInput])
                    position = encode(line, into: target, at: position)
                    target[position] = ASCII.carriageReturn
                    target[position + 1] = ASCII.lineFeed
                    position += 2
                    offset += lineInput
                }
                _ = encode(UnsafeRawBufferPointer(rebasing: source[offset...]), into: target, at: position)
            }
        }
    }

    /// Writes the characters for `source` at `start` and returns the position behind them.
    @inline(__always)
    private static func encode(
        _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, at start: Int
    ) -> Int {
        pairs.withUnsafeBufferPointer { pairs in
            var position = start
            var offset = 0
            while offset + 8 <= source.count {
                let bits = UInt64(bigEndian: source.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                target.storeBytes(of: eight(bits, pairs), toByteOffset: position, as: UInt64.self)
                position += 8
                offset += 6
            }
            while offset + 3 <= source.count {
                let bits = Int(source[offset]) << 16 | Int(source[offset + 1]) << 8 | Int(source[offset + 2])
                target.storeBytes(of: pairs[bits >> 12], toByteOffset: position, as: UInt16.self)
                target.storeBytes(of: pairs[bits & 0xFFF], toByteOffset: position + 2, as: UInt16.self)
                position += 4
                offset += 3
            }
            return encodeRest(source, from: offset, into: target, at: position)
        }
    }

    /// The eight characters for the upper 48 of `bits`, in memory order.
    @inline(__always)
    private static func eight(_ bits: UInt64, _ pairs: UnsafeBufferPointer<UInt16>) -> UInt64 {
        let first = UInt64(UInt16(littleEndian: pairs[Int(bits >> 52)]))
        let second = UInt64(UInt16(littleEndian: pairs[Int(bits >> 40 & 0xFFF)]))
        let third = UInt64(UInt16(littleEndian: pairs[Int(bits >> 28 & 0xFFF)]))
        let fourth = UInt64(UInt16(littleEndian: pairs[Int(bits >> 16 & 0xFFF)]))
        return UInt64(littleEndian: first | second << 16 | third << 32 | fourth << 48)
    }

    /// Writes the last one or two octets with their padding.
    private static func encodeRest(
        _ source: UnsafeRawBufferPointer, from offset: Int, into target: UnsafeMutableRawBufferPointer, at start: Int
    ) -> Int {
        let rest = source.count - offset
        if rest == 0 { return start }
        let bits = Int(source[offset]) << 16 | (rest == 2 ? Int(source[offset + 1]) << 8 : 0)
        target[start] = alphabet[bits >> 18]
        target[start + 1] = alphabet[bits >> 12 & 63]
        target[start + 2] = rest == 2 ? alphabet[bits >> 6 & 63] : ASCII.equals
        target[start + 3] = ASCII.equals
        return start + 4
    }
}
