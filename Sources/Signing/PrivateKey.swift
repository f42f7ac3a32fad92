import CLibcrypto

/// An Ed25519 private key (RFC 8032), which signs and never shows itself.
///
/// One instance may be used by any number of threads at once. The key lives in libcrypto's memory, which is wiped when
/// the last reference goes.
public final class PrivateKey: Sendable {
    /// The public half.
    public let publicKey: PublicKey

    private let handle: KeyHandle

    private init(_ handle: consuming KeyHandle) throws(SigningError) {
        publicKey = try PublicKey(rawBytes: handle.publicBytes())
        self.handle = handle
    }

    /// A key from its 32-byte seed; throws `malformedKey` for any other number of bytes.
    ///
    /// The caller's copy of the seed stays the caller's to wipe.
    public convenience init(seed: [UInt8]) throws(SigningError) {
        guard seed.count == 32 else { throw SigningError(.malformedKey, "An Ed25519 seed has 32 bytes.") }
        let key = LibraryErrors.cleared { EVP_PKEY_new_raw_private_key(ed25519, nil, seed, seed.count) }
        guard let key else { throw LibraryErrors.failure(.libraryFailure, "libcrypto did not take the seed.") }
        try self.init(KeyHandle(owning: key, from: "The seed"))
    }

    /// A key from unencrypted PKCS#8 PEM text (`-----BEGIN PRIVATE KEY-----`, RFC 8410).
    ///
    /// Throws `malformedKey` for anything that is no private key, `wrongKeyType` for one that is not Ed25519.
    public convenience init(pem: String) throws(SigningError) {
        var pem = pem
        let source = "The text"
        let parsed = pem.withUTF8 { bytes in Self.parse(UnsafeRawBufferPointer(bytes), from: source) }
        try self.init(KeyHandle(owning: parsed.get(), from: source))
    }

    /// A key from a PKCS#8 PEM file that nobody but its owner may read or write.
    ///
    /// Throws `unreadableKeyFile`, `notARegularFile`, `exposedKeyFile`, or what `init(pem:)` throws. A symbolic link is
    /// followed; what counts is the file it leads to. Blocks for the time of one small read.
    public convenience init(contentsOfFile path: String) throws(SigningError) {
        let source = "The key file \(path)"
        let parsed = try KeyFile.read(path).withBytes { bytes in
            Self.parse(UnsafeRawBufferPointer(bytes), from: source)
        }
        try self.init(KeyHandle(owning: parsed.get(), from: source))
    }

    /// A new random key; throws `libraryFailure` where the system has no entropy.
    public static func generate() throws(SigningError) -> PrivateKey {
        ERR_clear_error()
        let context = EVP_PKEY_CTX_new_id(ed25519, nil)
        defer { EVP_PKEY_CTX_free(context) }
        var key: OpaquePointer?
        guard EVP_PKEY_keygen_init(context) == 1, EVP_PKEY_generate(context, &key) == 1, let key else {
            throw LibraryErrors.failure(.libraryFailure, "libcrypto did not make a key.")
        }
        return try PrivateKey(KeyHandle(owning: key, from: "The new key"))
    }

    /// The 64-byte signature of a message, always the same for the same message (RFC 8032).
    ///
    /// Any thread. Throws `libraryFailure` only where libcrypto runs out of memory.
    public func sign(_ message: [UInt8]) throws(SigningError) -> [UInt8] {
        try handle.sign(message)
    }

    /// The key as PKCS#8 PEM text.
    ///
    /// Swift cannot wipe a `String`: prefer `write(toFile:)` where the text only goes to a file.
    public func pem() throws(SigningError) -> String {
        try handle.withPEM { bytes in String(decoding: bytes, as: UTF8.self) }
    }

    /// Writes the key to a new file that only its owner may read and write (mode 0600), and makes it durable.
    ///
    /// Throws `keyFileExists` rather than write over anything, `unwritableKeyFile` when the system refuses; a file that
    /// could not be finished is removed.
    public func write(toFile path: String) throws(SigningError) {
        try handle.withPEM { bytes throws(SigningError) in try KeyFile.create(path, contents: bytes) }
    }

    private static func parse(
        _ pem: UnsafeRawBufferPointer, from source: String
    ) -> Result<OpaquePointer, SigningError> {
        ERR_clear_error()
        let bio = BIO_new_mem_buf(pem.baseAddress, CInt(clamping: pem.count))
        defer { BIO_free(bio) }
        guard bio != nil, let key = PEM_read_bio_PrivateKey(bio, nil, refusePassphrase, nil) else {
            let sentence = "\(source) is not an unencrypted private key in PKCS#8 PEM form (BEGIN PRIVATE KEY)."
            return .failure(LibraryErrors.failure(.malformedKey, sentence))
        }
        return .success(key)
    }
}

/// Answers libcrypto's request for a passphrase with a refusal: its default asks at the terminal (pem_password_cb(3)).
private func refusePassphrase(
    _: UnsafeMutablePointer<CChar>?, _: CInt, _: CInt, _: UnsafeMutableRawPointer?
) -> CInt {
    -1
}
