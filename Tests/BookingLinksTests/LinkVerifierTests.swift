import BookingLinks
import Foundation
import Signing
import Testing

@Suite("Verifying links, in the order of the checks") struct LinkVerifierTests {
    static let body = String(repeating: "A", count: 100)

    @Test(
        "text of another shape is malformed",
        arguments: [
            "", "v4.public.", "v4.public.\(body)", "v4.public.\(body).", "v4.public.\(body)..",
            "v4.local.\(body).\(body)",
            "v3.public.\(body).e30", "V4.public.\(body).e30", " v4.public.\(body).e30", "v4.public.\(body).e30\n",
            "v4.public.\(body)=.e30", "v4.public.\(body).e30=", "v4.public.\(body).e30.e30", "v4.public.+\(body).e30",
            "v4.public.AAAA.e30", "v4.public.\(body).", "hello",
        ])
    func shape(token: String) throws {
        #expect(try Fixture().refusal(token) == .malformed)
    }

    @Test("more than 1024 characters are malformed, whatever they hold")
    func length() throws {
        let fixture = try Fixture()
        let overhead = try fixture.token(payload: "").utf8.count
        for (count, expected) in [(660, LinkRefusal.invalidClaims), (700, .malformed)] {
            let token = try fixture.token(payload: String(repeating: "x", count: count))
            #expect((token.utf8.count <= 1024) == (expected == .invalidClaims), "\(overhead)")
            #expect(fixture.refusal(token) == expected)
        }
    }

    @Test(
        "a footer that is not one key id is malformed, though signed",
        arguments: [
            "", "{}", "2026-03a", #"{"kid":"2026-03a"} "#, #"{"kid": "2026-03a"}"#, #"{"kid":"2026-03a","wpk":"x"}"#,
            #"{"kid":"2026-03a","kid":"2026-03a"}"#, #"{"kid":""}"#, #"{"kid":"a/../b"}"#, #"{"kid":"a\u0062"}"#,
            #"{"kid":"12345678901234567"}"#, #"{"kid":1}"#, #"{"kid":null}"#, #"{"KID":"2026-03a"}"#,
            #"{"kid":"2026-03a"}"# + String(repeating: " ", count: 60),
        ])
    func footer(footer: String) throws {
        let fixture = try Fixture()
        let token = try fixture.token(payload: #"{"any":"thing"}"#, footer: footer)
        #expect(fixture.refusal(token) == .malformed)
    }

    @Test("a key id that is not in the ring is unknown, before the signature is looked at")
    func unknownKey() throws {
        let fixture = try Fixture()
        let token = try fixture.token(payload: "{}", footer: #"{"kid":"preview"}"#)
        #expect(fixture.refusal(token) == .unknownKey)
    }

    @Test("keys are accepted by their state and until their end")
    func keyStates() throws {
        let fixture = try Fixture()
        let token = try fixture.token()
        func refusal(_ state: KeyRing.State, until end: Date?) throws -> LinkRefusal? {
            let entry = KeyRing.Entry(
                keyID: fixture.keyID, publicKey: fixture.key.publicKey, state: state, notAfter: end)
            return try LinkVerifier(
                keys: KeyRing([entry]), audience: fixture.audience, environment: fixture.environment
            ).refusal(token, for: .rsv, at: fixture.issuedAt)
        }
        #expect(try refusal(.next, until: nil) == nil)
        #expect(try refusal(.active, until: nil) == nil)
        #expect(try refusal(.retired, until: fixture.issuedAt.addingTimeInterval(1)) == nil)
        #expect(try refusal(.retired, until: fixture.issuedAt) == .unknownKey)
        #expect(try refusal(.revoked, until: nil) == .unknownKey)
    }

    @Test("another key under the same id does not verify")
    func otherKey() throws {
        let fixture = try Fixture()
        let other = try LinkSigner(
            key: .generate(), keyID: fixture.keyID, audience: fixture.audience, environment: fixture.environment)
        #expect(try fixture.refusal(other.token(for: fixture.claims())) == .badSignature)
    }

    @Test("a link fails on every route but its own", arguments: LinkPurpose.allCases)
    func purposeSwap(purpose: LinkPurpose) throws {
        let fixture = try Fixture()
        let token = try fixture.token(purpose: purpose)
        for route in LinkPurpose.allCases {
            #expect(fixture.refusal(token, for: route) == (route == purpose ? nil : .badSignature))
        }
    }

    @Test("a link fails in every environment but its own")
    func environmentSwap() throws {
        let token = try Fixture(environment: "staging").token()
        #expect(try Fixture(environment: "staging").refusal(token) == nil)
        #expect(try Fixture(environment: "prod").refusal(token) == .badSignature)
    }

    @Test("signed claims of another shape are invalid", arguments: PayloadVariants.all)
    func claims(variant: PayloadVariants) throws {
        let fixture = try Fixture()
        #expect(try fixture.refusal(fixture.token(payload: variant.payload)) == .invalidClaims)
        #expect(LinkRefusal.invalidClaims.isAuthentic)
    }

    @Test("a link of another site is refused")
    func audience() throws {
        let fixture = try Fixture()
        let payload = PayloadVariants.correct.replacingOccurrences(of: "book.example.org", with: "book.example.com")
        #expect(try fixture.refusal(fixture.token(payload: payload)) == .wrongAudience)
    }

    @Test("a link is over at the instant it names, with no tolerance")
    func expiry() throws {
        let fixture = try Fixture()
        let token = try fixture.token()
        let last = fixture.expiresAt.addingTimeInterval(-0.001)
        #expect(fixture.refusal(token, at: last) == nil)
        let expired = try LinkRefusal.expired(at: fixture.expiresAt, jti: #require(fixture.jti))
        #expect(fixture.refusal(token, at: fixture.expiresAt) == expired)
        #expect(fixture.refusal(token, at: .distantFuture) == expired)
        #expect(expired.description == "The link expired at 2026-03-04T17:00:00Z.")
    }

    @Test("a link from the future is refused beyond 60 seconds")
    func issue() throws {
        let fixture = try Fixture()
        let token = try fixture.token()
        #expect(fixture.refusal(token, at: fixture.issuedAt.addingTimeInterval(-60)) == nil)
        #expect(fixture.refusal(token, at: fixture.issuedAt.addingTimeInterval(-60.001)) == .notYetValid)
    }

    @Test("claims of another purpose are refused even where the signature fits the route")
    func purposeClaim() throws {
        let fixture = try Fixture()
        let payload = PayloadVariants.correct.replacingOccurrences(of: #""rsv""#, with: #""appt""#)
        #expect(try fixture.refusal(fixture.token(payload: payload)) == .wrongPurpose)
    }

    @Test("the earlier check wins where several would fail")
    func order() throws {
        let fixture = try Fixture()
        let wrong = PayloadVariants.correct.replacingOccurrences(of: "book.example.org", with: "x.example")
            .replacingOccurrences(of: #""rsv""#, with: #""appt""#)
        #expect(try fixture.refusal(fixture.token(payload: wrong), at: .distantFuture) == .wrongAudience)
        let purpose = PayloadVariants.correct.replacingOccurrences(of: #""rsv""#, with: #""appt""#)
        let refusal = try fixture.refusal(fixture.token(payload: purpose), at: fixture.expiresAt)
        #expect(try refusal == .expired(at: fixture.expiresAt, jti: #require(fixture.jti)))
        #expect(try fixture.refusal(fixture.token(payload: purpose), at: .distantPast) == .notYetValid)
        #expect(try fixture.refusal(fixture.token(payload: "{}", assertion: "bl1.prod.act")) == .badSignature)
    }

    @Test("only refusals after the signature may be explained to a visitor")
    func authenticity() throws {
        let early: [LinkRefusal] = [.malformed, .unknownKey, .badSignature]
        let jti = try #require(Fixture().jti)
        let late: [LinkRefusal] = [
            .invalidClaims, .wrongAudience, .expired(at: .distantPast, jti: jti), .notYetValid, .wrongPurpose,
        ]
        #expect(early.allSatisfy { !$0.isAuthentic })
        #expect(late.allSatisfy { $0.isAuthentic })
        #expect((early + late).allSatisfy { $0.description.hasSuffix(".") })
    }

    @Test("a route tells an expired link from every other refusal without a cast")
    func usage() throws {
        let fixture = try Fixture()
        func page(_ token: String, at now: Date) -> String {
            do {
                let link = try fixture.verifier.verify(token, for: .rsv, at: now)
                return "show \(link.jti)"
            } catch .expired(_, let jti) {
                return "offer a new link for \(jti)"
            } catch {
                return error.isAuthentic ? "explain" : "not found"
            }
        }
        let (token, jti) = try (fixture.token(), #require(fixture.jti))
        #expect(page(token, at: fixture.issuedAt) == "show \(jti)")
        #expect(page(token, at: fixture.expiresAt) == "offer a new link for \(jti)")
        #expect(page(token, at: .distantPast) == "explain")
        #expect(page("x", at: fixture.issuedAt) == "not found")
    }

    @Test("a pasted URL is no audience")
    func pastedAudience() throws {
        let fixture = try Fixture()
        let keys = try KeyRing([])
        #expect(
            linkErrorCode {
                _ = try LinkVerifier(keys: keys, audience: "https://book.example.org", environment: fixture.environment)
            } == .invalidAudience)
    }
}
