import BookingLinks
import Foundation
import Fuzzing
import Signing
import Testing

@Suite("Token fuzzing") struct TokenFuzzTests {
    @Test("a damaged token is never accepted")
    func tokens() async throws {
        let fixture = try Fixture()
        let token = try fixture.token()
        let mutator = Mutator(
            corpus: [token, try Fixture(environment: "stage").token(), try fixture.token(purpose: .act)],
            words: [
                ".", "..", "v4.public.", "v4.local.", "v2.public.", "=", "-", "_", "\n", "\0", " ", "%2e", "\u{FEFF}",
                "A",
            ])
        try await fuzz("tokens") { generator in
            let text = String(decoding: mutator.input(using: &generator), as: UTF8.self)
            let refusal = fixture.refusal(text)
            if refusal == nil, text != token { return "accepted \(text.debugDescription)" }
            return refusal?.description.contains("v4.") == true ? "the refusal shows the token" : nil
        }
    }

    @Test("what our key signed is accepted in one spelling only")
    func payloads() async throws {
        let fixture = try Fixture()
        let payloads = Mutator(
            corpus: [PayloadVariants.correct],
            words: [
                "\"", "\\", "\\u0061", ",", ":", "{", "}", "null", "true", "0", "1", "-1", "1e1", "9007199254740991",
                "18446744073709551616", "2026-02-29", "T24:00:00Z", "Z", "+00:00", "rsv", "act", "\0", "\u{e9}", " ",
            ])
        let footers = Mutator(corpus: [#"{"kid":"2026-03a"}"#], words: ["\"", "kid", "a", "{", "}", " ", "\0"])
        try await fuzz("payloads and footers") { generator in
            let isFooter = Int.random(in: 0..<4, using: &generator) == 0
            let payload = isFooter ? Array(PayloadVariants.correct.utf8) : payloads.input(using: &generator)
            let footer = isFooter ? footers.input(using: &generator) : Array(#"{"kid":"2026-03a"}"#.utf8)
            guard
                let token = try? PublicToken(
                    signing: payload, footer: footer, assertion: Array("bl1.prod.rsv".utf8), with: fixture.key)
            else { return "not signed" }
            guard let claims = try? fixture.verifier.verify(token.text, for: .rsv, at: fixture.issuedAt) else {
                return nil
            }
            let again = try? fixture.signer.token(for: claims)
            return again == token.text ? nil : "a second spelling: \(String(decoding: payload, as: UTF8.self))"
        }
    }
}
