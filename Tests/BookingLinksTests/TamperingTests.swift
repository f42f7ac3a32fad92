import BookingLinks
import Foundation
import Signing
import Testing

@Suite("Tampering") struct TamperingTests {
    static let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_".utf8)

    @Test("no token with one character changed, lost or added is accepted")
    func oneCharacter() throws {
        let fixture = try Fixture()
        let token = Array(try fixture.token().utf8)
        var accepted: [String] = []
        func attempt(_ bytes: [UInt8]) {
            let text = String(decoding: bytes, as: UTF8.self)
            if fixture.refusal(text) == nil { accepted.append(text) }
        }
        for position in token.indices {
            for character in Self.alphabet + Array(".=+/ \n".utf8) where character != token[position] {
                var altered = token
                altered[position] = character
                attempt(altered)
            }
            attempt(Array(token[..<position] + token[(position + 1)...]))
            attempt(Array(token[...position] + token[position...]))
        }
        #expect(accepted.isEmpty)
        #expect(fixture.refusal(String(decoding: token, as: UTF8.self)) == nil)
    }

    @Test("no token with one bit of payload, signature or footer changed is accepted")
    func oneBit() throws {
        let fixture = try Fixture()
        let parts = try fixture.token().split(separator: ".")
        let body = try #require(Base64URL.decode(parts[2]))
        let footer = try #require(Base64URL.decode(parts[3]))
        let all = body + footer
        for bit in 0..<(all.count * 8) {
            var altered = all
            altered[bit / 8] ^= 1 << UInt8(bit % 8)
            let text =
                "v4.public.\(Base64URL.encode(Array(altered.prefix(body.count))))."
                + Base64URL.encode(Array(altered.dropFirst(body.count)))
            #expect(fixture.refusal(text) != nil)
        }
    }

    @Test("the other spellings of the same bytes are refused")
    func trailingBits() throws {
        let fixture = try Fixture()
        var variants = 0
        // Audiences of three lengths, so that the payload ends at each place of a group of three bytes.
        for audience in ["a.example", "ab.example", "abc.example"] {
            let signer = try LinkSigner(
                key: fixture.key, keyID: fixture.keyID, audience: audience, environment: fixture.environment)
            let verifier = try LinkVerifier(
                keys: KeyRing([KeyRing.Entry(keyID: fixture.keyID, publicKey: fixture.key.publicKey)]),
                audience: audience, environment: fixture.environment)
            let token = try signer.token(for: fixture.claims(audience: audience))
            #expect(verifier.refusal(token, for: .rsv, at: fixture.issuedAt) == nil)
            let parts = token.split(separator: ".").map(String.init)
            for part in [2, 3] where parts[part].count % 4 != 0 {
                for spelling in respellings(of: parts[part]) {
                    var altered = parts
                    altered[part] = spelling
                    variants += 1
                    let text = altered.joined(separator: ".")
                    #expect(verifier.refusal(text, for: .rsv, at: fixture.issuedAt) == .malformed)
                }
            }
        }
        #expect(variants > 0)
    }

    /// The text with every last character that a decoder which ignores trailing bits would read alike.
    private func respellings(of text: String) -> [String] {
        let free = text.count % 4 == 2 ? 4 : 2
        guard let last = text.utf8.last, let value = Self.alphabet.firstIndex(of: last) else { return [] }
        return (1..<(1 << free)).map { bits in
            text.dropLast() + String(decoding: [Self.alphabet[value | bits]], as: UTF8.self)
        }
    }
}
