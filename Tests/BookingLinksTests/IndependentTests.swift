import BookingLinks
import Foundation
import Signing
import Testing

@Suite("Independent implementations agree") struct IndependentTests {
    @Test("pyseto verifies ours with the right assertion, and with no other")
    func oursThere() throws {
        let fixture = try Fixture()
        let token = try fixture.token()
        let parts = try #require(PublicToken(token))
        let assertions = ["bl1.prod.rsv", "bl1.prod.appt", "bl1.staging.rsv", ""]
        let answers = try PeerAnswer.ask(
            assertions.map { .decode(token, paserk: fixture.key.publicKey.paserk, assertion: $0) })
        let payload = String(decoding: parts.payload, as: UTF8.self)
        #expect(answers.first == PeerAnswer(payload: payload, footer: #"{"kid":"2026-03a"}"#))
        #expect(answers.dropFirst().map(\.error) == ["VerifyError", "VerifyError", "VerifyError"])
    }

    @Test("pyseto's verify here with the right assertion, and with no other")
    func theirsHere() throws {
        let fixture = try Fixture()
        let requests = try ["bl1.prod.rsv", "bl1.prod.appt", "bl1.staging.rsv", ""].map { assertion in
            PeerRequest(
                action: "encode", key: try fixture.key.pem(), payload: PayloadVariants.correct,
                footer: #"{"kid":"2026-03a"}"#, assertion: assertion)
        }
        let tokens = try PeerAnswer.ask(requests).map { try #require($0.token) }
        #expect(tokens.first == (try fixture.token()))
        #expect(tokens.map { fixture.refusal($0) } == [nil, .badSignature, .badSignature, .badSignature])
        #expect(try fixture.verifier.verify(tokens[0], for: .rsv, at: fixture.issuedAt) == fixture.claims())
    }

    @Test("forty lines of Python without a PASETO library decide alike", arguments: StandAloneCase.all)
    func standAlone(example: StandAloneCase) throws {
        let fixture = try Fixture()
        let entry = KeyRing.Entry(keyID: fixture.keyID, publicKey: fixture.key.publicKey, state: example.state)
        let keys = FileManager.default.temporaryDirectory.appendingPathComponent("keys-\(UUID().uuidString).json")
        try Data(KeyRing([entry]).json()).write(to: keys)
        defer { try? FileManager.default.removeItem(at: keys) }
        let token = example.change(try fixture.token())
        let result = try Python.run(
            "verify_link.py", [keys.path, example.audience, example.environment, example.purpose, example.now],
            input: token)
        guard let expected = example.refusal else {
            #expect(result.output.contains(#""jti": "Dw4NDAsKCQgHBgUEAwIBAA""#), "\(result.errors)")
            return
        }
        #expect(result.status == 1)
        #expect(result.errors == expected + "\n", "\(Python.interpreter) needs the package `cryptography`.")
    }
}

/// One run of `verify_link.py` and what it must say.
struct StandAloneCase: Sendable, CustomTestStringConvertible {
    var refusal: String?
    var audience = "book.example.org"
    var environment = "prod"
    var purpose = "rsv"
    var now = "2026-03-01T17:00:00Z"
    var state = KeyRing.State.active
    var change: @Sendable (String) -> String = { $0 }

    var testDescription: String { refusal ?? "accepted" }

    static let all = [
        StandAloneCase(),
        StandAloneCase(refusal: "malformed") { $0 + "=" },
        // The signature's second spelling, which Python's own decoder would read alike.
        StandAloneCase(refusal: "malformed") { $0.replacingOccurrences(of: "SWgQ.", with: "SWgR.") },
        StandAloneCase(refusal: "unknown key", state: .revoked),
        StandAloneCase(refusal: "bad signature", environment: "staging"),
        StandAloneCase(refusal: "bad signature", purpose: "appt"),
        StandAloneCase(refusal: "wrong audience", audience: "other.example.org"),
        StandAloneCase(refusal: "expired", now: "2026-03-04T17:00:00Z"),
        StandAloneCase(refusal: "not yet valid", now: "2026-03-01T16:58:59Z"),
    ]
}
