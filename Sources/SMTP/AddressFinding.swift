/// What a refusal proves about the recipient's address, besides that this letter was not taken.
package enum AddressFinding: String, Sendable, CaseIterable {
    /// It does not exist or is switched off for good: the only ground for suppressing it at once.
    case dead
    /// Its mailbox is full, which may pass.
    case full
}
