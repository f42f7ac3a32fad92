import CLibcrypto

/// Random bytes fit for keys and identifiers (RAND_bytes(3)).
public enum Random {
    /// As many random bytes as asked for; any thread.
    ///
    /// Throws `libraryFailure` where the system gives libcrypto no entropy. Nothing weaker is ever returned instead.
    public static func bytes(_ count: Int) throws(SigningError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let filled = LibraryErrors.cleared { RAND_bytes(&bytes, CInt(clamping: count)) }
        guard filled == 1, count <= CInt.max else {
            throw LibraryErrors.failure(.libraryFailure, "libcrypto has no random bytes to give.")
        }
        return bytes
    }
}
