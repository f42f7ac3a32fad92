/// Quoted-printable of RFC 2045 section 6.7, in lines of at most 76.
///
/// A line never starts with a dot or with `From `, which careless hops treat as their own.
struct QuotedPrintable {
    /// One less than 76, so that a soft line break always fits.
    private static let lineLimit = 75

    private var output: [UInt8] = []
    private var column = 0

    /// Encodes text in canonical form: a CRLF pair stays a line break, a CR or LF alone is escaped.
    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var encoder = QuotedPrintable()
        encoder.output.reserveCapacity(bytes.count + bytes.count / 8)
        var index = 0
        while index < bytes.count {
            if isLineEnding(bytes, at: index) {
                encoder.output.append(contentsOf: ASCII.lineEnding)
                encoder.column = 0
                index += 2
            } else {
                encoder.append(bytes, at: index)
                index += 1
            }
        }
        return encoder.output
    }

    private mutating func append(_ bytes: [UInt8], at index: Int) {
        var isEscaped = Self.mustEscape(bytes, at: index)
        if column + (isEscaped ? 3 : 1) > Self.lineLimit { breakSoftly() }
        isEscaped = isEscaped || (column == 0 && Self.isRiskyLineStart(bytes[index...]))
        if isEscaped {
            ASCII.appendEscape(ASCII.equals, bytes[index], to: &output)
        } else {
            output.append(bytes[index])
        }
        column += isEscaped ? 3 : 1
    }

    private mutating func breakSoftly() {
        output.append(ASCII.equals)
        output.append(contentsOf: ASCII.lineEnding)
        column = 0
    }

    private static func isLineEnding(_ bytes: [UInt8], at index: Int) -> Bool {
        bytes[index] == ASCII.carriageReturn && index + 1 < bytes.count && bytes[index + 1] == ASCII.lineFeed
    }

    private static func mustEscape(_ bytes: [UInt8], at index: Int) -> Bool {
        let byte = bytes[index]
        if byte == ASCII.space || byte == ASCII.tab {
            return index + 1 == bytes.count || isLineEnding(bytes, at: index + 1)
        }
        return byte == ASCII.equals || !ASCII.isPrintable(byte)
    }

    private static func isRiskyLineStart(_ rest: ArraySlice<UInt8>) -> Bool {
        rest.first == UInt8(ascii: ".") || rest.starts(with: "From ".utf8)
    }
}
