import Foundation
import Signing
import Testing

@Suite("Strict base64url") struct Base64URLTests {
    @Test(
        "RFC 4648 section 10, without padding",
        arguments: [
            ("", ""), ("f", "Zg"), ("fo", "Zm8"), ("foo", "Zm9v"), ("foob", "Zm9vYg"), ("fooba", "Zm9vYmE"),
            ("foobar", "Zm9vYmFy"),
        ])
    func published(plain: String, text: String) {
        #expect(Base64URL.encode(ascii(plain)) == text)
        #expect(Base64URL.decode(text) == ascii(plain))
    }

    @Test("every length agrees with Foundation's encoder and comes back")
    func againstFoundation() throws {
        for count in 0..<200 {
            let bytes = try Random.bytes(count)
            let expected = Data(bytes).base64EncodedString()
                .replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
                .replacingOccurrences(of: "=", with: "")
            #expect(Base64URL.encode(bytes) == expected)
            #expect(Base64URL.decode(expected) == bytes)
        }
    }

    @Test(
        "other spellings are refused",
        arguments: [
            "Zg==", "Zg=", "Zm9v\n", " Zm9v", "Zm 9v", "Zm9vY", "A", "+/+/", "Zm9é", "Zm9v.", "Zm9v\0",
        ])
    func otherSpellings(text: String) {
        #expect(Base64URL.decode(text) == nil)
    }

    @Test("bits after the last byte must be zero")
    func trailingBits() {
        let alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
        #expect(alphabet.filter { Base64URL.decode("Z\($0)") != nil } == "AQgw")
        #expect(alphabet.filter { Base64URL.decode("Zm\($0)") != nil } == "AEIMQUYcgkosw048")
    }
}
