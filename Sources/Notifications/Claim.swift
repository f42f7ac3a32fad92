import BookingLinks
package import FoundationEssentials

/// A claimed job with everything its letter needs, read in the transaction of the claim.
package struct Claim: Sendable {
    /// The email owed.
    package let job: Job
    /// What is true of its subject.
    package let facts: Facts
    /// The links issued for it.
    package let links: [IssuedLink]
    /// Since when it was due.
    package let dueAt: Date
    /// The database's clock at the claim.
    package let readAt: Date

    /// Joins what the statements of one claim returned.
    package init(job: Job, facts: Facts, links: [IssuedLink], dueAt: Date, readAt: Date) {
        self.job = job
        self.facts = facts
        self.links = links
        self.dueAt = dueAt
        self.readAt = readAt
    }

    /// The links a letter may carry: issued, not revoked, and still working as the facts were read.
    var usableLinks: [IssuedLink] { links.filter { !$0.isRevoked && $0.expiresAt > readAt } }

    /// Whether the letter carries a link of this purpose: what its words say of a link is asked here, so that they and
    /// the link never disagree.
    func carries(_ purpose: LinkPurpose) -> Bool { usableLinks.contains { $0.purpose == purpose } }
}
