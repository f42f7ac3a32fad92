import CLibcrypto

/// Whether two byte strings are equal, in a time that depends on their length alone (CRYPTO_memcmp(3)).
///
/// Different lengths are unequal at once: lengths are not secret.
public func constantTimeEquals(_ first: [UInt8], _ second: [UInt8]) -> Bool {
    first.count == second.count && CRYPTO_memcmp(first, second, first.count) == 0
}
