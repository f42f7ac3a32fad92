package import Signing

/// A PASETO v4.public token as it travels: payload, signature and footer.
///
/// The layout is that of the PASETO specification, version 4, purpose `public`. No field of it chooses an algorithm.
package struct PublicToken: Sendable {
    private static let header = "v4.public."

    /// The signed message.
    package let payload: [UInt8]
    /// The 64 bytes of the Ed25519 signature.
    package let signature: [UInt8]
    /// The bytes after the second dot; signed too, empty where there is none.
    package let footer: [UInt8]

    /// Signs a message; throws what `PrivateKey.sign` throws.
    package init(
        signing payload: [UInt8], footer: [UInt8], assertion: [UInt8], with key: PrivateKey
    ) throws(SigningError) {
        self.payload = payload
        self.footer = footer
        signature = try key.sign(Self.signedBytes(payload: payload, footer: footer, assertion: assertion))
    }

    /// Takes a token apart without trusting any of it; nil for text that no `text` would write.
    package init?(_ text: String) {
        guard text.utf8.starts(with: Self.header.utf8) else { return nil }
        let parts = text.utf8.dropFirst(Self.header.utf8.count).split(separator: .dot, omittingEmptySubsequences: false)
        guard parts.count == 1 || (parts.count == 2 && !parts[1].isEmpty),
            let body = Base64URL.decode(Array(parts[0])), body.count >= PublicKey.signatureByteCount,
            let footer = parts.count == 2 ? Base64URL.decode(Array(parts[1])) : []
        else { return nil }
        payload = Array(body.dropLast(PublicKey.signatureByteCount))
        signature = Array(body.suffix(PublicKey.signatureByteCount))
        self.footer = footer
    }

    /// The token as text.
    package var text: String {
        let body = Self.header + Base64URL.encode(payload + signature)
        return footer.isEmpty ? body : body + "." + Base64URL.encode(footer)
    }

    /// Whether the key signed this payload and footer together with this assertion.
    package func isSigned(by key: PublicKey, assertion: [UInt8]) -> Bool {
        key.isValid(
            signature: signature, for: Self.signedBytes(payload: payload, footer: footer, assertion: assertion))
    }

    /// The pre-authentication encoding of the four pieces: their count, then each with its length before it.
    private static func signedBytes(payload: [UInt8], footer: [UInt8], assertion: [UInt8]) -> [UInt8] {
        let pieces = [Array(header.utf8), payload, footer, assertion]
        return pieces.reduce(into: littleEndian(pieces.count)) { bytes, piece in
            bytes += littleEndian(piece.count)
            bytes += piece
        }
    }

    private static func littleEndian(_ number: Int) -> [UInt8] {
        withUnsafeBytes(of: UInt64(number).littleEndian) { Array($0) }
    }
}
