import CLibcrypto

/// The public half of an Ed25519 key (RFC 8032): 32 bytes that anyone may know.
public struct PublicKey: Hashable, Sendable {
    /// The number of bytes in a public key.
    public static let byteCount = 32
    /// The number of bytes in a signature.
    public static let signatureByteCount = 64

    private static let paserkPrefix = "k4.public."

    /// The key as RFC 8032 encodes it.
    public let rawBytes: [UInt8]

    /// A key from its 32 raw bytes; throws `malformedKey` for any other number of them.
    public init(rawBytes: [UInt8]) throws(SigningError) {
        guard rawBytes.count == Self.byteCount else {
            throw SigningError(.malformedKey, "An Ed25519 public key has \(Self.byteCount) bytes.")
        }
        self.rawBytes = rawBytes
    }

    /// A key from its PASERK text, `k4.public.` and 43 characters of base64url; throws `malformedKey`.
    public init(paserk: String) throws(SigningError) {
        guard paserk.utf8.starts(with: Self.paserkPrefix.utf8),
            let bytes = Base64URL.decode(paserk.dropFirst(Self.paserkPrefix.count)), bytes.count == Self.byteCount
        else {
            throw SigningError(.malformedKey, "A public key is written `k4.public.` and 43 characters of base64url.")
        }
        rawBytes = bytes
    }

    /// The PASERK text of the key, as it is published.
    public var paserk: String {
        Self.paserkPrefix + Base64URL.encode(rawBytes)
    }

    /// Whether a signature over a message was made with the private half of this key; any thread.
    ///
    /// False for anything else, also for a signature of the wrong length and for one with S beyond the group order
    /// (RFC 8032 section 5.1.7), which libcrypto refuses.
    public func isValid(signature: [UInt8], for message: [UInt8]) -> Bool {
        guard signature.count == Self.signatureByteCount else { return false }
        // Nothing is reported from here, so nothing may stay in the queue to be blamed on the thread's next call.
        defer { ERR_clear_error() }
        guard let key = EVP_PKEY_new_raw_public_key(ed25519, nil, rawBytes, rawBytes.count) else { return false }
        defer { EVP_PKEY_free(key) }
        guard let context = EVP_MD_CTX_new() else { return false }
        defer { EVP_MD_CTX_free(context) }
        guard EVP_DigestVerifyInit(context, nil, nil, nil, key) == 1 else { return false }
        // Negative results are failures too: 1 alone is success (EVP_DigestVerify(3)).
        return EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}

/// libcrypto's number for Ed25519 keys.
let ed25519: CInt = EVP_PKEY_ED25519
