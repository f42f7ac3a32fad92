package import BookingLinks
package import FoundationEssentials

/// A row of `holdfast.link`: what a link in the letter says when it is signed.
package struct IssuedLink: Sendable {
    /// The row's identity, and the token's.
    package let jti: UUID
    /// What the link is for.
    package let purpose: LinkPurpose
    /// Whose link it is.
    package let subjectID: UUID
    /// The subject's generation it belongs to.
    package let generation: Int
    /// The key that is to sign it: the one that is active now.
    package let keyID: String
    /// When it was issued, whole seconds.
    package let issuedAt: Date
    /// When it stops working, whole seconds.
    package let expiresAt: Date
    /// It was revoked: its subject moved on, or somebody ended it.
    package let isRevoked: Bool

    /// Takes the values of a row.
    package init(
        jti: UUID, purpose: LinkPurpose, subjectID: UUID, generation: Int, keyID: String, issuedAt: Date,
        expiresAt: Date, isRevoked: Bool = false
    ) {
        self.jti = jti
        self.purpose = purpose
        self.subjectID = subjectID
        self.generation = generation
        self.keyID = keyID
        self.issuedAt = issuedAt
        self.expiresAt = expiresAt
        self.isRevoked = isRevoked
    }
}
