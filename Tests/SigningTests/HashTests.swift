import Signing
import Testing

/// The examples of FIPS 180-4 and of NIST's long message.
@Suite("SHA-256") struct SHA256Tests {
    static let vectors: [(message: [UInt8], digest: String)] = [
        (ascii(""), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        (ascii("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            ascii("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq"),
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
        (
            [UInt8](repeating: 0x61, count: 1_000_000),
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
        ),
    ]

    @Test("one call gives the published digest", arguments: vectors)
    func oneCall(message: [UInt8], digest: String) {
        #expect(SHA256.digest(message) == hex(digest))
    }

    @Test("pieces of any size give the same digest", arguments: [1, 3, 63, 64, 65, 4096])
    func pieces(size: Int) {
        let message = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        let buffers = stride(from: 0, to: message.count, by: size).map {
            Array(message[$0..<min($0 + size, message.count)])
        }
        #expect(SHA256.digest(of: buffers) == SHA256.digest(message))
    }

    @Test("collections that are not contiguous are hashed too")
    func otherCollections() {
        var hash = SHA256()
        hash.update("ab".utf8)
        hash.update([UInt8(ascii: "c"), 0].dropLast())
        hash.update(EmptyCollection<UInt8>())
        #expect(hash.finalize() == SHA256.digest(ascii("abc")))
        var reversed = SHA256()
        reversed.update(ascii("cba").reversed() as ReversedCollection<[UInt8]>)
        #expect(reversed.finalize() == SHA256.digest(ascii("abc")))
    }
}

/// RFC 4231 section 4; its fifth case is about truncation, which there is none of here.
@Suite("HMAC-SHA-256") struct HMACTests {
    static let vectors: [(key: [UInt8], message: [UInt8], code: String)] = [
        (
            [UInt8](repeating: 0x0b, count: 20), ascii("Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        ),
        (
            ascii("Jefe"), ascii("what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        ),
        (
            [UInt8](repeating: 0xaa, count: 20), [UInt8](repeating: 0xdd, count: 50),
            "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"
        ),
        (
            Array(1...25), [UInt8](repeating: 0xcd, count: 50),
            "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131), ascii("Test Using Larger Than Block-Size Key - Hash Key First"),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        ),
        (
            [UInt8](repeating: 0xaa, count: 131),
            ascii(
                "This is a test using a larger than block-size key and a larger than block-size data. "
                    + "The key needs to be hashed before being used by the HMAC algorithm."),
            "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"
        ),
        ([], [], "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad"),
    ]

    @Test("the code is the published one", arguments: vectors)
    func published(key: [UInt8], message: [UInt8], code: String) {
        #expect(HMACSHA256.authenticationCode(for: message, key: key) == hex(code))
    }
}

@Suite("Constant-time comparison and random bytes") struct ComparisonTests {
    @Test("equal only where every byte and the length agree")
    func comparison() {
        #expect(constantTimeEquals([], []))
        #expect(constantTimeEquals([1, 2, 3], [1, 2, 3]))
        #expect(!constantTimeEquals([1, 2, 3], [1, 2, 4]))
        #expect(!constantTimeEquals([1, 2, 3], [1, 2]))
        #expect(!constantTimeEquals([1, 2], [1, 2, 3]))
    }

    @Test("as many bytes as asked for, and never the same twice")
    func randomBytes() throws {
        #expect(try Random.bytes(0).isEmpty)
        #expect(try Random.bytes(1000).count == 1000)
        #expect(try Random.bytes(16) != Random.bytes(16))
    }
}
