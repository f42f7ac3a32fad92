/// An access token to log in with (RFC 6750).
package struct BearerToken: Sendable, Equatable, Redacted {
    /// The longest token that is taken, in bytes; real ones have some 2,000.
    static let longest = 16_384

    let text: String
    /// How long it serves; nil when its source does not tell.
    let lifetime: Lifetime?

    /// Takes visible ASCII only, which RFC 6750 §2.1 narrows further: nothing in it can end the SASL message.
    init?(_ text: some StringProtocol, lifetime: Lifetime? = nil) {
        guard (1...Self.longest).contains(text.utf8.count), text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            return nil
        }
        self.text = String(text)
        self.lifetime = lifetime
    }

    /// From when on a token should be replaced, and until when it serves.
    struct Lifetime: Sendable, Equatable {
        /// How long before its end a token is replaced, unless that is more than a fifth of its life.
        static let margin = Duration.seconds(300)

        let refreshAt: ContinuousClock.Instant
        let expiresAt: ContinuousClock.Instant

        /// - Parameters:
        ///   - start: when it was asked for: its life may have begun as early as that.
        ///   - duration: how long the issuer says it lives.
        init(from start: ContinuousClock.Instant, lasting duration: Duration) {
            expiresAt = start + duration
            refreshAt = max(start + duration * 4 / 5, expiresAt - Self.margin)
        }
    }
}
