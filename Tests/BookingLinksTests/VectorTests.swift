import BookingLinks
import Foundation
import Signing
import Testing

/// A test of `Vectors/paseto-v4.json`.
struct Vector: Decodable, Sendable, CustomTestStringConvertible {
    let name: String
    let publicKey: String?
    let secretKeySeed: String?
    let token: String
    let payload: String?
    let footer: String
    let implicitAssertion: String

    enum CodingKeys: String, CodingKey {
        case name, token, payload, footer
        case publicKey = "public-key"
        case secretKeySeed = "secret-key-seed"
        case implicitAssertion = "implicit-assertion"
    }

    var testDescription: String { name }

    static func named(_ prefix: String) -> [Vector] {
        struct File: Decodable {
            let tests: [Vector]
        }
        let data = (try? Data(contentsOf: fileBesideTests("Vectors/paseto-v4.json"))) ?? Data()
        let file = try? JSONDecoder().decode(File.self, from: data)
        return file?.tests.filter { $0.name.hasPrefix(prefix) } ?? []
    }

    static func bytes(hex: String?) throws -> [UInt8] {
        let digits = Array(try #require(hex))
        return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...$0 + 1]), radix: 16) }
    }
}

@Suite("The official PASETO v4 vectors") struct VectorTests {
    @Test("all of them were read")
    func complete() {
        #expect(Vector.named("4-S-").map(\.name) == ["4-S-1", "4-S-2", "4-S-3"])
        #expect(Vector.named("4-F-").map(\.name) == ["4-F-1", "4-F-2", "4-F-3", "4-F-4", "4-F-5"])
    }

    @Test("are signed byte for byte and verify", arguments: Vector.named("4-S-"))
    func signed(vector: Vector) throws {
        let key = try PrivateKey(seed: Vector.bytes(hex: vector.secretKeySeed))
        #expect(try key.publicKey.rawBytes == Vector.bytes(hex: vector.publicKey))
        let (payload, footer) = (Array(try #require(vector.payload).utf8), Array(vector.footer.utf8))
        let assertion = Array(vector.implicitAssertion.utf8)
        let token = try PublicToken(signing: payload, footer: footer, assertion: assertion, with: key)
        #expect(token.text == vector.token)
        let read = try #require(PublicToken(vector.token))
        #expect(read.payload == payload)
        #expect(read.footer == footer)
        #expect(read.isSigned(by: key.publicKey, assertion: assertion))
        #expect(!read.isSigned(by: key.publicKey, assertion: assertion + [0]))
    }

    @Test(
        "that must fail do: by their header, by their encoding or by their signature", arguments: Vector.named("4-F-"))
    func refused(vector: Vector) throws {
        let seed = try Vector.bytes(hex: #require(Vector.named("4-S-1").first).secretKeySeed)
        let key = try PrivateKey(seed: seed).publicKey
        let token = PublicToken(vector.token)
        #expect((token != nil) == (vector.name == "4-F-2"))
        #expect(token?.isSigned(by: key, assertion: Array(vector.implicitAssertion.utf8)) != true)
        #expect(try Fixture().refusal(vector.token) == .malformed)
    }
}
