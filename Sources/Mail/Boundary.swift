import Signing

/// Boundaries that follow from the content they part, so that equal messages have equal octets.
///
/// `=_` and 24 characters of base32 (120 bits of SHA-256): neither base64 nor quoted-printable can produce `=_`
/// (RFC 2045 section 6.7 note), and equal length rules out one boundary being the start of another.
enum Boundary {
    private static let digestCharacters = 24

    /// The first candidate for `digest` that `occurs` does not find in the parts.
    static func derive(from digest: [UInt8], unless occurs: ([UInt8]) -> Bool) -> String {
        var digest = digest
        var candidate = spelled(digest)
        while occurs(candidate) {
            digest = SHA256.digest(digest)
            candidate = spelled(digest)
        }
        return String(decoding: candidate, as: UTF8.self)
    }

    /// Whether `boundary` stands anywhere in `content`.
    static func occurs(_ boundary: [UInt8], in content: [UInt8]) -> Bool {
        guard content.count >= boundary.count else { return false }
        return (0...content.count - boundary.count).contains { content[$0...].starts(with: boundary) }
    }

    private static func spelled(_ digest: [UInt8]) -> [UInt8] {
        Array("=_".utf8) + Base32.prefix(digestCharacters, of: digest)
    }
}
