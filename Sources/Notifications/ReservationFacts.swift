/// Where a visit happens.
package enum Place: String, Sendable {
    /// By video, in the client's portal.
    case virtual
    /// At the address in the reservation.
    case inPerson = "in_person"
    /// By telephone.
    case phone
}

/// A reservation as it is now.
package struct ReservationFacts: Sendable {
    /// What every letter asks.
    package let subject: Subject
    /// `pending`, `confirmed`, `cancelled`, `expired`, `completed` or `no_show`.
    package let state: String
    /// The end of the hold where the reader lives; nil when there is none.
    package let deadline: WallClock?
    /// The start: where the provider is for a visit in person, where the reader is otherwise.
    package let starts: WallClock
    /// Where the visit happens.
    package let place: Place
    /// The address of a visit in person.
    package let placeText: String?
    /// The provider's name as clients know it.
    package let providerName: String
    /// The payor must authorize before a time may be reserved.
    package let requiresAuthorization: Bool
    /// Whom the time is for, as the provider knows them: the client, or the invitee who is none yet; nil when the row
    /// names neither.
    package let visitorName: String?
    /// Under which name the provider's booking page is found.
    package var bookingSlug: String?

    /// Takes the values of a row of facts.
    package init(
        subject: Subject, state: String, deadline: WallClock?, starts: WallClock, place: Place,
        placeText: String?, providerName: String, requiresAuthorization: Bool, visitorName: String? = nil
    ) {
        self.subject = subject
        self.state = state
        self.deadline = deadline
        self.starts = starts
        self.place = place
        self.placeText = placeText
        self.providerName = providerName
        self.requiresAuthorization = requiresAuthorization
        self.visitorName = visitorName
    }
}
