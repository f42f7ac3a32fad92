public import FoundationEssentials
public import Signing

/// Mints the tokens of one key, one site and one environment.
///
/// The same claims always give the same token, so a letter that is sent again is the same letter. Any number of threads
/// may use one signer at once.
public struct LinkSigner: Sendable {
    /// The id of the key that signs; verifiers look it up in their key ring.
    public let keyID: KeyID
    /// The host of the site that links lead to.
    public let audience: String
    /// The environment that verifiers must be of.
    public let environment: LinkEnvironment

    private let key: PrivateKey
    private let footer: [UInt8]

    /// A signer; throws `invalidAudience`.
    public init(
        key: PrivateKey, keyID: KeyID, audience: String, environment: LinkEnvironment
    ) throws(LinkError) {
        self.key = key
        self.keyID = keyID
        self.audience = try Audience.checked(audience)
        self.environment = environment
        footer = Footer.bytes(keyID)
    }

    /// The public half of the key that signs.
    public var publicKey: PublicKey { key.publicKey }

    /// The token of a link to this signer's audience, instants rounded down to the second.
    ///
    /// Throws `invalidClaims` as `LinkClaims` does, and `signingFailed` where libcrypto runs out of memory.
    public func token(
        purpose: LinkPurpose, subject: UUID, jti: UUID, generation: Int, issuedAt: Date, expiresAt: Date
    ) throws(LinkError) -> String {
        try token(
            for: LinkClaims(
                audience: audience, subject: subject, jti: jti, purpose: purpose, generation: generation,
                issuedAt: issuedAt, expiresAt: expiresAt))
    }

    /// The token of some claims; throws `invalidAudience` for claims of another audience, and `signingFailed`.
    public func token(for claims: LinkClaims) throws(LinkError) -> String {
        guard claims.audience == audience else {
            throw LinkError(.invalidAudience, "The claims name another audience than the signer's, \(audience).")
        }
        guard let payload = Payload.bytes(claims) else {
            throw LinkError(.invalidClaims, "The claims hold an instant outside the years 0001 to 9999.")
        }
        do {
            let assertion = environment.assertion(for: claims.purpose)
            return try PublicToken(signing: payload, footer: footer, assertion: assertion, with: key).text
        } catch {
            throw LinkError(.signingFailed, "The link was not signed: \(error)")
        }
    }
}
