import CLibcrypto

/// HMAC with SHA-256 (RFC 2104, RFC 4231).
public enum HMACSHA256 {
    /// The 32-byte code of a message under a key of any length; any thread.
    ///
    /// Compare codes with `constantTimeEquals`, never with `==`.
    public static func authenticationCode(for message: [UInt8], key: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: SHA256.byteCount) { buffer, count in
            let code = HMAC(
                EVP_sha256(), key, CInt(clamping: key.count), message, message.count, buffer.baseAddress, nil)
            precondition(code != nil, "libcrypto cannot compute HMAC-SHA-256; check its openssl.cnf.")
            count = SHA256.byteCount
        }
    }
}
