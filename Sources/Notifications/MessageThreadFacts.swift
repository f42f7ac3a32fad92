/// A conversation of secure messages as it is now; what was written stays in the portal.
package struct MessageThreadFacts: Sendable {
    /// What every letter asks.
    package let subject: Subject
    /// Its reader has yet to read something.
    package let isUnread: Bool
    /// Its reader is the client, not the provider.
    package let isToClient: Bool

    /// Takes the values of a row of facts.
    package init(subject: Subject, isUnread: Bool, isToClient: Bool) {
        self.subject = subject
        self.isUnread = isUnread
        self.isToClient = isToClient
    }
}
