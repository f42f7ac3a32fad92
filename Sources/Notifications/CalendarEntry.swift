package import FoundationEssentials
package import Mail

/// What a letter's calendar part says of a reservation.
package struct CalendarEntry: Sendable, Equatable {
    /// What the reader's calendar is to do.
    package let method: CalendarEvent.Method
    /// Whose entry it is: calendars know it by this for as long as it lives.
    package let reservationID: UUID
    /// `ical_seq` as stored: a calendar takes the highest as the latest.
    package let sequence: Int
    /// The start.
    package let startsAt: Date
    /// The end.
    package let endsAt: Date
    /// Where the visit happens.
    package let place: Place
    /// The address of a visit in person.
    package let placeText: String?

    /// Takes the values of a row of facts.
    package init(
        method: CalendarEvent.Method, reservationID: UUID, sequence: Int, startsAt: Date, endsAt: Date, place: Place,
        placeText: String?
    ) {
        self.method = method
        self.reservationID = reservationID
        self.sequence = sequence
        self.startsAt = startsAt
        self.endsAt = endsAt
        self.place = place
        self.placeText = placeText
    }

    /// The entry in a letter of this date to this reader.
    ///
    /// It is discreet, because others see a calendar too: no name but the practice's, a place only for a visit in
    /// person, and no link but the portal's home.
    func event(from practice: Practice, to attendee: EmailAddress, summary: String, datedAt: Date) -> CalendarEvent {
        CalendarEvent(
            method: method, id: reservationID, sequence: sequence, stamp: datedAt,
            start: startsAt, end: endsAt, organizer: practice.from.address, organizerName: practice.brandName,
            attendee: attendee, summary: summary, location: place == .inPerson ? placeText : nil,
            note: practice.portalURL)
    }
}
