/// The one spelling of a link's footer: `{"kid":"2026-03a"}`.
///
/// Its last character as base64url is always 9, Q or 0: mail programs leave a `-` or `_` at the end out of a link.
enum Footer {
    /// The most bytes a footer may have.
    static let maximumByteCount = 64

    static func bytes(_ keyID: KeyID) -> [UInt8] {
        Array(#"{"kid":"\#(keyID)"}"#.utf8)
    }

    /// The key id of a footer, which is untrusted until the signature has verified; nil for any other content.
    static func parse(_ footer: [UInt8]) -> KeyID? {
        guard footer.count <= maximumByteCount else { return nil }
        var scanner = Scanner(footer)
        guard scanner.skip(#"{"kid":""#), let text = scanner.string(), scanner.skip("}"), scanner.isAtEnd else {
            return nil
        }
        return try? KeyID(String(decoding: text, as: UTF8.self))
    }
}
