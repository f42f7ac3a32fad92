import BookingLinks
import Mail
import Rendering

// What the letters about reservations have in common.

extension ReservationFacts {
    /// Whom, with whom and when: what a letter to a client says, or to somebody who is to become one.
    func clientValues(_ words: LocaleWords) -> TemplateValues {
        let names: TemplateValues = [
            "client.name": .text(subject.recipient.name), "provider.name": .text(providerName),
        ]
        return names.merging(words.values(for: starts, under: "when"))
    }

    /// The place as the locale words it.
    func placeValues(_ words: LocaleWords) -> TemplateValues {
        ["place.text": .text(words.place(place, text: placeText ?? ""))]
    }

    /// Which way of meeting a letter has to explain.
    var placeFlags: TemplateValues {
        [
            "place.virtual": .flag(place == .virtual), "place.in_person": .flag(place == .inPerson),
            "place.phone": .flag(place == .phone),
        ]
    }

    /// Until when the client may move or cancel, and whether this letter has the link for it.
    func editValues(_ claim: Claim, _ words: LocaleWords) -> TemplateValues {
        let flag: TemplateValues = ["edit.open": .flag(isEditable && claim.carries(.appt))]
        return flag.merging(words.values(for: cutoff, under: "cutoff"))
    }

    /// The entry in the reader's calendar.
    func calendarEntry(_ method: CalendarEvent.Method) -> CalendarEntry? {
        span.map {
            CalendarEntry(
                method: method, reservationID: $0.reservationID, sequence: $0.sequence, startsAt: $0.startsAt,
                endsAt: $0.endsAt, place: place, placeText: placeText)
        }
    }

    /// As much of the visitor's name as a letter to the provider may say; nil when the row names nobody.
    var visitorFirstName: String? { visitorName.flatMap(firstName(of:)) }
}

extension LocaleWords {
    /// The place of a visit, as the language words it.
    func place(_ place: Notifications.Place, text: String) -> String {
        switch place {
        case .virtual: self.place(.virtual)
        case .phone: self.place(.phone)
        case .inPerson: self.place(.inPerson(text))
        }
    }
}
