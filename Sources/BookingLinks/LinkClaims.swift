public import FoundationEssentials

/// What a link says: who it is for, what it opens and until when.
///
/// Anyone who holds the link can read it, so it has ids only: no name, no address, no time of the appointment.
public struct LinkClaims: Hashable, Sendable {
    /// The host of the site the link leads to.
    public let audience: String
    /// The reservation, client or provider that the purpose speaks of.
    public let subject: UUID
    /// The link's own id, under which the database keeps its uses and its revocation.
    public let jti: UUID
    /// What the link lets its holder do.
    public let purpose: LinkPurpose
    /// The subject's generation; when the subject has moved on, the link no longer fits.
    public let generation: Int
    /// When the link was issued, in whole seconds.
    public let issuedAt: Date
    /// When the link ends, in whole seconds; at this instant it is already over.
    public let expiresAt: Date

    /// The largest generation every JSON parser reads exactly.
    static let maximumGeneration = (1 << 53) - 1

    /// Claims with both instants rounded down to the second.
    ///
    /// Throws `invalidAudience`, or `invalidClaims` for a negative generation, an instant outside the years 0001 to
    /// 9999 and a link that ends before it begins.
    public init(
        audience: String, subject: UUID, jti: UUID, purpose: LinkPurpose, generation: Int, issuedAt: Date,
        expiresAt: Date
    ) throws(LinkError) {
        guard let issued = Instant.seconds(issuedAt), let expires = Instant.seconds(expiresAt), issued < expires,
            (0...Self.maximumGeneration).contains(generation)
        else {
            throw LinkError(
                .invalidClaims, "A link needs a generation of 0 or more and an end at least a second after its issue.")
        }
        self.audience = try Audience.checked(audience)
        self.subject = subject
        self.jti = jti
        self.purpose = purpose
        self.generation = generation
        self.issuedAt = Date(timeIntervalSince1970: Double(issued))
        self.expiresAt = Date(timeIntervalSince1970: Double(expires))
    }
}
