/// What happened to the account of a client or a provider.
package struct AccountFacts: Sendable {
    /// What there is to tell.
    package enum Event: String, CaseIterable, Sendable {
        /// Somebody logged in as they had not before.
        case login
        /// Logging in takes a second step now.
        case twoStepOn = "two_step_on"
        /// Logging in takes a password alone now.
        case twoStepOff = "two_step_off"
        /// Letters go to another address now: told at the one that was.
        case addressToOld = "address_old"
        /// Letters go to this address now.
        case addressToNew = "address_new"
    }

    /// What every letter asks.
    package let subject: Subject
    /// What happened.
    package let event: Event
    /// It is a client's account, not a provider's.
    package let isClient: Bool
    /// When, where the reader lives.
    package let happened: WallClock

    /// Takes the values of a row of facts.
    package init(subject: Subject, event: Event, isClient: Bool, happened: WallClock) {
        self.subject = subject
        self.event = event
        self.isClient = isClient
        self.happened = happened
    }
}
