/// The last look at octets that are about to be called mail: CRLF only, no NUL, no line over 998, seven bits.
enum WireFormat {
    /// The problem with `bytes`, or `nil`.
    ///
    /// With `eightBitHeader`, UTF-8 may stand before the first empty line (RFC 6532); the body is always seven bits.
    static func problem(with bytes: [UInt8], eightBitHeader: Bool = false) -> MailError.Problem? {
        bytes.withUnsafeBytes { buffer in
            var isHeader = eightBitHeader
            var lineStart = 0
            var index = ByteScan.next(in: buffer, from: 0, eightBit: true)
            while index < buffer.count {
                if buffer[index] == ASCII.carriageReturn {
                    guard index + 1 < buffer.count, buffer[index + 1] == ASCII.lineFeed else { return .bareLineEnding }
                    if index - lineStart > FieldWriter.hardLineLimit { return .lineTooLong }
                    if index == lineStart { isHeader = false }
                    lineStart = index + 2
                    index += 1
                } else if let problem = problem(with: buffer[index], isHeader: isHeader) {
                    return problem
                }
                index = ByteScan.next(in: buffer, from: index + 1, eightBit: true)
            }
            return buffer.count - lineStart > FieldWriter.hardLineLimit ? .lineTooLong : nil
        }
    }

    private static func problem(with byte: UInt8, isHeader: Bool) -> MailError.Problem? {
        switch byte {
        case ASCII.lineFeed: .bareLineEnding
        case ASCII.tab: nil
        case 0x80...: isHeader ? nil : .eightBit
        default: .controlCharacter
        }
    }
}
