import CLibcrypto

/// SHA-256 (FIPS 180-4), in one call or piece by piece.
///
/// ```swift
/// var hash = SHA256()
/// hash.update(header)
/// hash.update(body)
/// let digest = hash.finalize()   // 32 bytes
/// ```
///
/// An instance is used by one thread at a time. The functions do not throw: the only failures left to SHA-256 are
/// exhausted memory and a libcrypto set up without it, and both stop the process.
public struct SHA256: ~Copyable {
    /// The number of bytes in a digest.
    public static let byteCount = 32

    private let context: OpaquePointer

    /// Starts an empty hash.
    public init() {
        guard let context = EVP_MD_CTX_new() else { preconditionFailure("libcrypto could not allocate a hash.") }
        Self.require(EVP_DigestInit_ex(context, EVP_sha256(), nil))
        self.context = context
    }

    deinit {
        EVP_MD_CTX_free(context)
    }

    /// Adds bytes to the hash; contiguous collections are read in place.
    public mutating func update(_ bytes: some Collection<UInt8>) {
        let context = self.context
        let read: Void? = bytes.withContiguousStorageIfAvailable { buffer in
            Self.require(EVP_DigestUpdate(context, buffer.baseAddress, buffer.count))
        }
        guard read == nil else { return }
        Array(bytes).withUnsafeBufferPointer { buffer in
            Self.require(EVP_DigestUpdate(context, buffer.baseAddress, buffer.count))
        }
    }

    /// Ends the hash and returns its 32 bytes.
    public consuming func finalize() -> [UInt8] {
        finalDigest()
    }

    /// The digest of one buffer.
    public static func digest(_ bytes: [UInt8]) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: byteCount) { buffer, count in
            require(EVP_Digest(bytes, bytes.count, buffer.baseAddress, nil, EVP_sha256(), nil))
            count = byteCount
        }
    }

    /// The digest of several buffers, read one after the other and never joined.
    public static func digest(of buffers: [[UInt8]]) -> [UInt8] {
        var hash = SHA256()
        for buffer in buffers {
            hash.update(buffer)
        }
        return hash.finalize()
    }

    /// Borrows the hash, which keeps the context from being freed before libcrypto has written the digest.
    private borrowing func finalDigest() -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: Self.byteCount)
        Self.require(EVP_DigestFinal_ex(context, &digest, nil))
        return digest
    }

    private static func require(_ result: CInt) {
        precondition(result == 1, "libcrypto cannot compute SHA-256; check its openssl.cnf.")
    }
}
