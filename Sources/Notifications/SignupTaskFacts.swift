/// A signup task as it is now.
package struct SignupTaskFacts: Sendable {
    /// What every letter asks.
    package let subject: Subject
    /// `open`, `done` or `void`.
    package let state: String
    /// The client has activated the portal.
    package let isActivated: Bool
    /// The client's record is closed.
    package let isArchived: Bool
    /// The state of the reservation the task belongs to; nil when it belongs to none.
    package let reservationState: String?
    /// Until when the activation link works, where the reader lives; nil when no link was issued.
    package let deadline: WallClock?

    /// Takes the values of a row of facts.
    package init(
        subject: Subject, state: String, isActivated: Bool, isArchived: Bool, reservationState: String?,
        deadline: WallClock?
    ) {
        self.subject = subject
        self.state = state
        self.isActivated = isActivated
        self.isArchived = isArchived
        self.reservationState = reservationState
        self.deadline = deadline
    }
}
