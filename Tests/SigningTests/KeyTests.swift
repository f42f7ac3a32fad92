import Foundation
import Signing
import Synchronization
import Testing

/// RFC 8032 section 7.1.
struct Ed25519Vector: Sendable, CustomTestStringConvertible {
    let testDescription: String
    let seed: String
    let publicKey: String
    let message: String
    let signature: String

    static let all = [
        Ed25519Vector(
            testDescription: "TEST 1",
            seed: "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            publicKey: "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", message: "",
            signature:
                "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46b"
                + "d25bf5f0595bbe24655141438e7a100b"),
        Ed25519Vector(
            testDescription: "TEST 2",
            seed: "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            publicKey: "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", message: "72",
            signature:
                "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c"
                + "387b2eaeb4302aeeb00d291612bb0c00"),
        Ed25519Vector(
            testDescription: "TEST 3",
            seed: "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            publicKey: "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", message: "af82",
            signature:
                "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc659"
                + "4a7c15e9716ed28dc027beceea1ec40a"),
        Ed25519Vector(
            testDescription: "TEST SHA(abc)",
            seed: "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42",
            publicKey: "ec172b93ad5e563bf4932c70e1245034c35467ef2efd4d64ebf819683467e2bf",
            message:
                "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d"
                + "4423643ce80e2a9ac94fa54ca49f",
            signature:
                "dc2a4459e7369633a52b1bf277839a00201009a3efbf3ecb69bea2186c26b58909351fc9ac90b3ecfdfbc7c66431e030"
                + "3dca179c138ac17ad9bef1177331a704"),
    ]
}

@Suite("Ed25519 keys") struct KeyTests {
    @Test("RFC 8032 vectors, byte for byte", arguments: Ed25519Vector.all)
    func published(vector: Ed25519Vector) throws {
        let key = try PrivateKey(seed: hex(vector.seed))
        #expect(key.publicKey.rawBytes == hex(vector.publicKey))
        #expect(try key.sign(hex(vector.message)) == hex(vector.signature))
        #expect(key.publicKey.isValid(signature: hex(vector.signature), for: hex(vector.message)))
    }

    @Test("a changed message, signature or key does not verify")
    func changes() throws {
        let key = try PrivateKey.generate()
        let message = ascii("a message")
        let signature = try key.sign(message)
        #expect(key.publicKey.isValid(signature: signature, for: message))
        #expect(!key.publicKey.isValid(signature: signature, for: message + [0]))
        #expect(!key.publicKey.isValid(signature: signature.dropLast(), for: message))
        #expect(!key.publicKey.isValid(signature: signature + [0], for: message))
        #expect(!key.publicKey.isValid(signature: [], for: message))
        #expect(try !PrivateKey.generate().publicKey.isValid(signature: signature, for: message))
        for bit in 0..<512 {
            var altered = signature
            altered[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(!key.publicKey.isValid(signature: altered, for: message))
        }
    }

    @Test("the same signature with the group order added to S is refused")
    func malleability() throws {
        let order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010")
        let key = try PrivateKey.generate()
        var signature = try key.sign(ascii("m"))
        var carry = 0
        for index in 0..<32 {
            let sum = Int(signature[32 + index]) + Int(order[index]) + carry
            signature[32 + index] = UInt8(truncatingIfNeeded: sum)
            carry = sum >> 8
        }
        #expect(carry == 0)
        #expect(!key.publicKey.isValid(signature: signature, for: ascii("m")))
    }

    @Test("PEM text gives the key back and is what other programs write")
    func pem() throws {
        // The secret-key-pem of the PASETO vectors.
        let pem = """
            -----BEGIN PRIVATE KEY-----
            MC4CAQAwBQYDK2VwBCIEILTL+0PfTOIQcn2VPkpxMwf6Gbt9n4UEFDjZ4RuUKjd0
            -----END PRIVATE KEY-----

            """
        let key = try PrivateKey(pem: pem)
        #expect(key.publicKey.rawBytes == hex("1eb9dbbbbc047c03fd70604e0071f0987e16b28b757225c11f00415d0e20b1a2"))
        #expect(try key.pem() == pem)
        let generated = try PrivateKey.generate()
        #expect(try PrivateKey(pem: generated.pem()).publicKey == generated.publicKey)
    }

    @Test(
        "text that is no key is refused, with libcrypto's reason of this call alone",
        arguments: [
            "", "hello", "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2Vw\n-----END PRIVATE KEY-----\n",
            "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAHrnbu7wEfAP9cGBOAHHwmH4Wsot1ciXBHwBBXQ4gsaI=\n"
                + "-----END PUBLIC KEY-----\n",
        ])
    func malformedPEM(text: String) throws {
        let first = #expect(throws: SigningError.self) { try PrivateKey(pem: text) }
        #expect(first?.code == .malformedKey)
        #expect(first?.libraryErrors.isEmpty == false)
        let second = #expect(throws: SigningError.self) { try PrivateKey(pem: text) }
        #expect(second?.libraryErrors == first?.libraryErrors)
    }

    @Test("a private key of another type is refused")
    func otherKeyType() throws {
        // A P-256 key made with `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`.
        let pem = """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgiMA+I9/xVOm4jJKB
            OmnLfSYNwiQDnGZdrWR/majSeDOhRANCAATUlEporQtWjbqdfpp13Nu8bltmzViO
            ZbruEfY/W52Y70axaIYlzRqKHMP6WSFZLVcaqQEKSpsExiq/D1HcahWd
            -----END PRIVATE KEY-----
            """
        #expect(signingErrorCode { _ = try PrivateKey(pem: pem) } == .wrongKeyType)
    }

    @Test("an encrypted key is refused without asking anyone for a passphrase")
    func encryptedKey() throws {
        // An Ed25519 key made with `openssl genpkey -algorithm ed25519 -aes256 -pass pass:secret`.
        let pem = """
            -----BEGIN ENCRYPTED PRIVATE KEY-----
            MIGbMFcGCSqGSIb3DQEFDTBKMCkGCSqGSIb3DQEFDDAcBAgSZzUQd8bpYAICCAAw
            DAYIKoZIhvcNAgkFADAdBglghkgBZQMEASoEEBm2aVhel+3GSLOyFNvgeXoEQEN7
            Ef23rbACOXYUKbLaVqN1hkhfnaEdyKvN0buuJYb2FL+yLWzGrMbkumXCl2gAGRAz
            NSec356YntutJ4Byeqk=
            -----END ENCRYPTED PRIVATE KEY-----
            """
        #expect(signingErrorCode { _ = try PrivateKey(pem: pem) } == .malformedKey)
    }

    @Test("seeds and public keys have 32 bytes", arguments: [0, 31, 33, 64])
    func lengths(count: Int) {
        let bytes = [UInt8](repeating: 7, count: count)
        #expect(signingErrorCode { _ = try PrivateKey(seed: bytes) } == .malformedKey)
        #expect(signingErrorCode { _ = try PublicKey(rawBytes: bytes) } == .malformedKey)
    }

    @Test("PASERK text goes both ways; other text is refused")
    func paserk() throws {
        // The first vector of PASERK's k4.public.
        let zeros = "k4.public.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
        #expect(try PublicKey(rawBytes: [UInt8](repeating: 0, count: 32)).paserk == zeros)
        let key = try PrivateKey.generate().publicKey
        #expect(try PublicKey(paserk: key.paserk) == key)
        let body = String(repeating: "A", count: 43)
        for text in [
            "", body, "k4.secret.\(body)", "k3.public.\(body)", "k4.public.\(body)A", "k4.public.\(body.dropLast())B",
            "k4.public.\(body)=", "K4.public.\(body)", " k4.public.\(body)",
        ] {
            #expect(signingErrorCode { _ = try PublicKey(paserk: text) } == .malformedKey)
        }
    }

    @Test("eight threads sign with one key at once")
    func concurrency() throws {
        let key = try PrivateKey.generate()
        let expected = try (0..<200).map { try key.sign(ascii("message \($0)")) }
        let agreeing = Mutex(0)
        let (started, go, done) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0), DispatchGroup())
        for _ in 0..<8 {
            done.enter()
            Thread.detachNewThread {
                started.signal()
                go.wait()
                let signatures = (0..<200).map { try? key.sign(ascii("message \($0)")) }
                agreeing.withLock { $0 += signatures == expected ? 1 : 0 }
                done.leave()
            }
        }
        for _ in 0..<8 { started.wait() }
        for _ in 0..<8 { go.signal() }
        done.wait()
        #expect(agreeing.withLock { $0 } == 8)
    }
}
