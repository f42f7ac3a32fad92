import FoundationEssentials

extension UUID {
    private static let hexDigits = [UInt8]("0123456789abcdef".utf8)

    /// The lower-case form of RFC 9562; Foundation's own goes through `printf` and upper case.
    var lowercaseString: String {
        withUnsafeBytes(of: uuid) { bytes in
            var text: [UInt8] = []
            for (index, byte) in bytes.enumerated() {
                if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
                text.append(Self.hexDigits[Int(byte >> 4)])
                text.append(Self.hexDigits[Int(byte & 0x0F)])
            }
            return String(decoding: text, as: UTF8.self)
        }
    }
}
