import BookingLinks
import Rendering

// Letters about a time that is held, to somebody who is to become a client. Booking round a payor's authorization would
// void their cover, so it is asked again at every send.

extension Kind {
    /// To someone a provider has reserved a time for: the time, the place, until when it is held, and the link that
    /// takes it.
    static let reservationConfirm = Kind(
        "reservation.confirm", about: \.reservation, links: [.rsv],
        names: TemplateNames(
            texts: ["client.name", "provider.name", "place.text"], moments: ["when", "hold"], flags: ["hold.again"]),
        judge: { $0.holdDecision },
        values: { hold, _, words in
            let again: TemplateValues = ["hold.again": .flag(hold.told != .nothing)]
            return again.merging(hold.holdValues(words))
        })

    /// Once more when two thirds of the hold are over, to whom the first letter has left for.
    static let reservationNudge = Kind(
        "reservation.nudge", about: \.reservation, links: [.rsv],
        names: TemplateNames(texts: ["client.name", "provider.name", "place.text"], moments: ["when", "hold"]),
        judge: { hold in
            hold.holdDecision == .send ? .send(unless: [.nothingTold: hold.told == .nothing]) : hold.holdDecision
        },
        values: { hold, _, words in hold.holdValues(words) })

    /// The provider or the practice has withdrawn the hold: to whom a letter about it has left for.
    static let reservationReleased = Kind(
        "reservation.released", about: \.reservation, outlivesChange: true,
        names: TemplateNames(texts: ["client.name", "provider.name"], moments: ["when"]),
        judge: { hold in
            .send(unless: [
                .stateMoved: hold.state != "cancelled", .requiresAuthorization: hold.requiresAuthorization,
                .nothingTold: hold.told == .nothing,
            ])
        },
        values: { hold, _, words in hold.clientValues(words) })
}

extension ReservationFacts {
    /// Whether there is a hold that the reader may take.
    fileprivate var holdDecision: Decision {
        .send(unless: [
            .stateMoved: state != "pending", .requiresAuthorization: requiresAuthorization,
            // What never ends cannot be said to be held until some time.
            .stateMoved: deadline == nil,
        ])
    }

    fileprivate func holdValues(_ words: LocaleWords) -> TemplateValues {
        clientValues(words).merging(placeValues(words)).merging(words.values(for: deadline, under: "hold"))
    }
}
