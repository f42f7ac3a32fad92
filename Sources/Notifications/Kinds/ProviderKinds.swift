import BookingLinks
import Rendering

// Letters to a provider, who may have turned notices off, and the one that is mailed for them. A visitor is named by the
// first word of their name and by nothing else; whoever has none is nobody to write about.

extension Kind {
    /// Somebody has taken a time, or it has moved.
    static let providerAppointment = Kind(
        "provider.appointment", about: \.reservation,
        names: TemplateNames(
            texts: ["provider.name", "visitor.first_name", "place.text"], moments: ["when"], flags: ["change.moved"]),
        judge: { visit in
            .send(unless: [
                .stateMoved: visit.state != "confirmed", .subjectGone: visit.visitorFirstName == nil,
                .noticesOff: !visit.wantsNotices, .alreadyTold: visit.told == .same, .pastDeadline: !visit.isAhead,
            ])
        },
        values: { visit, _, words in
            let moved: TemplateValues = ["change.moved": .flag(visit.told != .nothing)]
            return moved.merging(visit.providerValues(words)).merging(visit.placeValues(words))
        })

    /// An appointment is off.
    ///
    /// Also to a provider who was not told of it, because it was their own doing.
    static let providerCancelled = Kind(
        "provider.cancelled", about: \.reservation,
        names: TemplateNames(
            texts: ["provider.name", "visitor.first_name"], moments: ["when"], flags: ["change.by_client"]),
        judge: { visit in
            .send(unless: [
                .stateMoved: visit.state != "cancelled", .subjectGone: visit.visitorFirstName == nil,
                .noticesOff: !visit.wantsNotices, .nothingTold: !visit.isKnown,
            ])
        },
        values: { visit, _, words in
            let flags: TemplateValues = ["change.by_client": .flag(visit.isChangedByClient)]
            return flags.merging(visit.providerValues(words))
        })

    /// Nobody took a time before its hold ended.
    static let providerHoldExpired = endOfHold("provider.hold_expired", state: "expired")

    /// Whom it was held for does not want it.
    static let providerDeclined = endOfHold("provider.declined", state: "cancelled")

    /// A letter about one of their times, or their invitation, did not arrive, so they had better reach the person
    /// another way.
    ///
    /// It is wanted whatever became of the time meanwhile, and also by a provider who has turned notices off.
    static let providerBounce = Kind(
        "provider.bounce", about: Undelivered.init, outlivesChange: true,
        names: TemplateNames(
            texts: ["provider.name", "visitor.first_name"], moments: ["when"],
            flags: ["about.time", "about.invitation"]),
        judge: { _ in .send },
        values: { letter, _, words in
            let own: TemplateValues = [
                "provider.name": .text(letter.providerName), "visitor.first_name": .text(letter.visitor),
                "about.time": .flag(letter.starts != nil), "about.invitation": .flag(letter.isInvitation),
            ]
            return own.merging(words.values(for: letter.starts, under: "when"))
        })

    /// The booking link, mailed for a provider to somebody who is to pick a time; it promises none.
    static let providerInvite = Kind(
        "provider.invite", about: \.invitation, links: [.inv],
        names: TemplateNames(texts: ["client.name", "provider.name"], moments: ["until"]),
        judge: { .send(unless: [.invitationOver: !$0.isOpen]) },
        values: { invitation, _, words in
            let names: TemplateValues = [
                "client.name": .text(invitation.subject.recipient.name),
                "provider.name": .text(invitation.providerName),
            ]
            return names.merging(words.values(for: invitation.linkEnd, under: "until"))
        })

    private static func endOfHold(_ name: String, state: String) -> Kind {
        Kind(
            name, about: \.reservation, outlivesChange: true,
            names: TemplateNames(texts: ["provider.name", "visitor.first_name"], moments: ["when"]),
            judge: { hold in
                .send(unless: [
                    .stateMoved: hold.state != state, .subjectGone: hold.visitorFirstName == nil,
                    .noticesOff: !hold.wantsNotices,
                ])
            },
            values: { hold, _, words in hold.providerValues(words) })
    }
}

extension ReservationFacts {
    fileprivate func providerValues(_ words: LocaleWords) -> TemplateValues {
        let names: TemplateValues = [
            "provider.name": .text(providerName), "visitor.first_name": .text(visitorFirstName ?? ""),
        ]
        return names.merging(words.values(for: starts, under: "when"))
    }
}

/// What a letter that did not arrive was about.
private struct Undelivered {
    let providerName: String
    let visitor: String
    /// The time, where it was about one.
    let starts: WallClock?
    /// It invited somebody to pick a time; about neither, it was about a series of times.
    let isInvitation: Bool

    /// Nil for a subject without a provider or a visitor.
    init?(_ facts: Facts) {
        let names: (provider: String, visitor: String?)? =
            switch facts {
            case .reservation(let facts): (facts.providerName, facts.visitorFirstName)
            case .invitation(let facts): (facts.providerName, firstName(of: facts.inviteeName))
            case .series(let facts): (facts.providerName, firstName(of: facts.visitorName))
            case .signupTask, .client, .messageThread, .account, .gone, .malformed: nil
            }
        guard let names, let visitor = names.visitor else { return nil }
        providerName = names.provider
        self.visitor = visitor
        starts = facts.reservation?.starts
        isInvitation = facts.invitation != nil
    }
}
