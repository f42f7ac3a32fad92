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
