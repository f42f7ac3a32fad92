import CLibcrypto

/// The owner of one libcrypto private key, freed and wiped with it.
///
/// `@unchecked Sendable` because a pointer is not: the key is never changed after it was made, each operation has a
/// context of its own, and libcrypto counts references atomically, so any number of threads may sign with it at once
/// (openssl-threads(7)).
struct KeyHandle: ~Copyable, @unchecked Sendable {
    private let key: OpaquePointer

    /// Takes over a key; throws `wrongKeyType`, naming the source, and frees it unless it is an Ed25519 key.
    init(owning key: OpaquePointer, from source: String) throws(SigningError) {
        guard EVP_PKEY_is_a(key, "ED25519") == 1 else {
            EVP_PKEY_free(key)
            throw SigningError(
                .wrongKeyType,
                "\(source) is a private key of another type; make one with `openssl genpkey -algorithm ed25519`.")
        }
        self.key = key
    }

    deinit {
        EVP_PKEY_free(key)
    }

    /// The 32 bytes of the public half.
    func publicBytes() throws(SigningError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: PublicKey.byteCount)
        var count = bytes.count
        let result = LibraryErrors.cleared { EVP_PKEY_get_raw_public_key(key, &bytes, &count) }
        guard result == 1, count == bytes.count else {
            throw LibraryErrors.failure(.libraryFailure, "libcrypto did not give the public half of the key.")
        }
        return bytes
    }

    /// The signature of a message, in one shot: Ed25519 has no update step (EVP_SIGNATURE-ED25519(7)).
    func sign(_ message: [UInt8]) throws(SigningError) -> [UInt8] {
        ERR_clear_error()
        let context = EVP_MD_CTX_new()
        defer { EVP_MD_CTX_free(context) }
        var signature = [UInt8](repeating: 0, count: PublicKey.signatureByteCount)
        var count = signature.count
        guard context != nil, EVP_DigestSignInit(context, nil, nil, nil, key) == 1,
            EVP_DigestSign(context, &signature, &count, message, message.count) == 1, count == signature.count
        else {
            throw LibraryErrors.failure(.libraryFailure, "libcrypto did not sign the message.")
        }
        return signature
    }

    /// Hands the PKCS#8 PEM bytes of the key to `body`; they are wiped afterwards (BUF_MEM_free clears).
    func withPEM<Result>(
        _ body: (UnsafeRawBufferPointer) throws(SigningError) -> Result
    ) throws(SigningError) -> Result {
        ERR_clear_error()
        let bio = BIO_new(BIO_s_secmem())
        defer { BIO_free(bio) }
        guard bio != nil, PEM_write_bio_PKCS8PrivateKey(bio, key, nil, nil, 0, nil, nil) == 1 else {
            throw LibraryErrors.failure(.libraryFailure, "libcrypto did not write the key as PEM.")
        }
        var bytes: UnsafeMutablePointer<CChar>?
        let count = holdfast_bio_contents(bio, &bytes)
        return try body(UnsafeRawBufferPointer(start: bytes, count: count))
    }
}
