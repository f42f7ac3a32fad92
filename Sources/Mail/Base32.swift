/// Base32 of RFC 4648 section 6 in lower case, without padding.
enum Base32 {
    private static let alphabet = [UInt8]("abcdefghijklmnopqrstuvwxyz234567".utf8)

    /// The first `count` characters for `bytes`, five bits each; fewer when `bytes` run out.
    static func prefix(_ count: Int, of bytes: [UInt8]) -> [UInt8] {
        var output: [UInt8] = []
        var bits = 0
        var available = 0
        for byte in bytes {
            bits = (bits << 8 | Int(byte)) & 0xFFFF
            available += 8
            while available >= 5 && output.count < count {
                available -= 5
                output.append(alphabet[bits >> available & 31])
            }
        }
        return output
    }
}
