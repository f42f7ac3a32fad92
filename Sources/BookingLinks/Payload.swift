import FoundationEssentials
import Signing

/// The one JSON spelling of claims: the seven keys, sorted, without a space.
///
/// Reading accepts that spelling alone. So there are no duplicate or unknown keys to have an opinion about, no numbers
/// with fractions and no escapes, and what was read is what any other parser reads.
enum Payload {
    /// The bytes to sign; nil for instants that have no text, which `LinkClaims` does not let through.
    static func bytes(_ claims: LinkClaims) -> [UInt8]? {
        guard let expires = Instant.text(claims.expiresAt), let issued = Instant.text(claims.issuedAt) else {
            return nil
        }
        let json = """
            {"aud":"\(claims.audience)","exp":"\(expires)","gen":\(claims.generation),"iat":"\(issued)",\
            "jti":"\(Base64URL.encode(claims.jti.bytes))","pur":"\(claims.purpose.rawValue)",\
            "sub":"\(Base64URL.encode(claims.subject.bytes))"}
            """
        return Array(json.utf8)
    }

    /// The claims of a payload, or nil unless `bytes` would write that very payload for them.
    static func parse(_ payload: [UInt8]) -> LinkClaims? {
        var scanner = Scanner(payload)
        guard scanner.skip(#"{"aud":""#), let audience = scanner.string(),
            scanner.skip(#","exp":""#), let expires = scanner.string(),
            scanner.skip(#","gen":"#), let generation = scanner.integer(),
            scanner.skip(#","iat":""#), let issued = scanner.string(),
            scanner.skip(#","jti":""#), let jti = scanner.string(),
            scanner.skip(#","pur":""#), let purpose = scanner.string(),
            scanner.skip(#","sub":""#), let subject = scanner.string(),
            scanner.skip("}"), scanner.isAtEnd
        else { return nil }
        guard let expiresAt = Instant.parse(expires), let issuedAt = Instant.parse(issued),
            let jti = UUID(base64URL: jti), let subject = UUID(base64URL: subject),
            let purpose = LinkPurpose(rawValue: String(decoding: purpose, as: UTF8.self))
        else { return nil }
        return try? LinkClaims(
            audience: String(decoding: audience, as: UTF8.self), subject: subject, jti: jti, purpose: purpose,
            generation: generation, issuedAt: issuedAt, expiresAt: expiresAt)
    }
}

extension UUID {
    /// The 16 bytes of the id.
    var bytes: [UInt8] {
        withUnsafeBytes(of: uuid) { Array($0) }
    }

    /// An id from the 22 characters that tokens use; nil for anything else.
    init?(base64URL text: ArraySlice<UInt8>) {
        guard let bytes = Base64URL.decode(Array(text)), bytes.count == 16 else { return nil }
        self.init(uuid: bytes.withUnsafeBytes { $0.loadUnaligned(as: uuid_t.self) })
    }
}
