/// A booking link that is mailed for a provider, as things stand now.
package struct InvitationFacts: Sendable {
    /// What every letter asks.
    package let subject: Subject
    /// The provider's name as clients know it.
    package let providerName: String
    /// Whom the provider invites.
    package let inviteeName: String
    /// Neither withdrawn nor used.
    package let isOpen: Bool
    /// Until when the booking link works, where the reader lives; nil when none was issued.
    package let linkEnd: WallClock?

    /// Takes the values of a row of facts.
    package init(subject: Subject, providerName: String, inviteeName: String, isOpen: Bool, linkEnd: WallClock?) {
        self.subject = subject
        self.providerName = providerName
        self.inviteeName = inviteeName
        self.isOpen = isOpen
        self.linkEnd = linkEnd
    }
}
