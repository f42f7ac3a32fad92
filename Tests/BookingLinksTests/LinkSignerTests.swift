import BookingLinks
import Foundation
import Signing
import Testing

@Suite("Signing links") struct LinkSignerTests {
    @Test("a token is these bytes for all time")
    func golden() throws {
        let fixture = try Fixture()
        let token = try fixture.token()
        #expect(
            token == """
                v4.public.eyJhdWQiOiJib29rLmV4YW1wbGUub3JnIiwiZXhwIjoiMjAyNi0wMy0wNFQxNzowMDowMFoiLCJnZW4iOjEsI\
                mlhdCI6IjIwMjYtMDMtMDFUMTc6MDA6MDBaIiwianRpIjoiRHc0TkRBc0tDUWdIQmdVRUF3SUJBQSIsInB1ciI6InJzdiIs\
                InN1YiI6IkFCRWlNMFJWWm5lSW1hcTd6TjN1X3cifdL16T-641WRLWrtEKDzul7WAOfMaJQKGaEBUXjQkom6RZfoXfIxaGK\
                QGX20Lnbe0m_H9zqFddtBvEEgxFpSWgQ.eyJraWQiOiIyMDI2LTAzYSJ9
                """)
        let parts = try #require(PublicToken(token))
        #expect(
            String(decoding: parts.payload, as: UTF8.self) == """
                {"aud":"book.example.org","exp":"2026-03-04T17:00:00Z","gen":1,"iat":"2026-03-01T17:00:00Z",\
                "jti":"Dw4NDAsKCQgHBgUEAwIBAA","pur":"rsv","sub":"ABEiM0RVZneImaq7zN3u_w"}
                """)
        #expect(String(decoding: parts.footer, as: UTF8.self) == #"{"kid":"2026-03a"}"#)
        #expect(token.utf8.count == 342)
    }

    @Test("what was signed is what verifies, for every purpose", arguments: LinkPurpose.allCases)
    func roundTrip(purpose: LinkPurpose) throws {
        let fixture = try Fixture()
        let claims = try fixture.claims(purpose: purpose, generation: 41)
        let token = try fixture.signer.token(for: claims)
        #expect(try fixture.verifier.verify(token, for: purpose, at: fixture.issuedAt) == claims)
        #expect(try fixture.signer.token(for: claims) == token)
    }

    @Test("instants are rounded down to the second")
    func wholeSeconds() throws {
        let fixture = try Fixture()
        let token = try fixture.signer.token(
            purpose: .rsv, subject: #require(fixture.subject), jti: #require(fixture.jti), generation: 1,
            issuedAt: fixture.issuedAt.addingTimeInterval(0.999), expiresAt: fixture.expiresAt.addingTimeInterval(0.5))
        #expect(try token == fixture.token())
    }

    @Test("the last character survives programs that leave a dash or an underscore out of a link")
    func lastCharacter() throws {
        let fixture = try Fixture()
        var seen: Set<Character> = []
        for length in 1...16 {
            for filling in ["-", "Z", "9"] {
                let signer = try LinkSigner(
                    key: fixture.key, keyID: KeyID(String(repeating: filling, count: length)),
                    audience: fixture.audience, environment: fixture.environment)
                seen.insert(try #require(signer.token(for: fixture.claims()).last))
            }
        }
        #expect(seen == ["9", "Q", "0"])
    }

    @Test("claims of another site are not signed")
    func otherAudience() throws {
        let fixture = try Fixture()
        let claims = try fixture.claims(audience: "other.example.org")
        #expect(linkErrorCode { _ = try fixture.signer.token(for: claims) } == .invalidAudience)
    }

    @Test("claims that no token can carry are refused")
    func impossibleClaims() throws {
        let fixture = try Fixture()
        func code(
            audience: String = "book.example.org", generation: Int = 1, from start: Double = 0, to end: Double = 1
        ) -> LinkError.Code? {
            linkErrorCode {
                _ = try LinkClaims(
                    audience: audience, subject: #require(fixture.subject), jti: #require(fixture.jti), purpose: .rsv,
                    generation: generation, issuedAt: Date(timeIntervalSince1970: start),
                    expiresAt: Date(timeIntervalSince1970: end))
            }
        }
        #expect(code(generation: -1) == .invalidClaims)
        #expect(code(generation: 1 << 53) == .invalidClaims)
        #expect(code(to: 0.9) == .invalidClaims)
        #expect(code(to: 253_402_300_800) == .invalidClaims)
        #expect(code(from: -62_135_596_801) == .invalidClaims)
        #expect(code(to: .infinity) == .invalidClaims)
        #expect(code(from: .nan) == .invalidClaims)
        for audience in [
            "", "Book.example.org", "book example", "book\"x", "https://book.example.org", "book.example.org:443",
            "book..org", "-book.org", "bücher.example", "[::1", "[", "[]", "[::1]x",
            String(repeating: "a", count: 64), String(repeating: "a.", count: 127) + "a",
        ] {
            #expect(code(audience: audience) == .invalidAudience, "\(audience)")
        }
    }

    @Test("names are the documented characters and lengths")
    func names() {
        for name in ["", "Prod", "prod.eu", "prod_1", "12345678901234567", "próð", "a b"] {
            #expect(linkErrorCode { _ = try LinkEnvironment(name) } == .invalidEnvironment)
        }
        for name in ["", "a_b", "../../etc", "a.b", "12345678901234567", "é", "a\""] {
            #expect(linkErrorCode { _ = try KeyID(name) } == .invalidKeyID)
        }
        #expect(throws: Never.self) { try (LinkEnvironment("staging-2"), KeyID("2026-03a"), KeyID("A-z9")) }
    }
}
