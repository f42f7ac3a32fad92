import BookingLinks
import Mail
import Rendering

// Letters to a client about a time they have taken.

extension Kind {
    /// The time is the client's: when, where, until when it may be moved; the portal's activation, if that is open.
    static let appointmentConfirmed = Kind(
        "appointment.confirmed", about: \.reservation, optionalLinks: [.appt, .act],
        names: appointmentNames(flags: ["act.open", "tasks.agreements"]),
        judge: { $0.newsDecision },
        values: { visit, claim, words in
            let flags: TemplateValues = [
                "act.open": .flag(claim.carries(.act)), "tasks.agreements": .flag(visit.hasAgreements),
            ]
            return flags.merging(visit.appointmentValues(claim, words))
        },
        calendar: { $0.calendarEntry(.request) })

    /// Another time or place; a confirmation to whom nothing was confirmed yet, and nothing to whom it changes nothing.
    static let appointmentChanged = Kind(
        "appointment.changed", about: \.reservation, optionalLinks: [.appt, .act],
        names: appointmentNames(flags: ["tasks.agreements"]),
        judge: { $0.newsDecision },
        values: { visit, claim, words in
            let flags: TemplateValues = ["tasks.agreements": .flag(visit.hasAgreements)]
            return flags.merging(visit.appointmentValues(claim, words))
        },
        calendar: { $0.calendarEntry(.request) },
        rewording: { $0.told == .nothing ? .appointmentConfirmed : nil })

    /// The provider asks for another time; the one that stands stays until the client has picked.
    static let appointmentRescheduleRequest = Kind(
        "appointment.reschedule_request", about: \.reservation, links: [.appt],
        names: TemplateNames(texts: ["client.name", "provider.name"], moments: ["when", "until"]),
        judge: { visit in
            .send(unless: [
                .stateMoved: visit.state != "confirmed" || !visit.isAskedToMove, .pastDeadline: !visit.isAhead,
            ])
        },
        values: { visit, _, words in
            visit.clientValues(words).merging(words.values(for: visit.linkEnd, under: "until"))
        })

    /// The appointment is off.
    ///
    /// Whoever was invited is told to cross it out; where nobody was told of it there is nothing to take back.
    static let appointmentCancelled = Kind(
        "appointment.cancelled", about: \.reservation,
        names: TemplateNames(texts: ["client.name", "provider.name"], moments: ["when"], flags: ["change.by_client"]),
        judge: { .send(unless: [.stateMoved: $0.state != "cancelled", .nothingTold: !$0.isKnown]) },
        values: { visit, _, words in
            let flags: TemplateValues = ["change.by_client": .flag(visit.isChangedByClient)]
            return flags.merging(visit.clientValues(words))
        },
        calendar: { $0.told == .nothing ? nil : $0.calendarEntry(.cancel) })

    /// Two days before, and a few hours before: the second has no link to move it any more.
    static let appointmentReminder = Kind(
        "appointment.reminder", about: \.reservation, links: [.pref], optionalLinks: [.appt], isOptional: true,
        names: appointmentNames(flags: ["reminder.soon"]),
        judge: { .send(unless: [.stateMoved: $0.state != "confirmed", .pastDeadline: !$0.isAhead]) },
        values: { visit, claim, words in
            let flags: TemplateValues = ["reminder.soon": .flag(visit.isSoon)]
            return flags.merging(visit.appointmentValues(claim, words))
        })

    private static func appointmentNames(flags: [String]) -> TemplateNames {
        TemplateNames(
            texts: ["client.name", "provider.name", "place.text"], moments: ["when", "cutoff"],
            flags: ["place.virtual", "place.in_person", "place.phone", "edit.open"] + flags)
    }
}

extension ReservationFacts {
    /// Whether there is an appointment, and something about it that the reader does not know.
    fileprivate var newsDecision: Decision {
        .send(unless: [.stateMoved: state != "confirmed", .alreadyTold: told == .same, .pastDeadline: !isAhead])
    }

    fileprivate func appointmentValues(_ claim: Claim, _ words: LocaleWords) -> TemplateValues {
        clientValues(words).merging(placeValues(words)).merging(placeFlags).merging(editValues(claim, words))
    }
}
