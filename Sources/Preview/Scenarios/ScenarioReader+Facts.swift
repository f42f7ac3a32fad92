import BookingLinks
import FoundationEssentials
import Notifications
import Rendering

// What is true of a subject in a scenario: what each statement of `Sources/Outbox/SQL` would have read.

extension ScenarioReader {
    /// How long a visit takes, in seconds; only calendars tell.
    private static let visitLength: TimeInterval = 50 * 60

    /// The states of a reservation about which letters are sent.
    private enum State: String, CaseIterable {
        case pending, confirmed, cancelled, expired
    }

    /// The facts; nil when something is missing, which has been noted.
    mutating func facts(_ topic: Topic, _ scene: Scene) throws(MalformedFact) -> Facts? {
        switch topic {
        case .reservation: try reservation(scene).map(Facts.reservation)
        case .signupTask: .signupTask(try signupTask(scene))
        case .client: .client(try client(scene))
        case .series: .series(try series(scene))
        case .invitation: .invitation(try invitation(scene))
        case .messageThread:
            .messageThread(
                MessageThreadFacts(
                    subject: scene.subject, isUnread: true, isToClient: scene.audience == .client))
        case .account: try account(scene).map(Facts.account)
        }
    }

    private mutating func reservation(_ scene: Scene) throws(MalformedFact) -> ReservationFacts? {
        let state = fields.choice("state", of: State.self)
        let place = fields.choice("place", of: Place.self)
        let starts = fields.time("starts")
        let cutoff = fields.optionalTime("cutoff")
        let told = fields.choice("told", else: Told.nothing)
        let (isByClient, isAsked) = (fields.flag("changed_by_client"), fields.flag("asked_to_move"))
        let (hasAgreements, isSoon) = (fields.flag("agreements"), fields.flag("soon"))
        guard let state, let place, let starts else { return nil }
        var facts = ReservationFacts(
            subject: scene.subject, state: state.rawValue, deadline: try scene.end(of: .rsv),
            starts: try starts.clock(in: scene.zone(of: place)), place: place,
            placeText: place == .inPerson ? scene.cast.address : nil, providerName: scene.cast.provider.name,
            requiresAuthorization: false, visitorName: scene.cast.client.name)
        facts.span = ReservationFacts.Span(
            reservationID: id("subject"), sequence: told == .nothing ? 0 : 1, startsAt: starts.instant,
            endsAt: starts.instant + Self.visitLength)
        facts.isAhead = starts.instant > scene.now.instant
        facts.isChangedByClient = isByClient
        facts.isAskedToMove = isAsked
        facts.told = told
        facts.isKnown = state == .cancelled
        facts.isEditable = cutoff.map { scene.now.instant <= $0.instant } ?? false
        facts.cutoff = try cutoff?.clock(in: scene.reader.zone)
        facts.linkEnd = try scene.end(of: .appt)
        facts.hasAgreements = hasAgreements
        facts.isSoon = isSoon
        facts.bookingSlug = scene.cast.slug
        return facts
    }

    private func signupTask(_ scene: Scene) throws(MalformedFact) -> SignupTaskFacts {
        SignupTaskFacts(
            subject: scene.subject, state: "open", isActivated: false, isArchived: false, reservationState: nil,
            deadline: try scene.end(of: .act))
    }

    private mutating func client(_ scene: Scene) throws(MalformedFact) -> ClientFacts {
        try ClientFacts(
            subject: scene.subject, name: scene.cast.client.name, isActive: true,
            checkIns: fields.choice("check_ins", else: ClientFacts.CheckIns.on).rawValue,
            openTasks: fields.choices("tasks", of: LocaleWords.Task.self).map(\.rawValue),
            isApproved: fields.flag("approved"), linkEnd: try scene.end(of: .task))
    }

    private mutating func series(_ scene: Scene) throws(MalformedFact) -> SeriesFacts {
        // Before anything of it can be wrong: what is not asked for counts as unknown.
        let told = fields.choice("told", else: Told.nothing)
        let visits = try fields.objects("visits") { visit throws(MalformedFact) -> SeriesFacts.Visit? in
            let (starts, place) = (visit.time("starts"), visit.choice("place", of: Place.self))
            guard let starts, let place else { return nil }
            return SeriesFacts.Visit(
                starts: try starts.clock(in: scene.zone(of: place)), place: place,
                placeText: place == .inPerson ? scene.cast.address : "")
        }
        return SeriesFacts(
            subject: scene.subject, isToClient: scene.audience == .client, providerName: scene.cast.provider.name,
            wantsNotices: true, visitorName: scene.cast.client.name, visits: visits, told: told)
    }

    private func invitation(_ scene: Scene) throws(MalformedFact) -> InvitationFacts {
        InvitationFacts(
            subject: scene.subject, providerName: scene.cast.provider.name, inviteeName: scene.cast.client.name,
            isOpen: true, linkEnd: try scene.end(of: .inv))
    }

    private mutating func account(_ scene: Scene) throws(MalformedFact) -> AccountFacts? {
        let (event, happened) = (fields.choice("event", of: AccountFacts.Event.self), fields.time("happened"))
        guard let event, let happened else { return nil }
        return AccountFacts(
            subject: scene.subject, event: event, isClient: scene.audience == .client,
            happened: try happened.clock(in: scene.reader.zone))
    }
}
