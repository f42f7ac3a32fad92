package import BookingLinks
package import Signing

/// The key that signs the links of previews.
///
/// Its seed stands below for everybody to read, so it proves nothing: it lets a preview show links as long and as whole
/// as real ones. Installations refuse it three times: no settings take its environment, no key list its public half,
/// and no worker signs with it.
package enum PreviewKey {
    /// The id that the links name.
    package static let name = "preview"
    /// The environment that is part of what is signed; no installation may be called so.
    package static let environment = "preview"

    /// The public half; throws only where libcrypto fails.
    package static func publicKey() throws -> PublicKey { try key().publicKey }

    /// A signer of links that lead to this site.
    ///
    /// - Throws: `LinkError` for a site whose host cannot be an audience, `SigningError` where libcrypto fails.
    package static func signer(base: LinkBase) throws -> LinkSigner {
        try LinkSigner(
            key: key(), keyID: KeyID(name), audience: base.audience, environment: LinkEnvironment(environment))
    }

    /// A verifier that takes the links of previews and no others.
    ///
    /// - Throws: as `signer(base:)`.
    package static func verifier(base: LinkBase) throws -> LinkVerifier {
        try LinkVerifier(
            keys: KeyRing([KeyRing.Entry(keyID: KeyID(name), publicKey: publicKey())]), audience: base.audience,
            environment: LinkEnvironment(environment))
    }

    static func key() throws -> PrivateKey {
        try PrivateKey(seed: SHA256.digest(Array("Holdfast's preview key, known to everybody".utf8)))
    }
}
