/// Finds the few octets that matter in a long run of text, eight at a time.
enum ByteScan {
    private static let highBits: UInt64 = 0x8080_8080_8080_8080
    private static let spaces: UInt64 = 0x2020_2020_2020_2020

    /// The index of the next octet below 0x20, or from 0x80 up when `eightBit` is set; the count when there is none.
    @inline(__always)
    static func next(in bytes: UnsafeRawBufferPointer, from start: Int, eightBit: Bool) -> Int {
        var index = start
        while index + 8 <= bytes.count {
            let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self))
            // Borrows travel upwards only, so the lowest flag is exact and the lowest is all that is used.
            var flags = (word &- spaces) & ~word & highBits
            if eightBit { flags |= word & highBits }
            if flags != 0 { return index + flags.trailingZeroBitCount / 8 }
            index += 8
        }
        while index < bytes.count {
            if bytes[index] < 0x20 || (eightBit && bytes[index] >= 0x80) { return index }
            index += 1
        }
        return index
    }
}
