package import FoundationEssentials

/// Where a visit happens.
package enum Place: String, CaseIterable, Sendable {
    /// By video, in the client's portal.
    case virtual
    /// At the address in the reservation.
    case inPerson = "in_person"
    /// By telephone.
    case phone
}

/// What other letters told this reader of the subject last.
package enum Told: String, CaseIterable, Sendable {
    /// None told anything.
    case nothing
    /// What is true now.
    case same
    /// Something that has changed since.
    case otherwise
}

/// A reservation as it is now.
///
/// What only some letters ask has a value of its own from the start, so that a test names what it is about.
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

    /// When it is, as calendars know it.
    package var span: Span?
    /// The start is still ahead.
    package var isAhead = true
    /// Who changed it last is the client.
    package var isChangedByClient = false
    /// The provider has asked for another time, and waits.
    package var isAskedToMove = false
    /// What this reader was told before.
    package var told = Told.nothing
    /// Somebody was told of it before it was cancelled, whoever that was.
    package var isKnown = false
    /// The client may still move or cancel it.
    package var isEditable = false
    /// Until when they may, where the reader lives; nil unless it is confirmed.
    package var cutoff: WallClock?
    /// Until when this letter's link to the appointment works, where the reader lives; nil when none was issued.
    package var linkEnd: WallClock?
    /// The client has agreements to accept before it.
    package var hasAgreements = false
    /// The letter is the reminder a few hours before.
    package var isSoon = false
    /// The provider wants to be told.
    package var wantsNotices = true
    /// Under which name the provider's booking page is found.
    package var bookingSlug: String?

    /// A reservation as a calendar knows it.
    package struct Span: Sendable, Equatable {
        /// The reservation's id.
        package let reservationID: UUID
        /// How often what a calendar shows has changed.
        package let sequence: Int
        /// The start.
        package let startsAt: Date
        /// The end.
        package let endsAt: Date

        /// Takes the values of a row of facts.
        package init(reservationID: UUID, sequence: Int, startsAt: Date, endsAt: Date) {
            self.reservationID = reservationID
            self.sequence = sequence
            self.startsAt = startsAt
            self.endsAt = endsAt
        }
    }

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
