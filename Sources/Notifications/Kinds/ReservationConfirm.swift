import BookingLinks
import Rendering

extension Kind {
    /// To someone a provider has reserved a time for: the time, the place, until when it is held, and the link that
    /// takes it.
    static let reservationConfirm = Kind(
        name: "reservation.confirm",
        links: [.rsv],
        names: [
            "client.name": .text, "provider.name": .text, "place.text": .text,
            "when.day": .text, "when.date": .text, "when.time": .text, "when.zone": .text,
            "hold.day": .text, "hold.date": .text, "hold.time": .text, "hold.zone": .text,
        ],
        judge: { facts in
            guard case .reservation(let reservation) = facts else { return .suppress(.subjectGone) }
            if reservation.state != "pending" { return .suppress(.stateMoved) }
            // Booking round the authorization would void the client's cover, so this is asked again here.
            if reservation.requiresAuthorization { return .suppress(.requiresAuthorization) }
            return reservation.deadline == nil ? .suppress(.stateMoved) : .send
        },
        values: { facts, words in
            guard case .reservation(let reservation) = facts, let deadline = reservation.deadline else { return [:] }
            let own: TemplateValues = [
                "client.name": .text(reservation.subject.recipient.name),
                "provider.name": .text(reservation.providerName),
                "place.text": .text(words.place(reservation.whereabouts)),
            ]
            return own.merging(words.values(for: reservation.starts, under: "when"))
                .merging(words.values(for: deadline, under: "hold"))
        })
}

extension ReservationFacts {
    /// The place as the locale words it.
    var whereabouts: LocaleWords.Place {
        switch place {
        case .virtual: .virtual
        case .phone: .phone
        case .inPerson: .inPerson(placeText ?? "")
        }
    }
}
