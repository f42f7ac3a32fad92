/// Writes one header field token by token, folding before a token that would make the line too long.
///
/// A line is folded only between tokens, where the grammar has a space anyway, and never right after the field name,
/// so no line consists of white space alone (RFC 5322 section 2.2.3).
struct FieldWriter {
    /// The length a line should not pass (RFC 5322 section 2.1.1).
    static let lineLimit = 78

    /// The length of a line that holds an encoded word (RFC 2047 section 2).
    static let encodedLineLimit = 76

    /// The length no line may pass (RFC 5322 section 2.1.1).
    static let hardLineLimit = 998

    private var bytes: [UInt8]
    private var column: Int
    private var hasToken = false
    private var limit: Int

    init(name: String, lineLimit: Int = Self.lineLimit) {
        bytes = Array(name.utf8)
        bytes.append(UInt8(ascii: ":"))
        column = bytes.count
        limit = lineLimit
    }

    mutating func append(_ token: some Collection<UInt8>) {
        if hasToken && column + 1 + token.count > limit {
            bytes.append(contentsOf: ASCII.lineEnding)
            column = 0
        }
        bytes.append(ASCII.space)
        bytes.append(contentsOf: token)
        column += 1 + token.count
        hasToken = true
    }

    /// The whole field with its final CRLF.
    consuming func finished() -> [UInt8] {
        bytes.append(contentsOf: ASCII.lineEnding)
        return bytes
    }
}
