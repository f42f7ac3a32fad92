public import FoundationEssentials
import Signing

/// Decides whether a booking link is genuine, without a secret and without a database.
///
/// Make one at start from the published keys, and let each route verify with the purpose it serves:
///
/// ```swift
/// import BookingLinks
///
/// let verifier = try LinkVerifier(
///     keys: KeyRing(json: publishedKeys), audience: "book.example.org", environment: LinkEnvironment("prod"))
///
/// // GET /l/rsv/<token>: show a page, change nothing.
/// do {
///     let link = try verifier.verify(token, for: .rsv, at: Date())
///     // Look up link.jti; redeem it in your own transaction, on a POST that a person caused.
/// } catch .expired(_, let jti) {
///     // Offer to mail a new link to the address on file for this jti.
/// } catch {
///     // The same "not found" page for everything that is not error.isAuthentic.
/// }
/// ```
///
/// A verified link is genuine and in time, not unused: single use, revocation and the subject's state live in the
/// database. Key rate limits and caches by `jti`, never by the token's text.
///
/// Any number of threads may use one verifier. When the published keys change, make a new one.
public struct LinkVerifier: Sendable {
    /// How far ahead of the verifier's clock a link may claim to have been issued, in seconds.
    public static let issueTolerance: TimeInterval = 60
    /// The most characters a token may have.
    public static let maximumTokenLength = 1024

    private let keys: KeyRing
    private let audience: String
    private let environment: LinkEnvironment

    /// A verifier for one site; throws `invalidAudience` where the audience is not a lower-case host.
    public init(keys: KeyRing, audience: String, environment: LinkEnvironment) throws(LinkError) {
        self.keys = keys
        self.audience = try Audience.checked(audience)
        self.environment = environment
    }

    /// The claims of a genuine link, or the first reason against it.
    ///
    /// The purpose is the one the route serves, never one read from the token or the path. `now` should be the
    /// database's clock, which also wrote the instants in the link.
    public func verify(
        _ token: String, for purpose: LinkPurpose, at now: Date
    ) throws(LinkRefusal) -> LinkClaims {
        guard token.utf8.count <= Self.maximumTokenLength, let parts = PublicToken(token), !parts.payload.isEmpty,
            let keyID = Footer.parse(parts.footer)
        else { throw .malformed }
        guard let key = keys.publicKey(for: keyID, at: now) else { throw .unknownKey }
        guard parts.isSigned(by: key, assertion: environment.assertion(for: purpose)) else { throw .badSignature }
        guard let claims = Payload.parse(parts.payload) else { throw .invalidClaims }
        try check(claims, for: purpose, at: now)
        return claims
    }

    private func check(_ claims: LinkClaims, for purpose: LinkPurpose, at now: Date) throws(LinkRefusal) {
        guard claims.audience == audience else { throw .wrongAudience }
        guard claims.expiresAt > now else { throw .expired(at: claims.expiresAt, jti: claims.jti) }
        guard claims.issuedAt <= now.addingTimeInterval(Self.issueTolerance) else { throw .notYetValid }
        guard claims.purpose == purpose else { throw .wrongPurpose }
    }
}
