import BookingLinks
import Foundation
import Signing
import Testing

/// One key, one site, one environment and one link, fixed so that every run sees the same token.
struct Fixture: Sendable {
    let key: PrivateKey
    let keyID: KeyID
    let environment: LinkEnvironment
    let signer: LinkSigner
    let verifier: LinkVerifier
    let audience = "book.example.org"
    let subject = UUID(uuidString: "00112233-4455-6677-8899-AABBCCDDEEFF")
    let jti = UUID(uuidString: "0F0E0D0C-0B0A-0908-0706-050403020100")
    /// 2026-03-01T17:00:00Z.
    let issuedAt = Date(timeIntervalSince1970: 1_772_384_400)
    /// 2026-03-04T17:00:00Z.
    let expiresAt = Date(timeIntervalSince1970: 1_772_643_600)

    init(environment: String = "prod") throws {
        key = try PrivateKey(seed: Array(0..<32))
        keyID = try KeyID("2026-03a")
        self.environment = try LinkEnvironment(environment)
        signer = try LinkSigner(key: key, keyID: keyID, audience: audience, environment: self.environment)
        verifier = try LinkVerifier(
            keys: KeyRing([KeyRing.Entry(keyID: keyID, publicKey: key.publicKey)]), audience: audience,
            environment: self.environment)
    }

    func claims(
        purpose: LinkPurpose = .rsv, generation: Int = 1, audience: String? = nil
    ) throws -> LinkClaims {
        try LinkClaims(
            audience: audience ?? self.audience, subject: #require(subject), jti: #require(jti), purpose: purpose,
            generation: generation, issuedAt: issuedAt, expiresAt: expiresAt)
    }

    func token(purpose: LinkPurpose = .rsv) throws -> String {
        try signer.token(for: claims(purpose: purpose))
    }

    /// A token of ours over any payload and footer at all.
    func token(
        payload: String, footer: String = #"{"kid":"2026-03a"}"#, assertion: String = "bl1.prod.rsv"
    ) throws -> String {
        try PublicToken(
            signing: Array(payload.utf8), footer: Array(footer.utf8), assertion: Array(assertion.utf8), with: key
        ).text
    }

    /// Why the token is refused for a purpose, or nil when it is accepted.
    func refusal(_ token: String, for purpose: LinkPurpose = .rsv, at now: Date? = nil) -> LinkRefusal? {
        verifier.refusal(token, for: purpose, at: now ?? issuedAt)
    }
}

extension LinkVerifier {
    func refusal(_ token: String, for purpose: LinkPurpose, at now: Date) -> LinkRefusal? {
        do throws(LinkRefusal) {
            _ = try verify(token, for: purpose, at: now)
            return nil
        } catch {
            return error
        }
    }
}

/// The code of the `LinkError` that `body` throws; records an issue when it throws none.
func linkErrorCode(_ body: () throws -> Void) -> LinkError.Code? {
    #expect(throws: LinkError.self) { try body() }?.code
}

/// A file beside these tests.
func fileBesideTests(_ path: String) -> URL {
    URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent(path)
}
