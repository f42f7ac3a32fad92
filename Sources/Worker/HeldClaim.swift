import Notifications

/// A claim with the moment it was asked for, so that its facts can be seen to grow old.
struct HeldClaim: Sendable {
    let claim: Claim
    let heldSince: ContinuousClock.Instant

    /// Facts older than this are read again before they are used.
    private static let shelfLife: Duration = .seconds(5)

    var isFresh: Bool { .now - heldSince < Self.shelfLife }
}
