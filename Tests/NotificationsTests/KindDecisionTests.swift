import BookingLinks
import Foundation
import Testing

@testable import Notifications

extension Kind: CustomTestStringConvertible {
    /// Its name, which is what a test's output needs of it.
    public var testDescription: String { name }
}

@Suite("When a kind is wanted")
struct KindDecisionTests {
    /// A kind, facts it does not want, and why.
    private struct Case {
        let kind: Kind
        let decision: Decision
        let facts: Facts

        init(_ kind: Kind, _ decision: Decision, _ facts: Facts) {
            (self.kind, self.decision, self.facts) = (kind, decision, facts)
        }
    }

    @Test("each kind is sent when the facts want it", arguments: Kind.all)
    func wanted(kind: Kind) throws {
        #expect(decide(kind, try Samples.wanted(kind)) == .send)
    }

    @Test("facts of any other sort are no subject of a kind", arguments: Kind.all)
    func otherFacts(kind: Kind) throws {
        let own = try Samples.wanted(kind)
        for other in try Kind.all.map(Samples.wanted) where !Self.sameSort(own, other) {
            // The one kind about three sorts.
            if kind.name == "provider.bounce", other.invitation != nil || other.series != nil { continue }
            #expect(decide(kind, other) == .suppress(.subjectGone))
        }
    }

    @Test("a letter whose address must not be written to is not sent, whatever its kind", arguments: Kind.all)
    func suppressedAddress(kind: Kind) throws {
        let facts = try Self.readdressed(kind, Samples.subject(isSuppressed: true))
        #expect(decide(kind, facts) == .suppress(.addressSuppressed))
    }

    @Test("a subject that has moved on ends its letters, but for those that tell of just that", arguments: Kind.all)
    func generations(kind: Kind) throws {
        let outliving: Set = [
            "provider.bounce", "provider.hold_expired", "provider.declined", "reservation.released", "security.notice",
            "message.new", "checkin.due", "checkin.optout_requested", "checkin.optout_decided",
        ]
        let claim = Samples.claim(kind, try Samples.wanted(kind), generation: 2)
        let expected = outliving.contains(kind.name) ? Decision.send : .suppress(.superseded)
        #expect(kind.decision(on: claim, allowing: .everybody) == expected)
    }

    @Test(
        "a letter without a link it is about is not written; one it can do without does not stop it",
        arguments: Kind.all)
    func links(kind: Kind) throws {
        let facts = try Samples.wanted(kind)
        for purpose in kind.links {
            let links = kind.links.filter { $0 != purpose }.map { Samples.link($0) }
            let missing = MalformedFact("no link was issued: is a signing key active?")
            #expect(decide(kind, facts, links) == .undecided(missing))
            #expect(decide(kind, facts, links + [Samples.link(purpose, isRevoked: true)]) == .suppress(.linkRevoked))
            #expect(
                decide(kind, facts, links + [Samples.link(purpose, expiresAt: Samples.now)]) == .expire(.pastDeadline))
        }
        let required = kind.links.map { Samples.link($0) }
        #expect(decide(kind, facts, required) == .send)
        for purpose in kind.optionalLinks {
            #expect(decide(kind, facts, required + [Samples.link(purpose, isRevoked: true)]) == .send)
            #expect(decide(kind, facts, required + [Samples.link(purpose, expiresAt: Samples.now)]) == .send)
        }
    }

    @Test("holds: only while they are held, for payors that allow it, and to whom the first letter left for")
    func holds() throws {
        for kind in [Kind.reservationConfirm, .reservationNudge] {
            for state in ["confirmed", "cancelled", "expired", "completed", "no_show", ""] {
                expect(Case(kind, .suppress(.stateMoved), try Samples.reservation(state: state) { $0.told = .same }))
            }
            expect(Case(kind, .suppress(.stateMoved), try Samples.reservation(deadline: nil) { $0.told = .same }))
            expect(
                Case(
                    kind, .suppress(.requiresAuthorization),
                    try Samples.reservation(requiresAuthorization: true) { $0.told = .same }))
        }
        expect(Case(.reservationNudge, .suppress(.nothingTold), try Samples.reservation()))
        expect(Case(.reservationConfirm, .send, try Samples.reservation { $0.told = .same }))
        expect(Case(.reservationReleased, .suppress(.nothingTold), try Samples.reservation(state: "cancelled")))
        expect(Case(.reservationReleased, .suppress(.stateMoved), try Samples.reservation { $0.told = .same }))
        expect(
            Case(
                .reservationReleased, .suppress(.requiresAuthorization),
                try Samples.reservation(state: "cancelled", requiresAuthorization: true) { $0.told = .same }))
    }

    @Test("a series: to whoever was told otherwise, and to a provider who wants notices")
    func series() throws {
        expect(Case(.appointmentSeries, .suppress(.alreadyTold), try Samples.series(told: .same)))
        expect(Case(.appointmentSeries, .suppress(.nothingTold), try Samples.series(times: [])))
        expect(Case(.appointmentSeries, .send, try Samples.series(times: [], told: .otherwise)))
        expect(Case(.appointmentSeries, .send, try Samples.series(wantsNotices: false)))
        expect(
            Case(.appointmentSeries, .suppress(.noticesOff), try Samples.series(isToClient: false, wantsNotices: false))
        )
    }

    @Test("appointments: while they are ahead, and once", arguments: [Kind.appointmentConfirmed, .appointmentChanged])
    func news(kind: Kind) throws {
        for state in ["pending", "cancelled", "expired", "completed", "no_show"] {
            expect(Case(kind, .suppress(.stateMoved), try Samples.appointment(state: state)))
        }
        expect(Case(kind, .suppress(.alreadyTold), try Samples.appointment { $0.told = .same }))
        expect(Case(kind, .expire(.pastDeadline), try Samples.appointment { $0.isAhead = false }))
        expect(Case(kind, .send, try Samples.appointment { $0.told = .nothing }))
    }

    @Test("a request for another time, and a reminder, only while there is an appointment ahead")
    func requestsAndReminders() throws {
        func asked(_ state: String = "confirmed", ahead: Bool = true, _ isAsked: Bool = true) throws -> Facts {
            try Samples.appointment(state: state) { ($0.isAskedToMove, $0.isAhead) = (isAsked, ahead) }
        }
        for kind in [Kind.appointmentRescheduleRequest, .appointmentReminder] {
            expect(Case(kind, .suppress(.stateMoved), try asked("cancelled")))
            expect(Case(kind, .suppress(.stateMoved), try asked("pending")))
            expect(Case(kind, .expire(.pastDeadline), try asked(ahead: false)))
        }
        expect(Case(.appointmentRescheduleRequest, .suppress(.stateMoved), try asked("confirmed", false)))
        expect(Case(.appointmentReminder, .send, try Samples.appointment { $0.told = .same }))
    }

    @Test("a cancellation tells nobody of what nobody was told, and everybody of what anybody was told")
    func cancellations() throws {
        for kind in [Kind.appointmentCancelled, .providerCancelled] {
            expect(
                Case(kind, .suppress(.nothingTold), try Samples.appointment(state: "cancelled") { $0.isKnown = false }))
            expect(Case(kind, .send, try Samples.appointment(state: "cancelled")))
            expect(Case(kind, .suppress(.stateMoved), try Samples.appointment(state: "expired")))
            expect(Case(kind, .suppress(.stateMoved), try Samples.appointment()))
        }
    }

    @Test("a provider's letters: wanted, about somebody, and news")
    func providers() throws {
        for kind in [Kind.providerAppointment, .providerCancelled, .providerHoldExpired, .providerDeclined] {
            var facts = try #require(Samples.wanted(kind).reservation)
            facts.wantsNotices = false
            expect(Case(kind, .suppress(.noticesOff), .reservation(facts)))
            for nobody in [nil, "", " \t"] {
                let facts = try Samples.reservation(state: facts.state, deadline: nil, visitorName: nobody)
                expect(Case(kind, .suppress(.subjectGone), facts))
            }
        }
        expect(Case(.providerAppointment, .suppress(.alreadyTold), try Samples.appointment { $0.told = .same }))
        expect(Case(.providerAppointment, .expire(.pastDeadline), try Samples.appointment { $0.isAhead = false }))
        expect(Case(.providerAppointment, .suppress(.stateMoved), try Samples.appointment(state: "pending")))
        expect(Case(.providerHoldExpired, .suppress(.stateMoved), try Samples.reservation(state: "cancelled")))
        expect(Case(.providerDeclined, .suppress(.stateMoved), try Samples.reservation(state: "expired")))
        expect(Case(.providerBounce, .send, try Samples.reservation { $0.wantsNotices = false }))
        expect(Case(.providerInvite, .suppress(.invitationOver), try Samples.invitation(isOpen: false)))
    }

    @Test("tasks, check-ins and surveys")
    func clients() throws {
        for kind in [Kind.taskDigest, .surveyRequest, .checkinDue] {
            expect(Case(kind, .suppress(.clientInactive), try Samples.client(isActive: false)))
        }
        expect(Case(.taskDigest, .suppress(.noOpenTask), try Samples.client(openTasks: [])))
        expect(Case(.surveyRequest, .send, try Samples.client(openTasks: [])))
        expect(Case(.checkinDue, .suppress(.checkinsOff), try Samples.client(checkIns: "off")))
        expect(Case(.checkinDue, .send, try Samples.client(checkIns: "off_requested")))
        for state in ["on", "off"] {
            expect(Case(.checkinOptoutRequested, .suppress(.stateMoved), try Samples.client(checkIns: state)))
        }
        expect(
            Case(.checkinOptoutRequested, .send, try Samples.client(isActive: false, checkIns: "off_requested")))
        let decided: [(String, Bool, Decision)] = [
            ("off", true, .send), ("on", false, .send), ("off_requested", false, .send),
            ("on", true, .suppress(.stateMoved)), ("off", false, .suppress(.stateMoved)),
        ]
        for (state, isApproved, decision) in decided {
            expect(Case(.checkinOptoutDecided, decision, try Samples.client(checkIns: state, isApproved: isApproved)))
        }
    }

    @Test("a message that was read is no news; what happened to an account always is")
    func messagesAndAccounts() throws {
        expect(Case(.messageNew, .suppress(.readMeanwhile), Samples.thread(isUnread: false)))
        for event in [AccountFacts.Event.login, .twoStepOn, .twoStepOff, .addressToOld, .addressToNew] {
            expect(Case(.securityNotice, .send, try Samples.account(event)))
        }
    }

    @Test("words of the database that this program does not know are no facts")
    func unknownWords() {
        #expect(throws: MalformedFact.self) { try Samples.client(checkIns: "sometimes") }
        #expect(throws: MalformedFact.self) { try Samples.client(openTasks: ["activate_portal"]) }
    }

    private func expect(_ row: Case, _ location: SourceLocation = #_sourceLocation) {
        #expect(decide(row.kind, row.facts) == row.decision, "\(row.kind.name)", sourceLocation: location)
    }

    private func decide(_ kind: Kind, _ facts: Facts, _ links: [IssuedLink]? = nil) -> Decision {
        kind.decision(on: Samples.claim(kind, facts, links: links), allowing: .everybody)
    }

    private static func sameSort(_ one: Facts, _ other: Facts) -> Bool {
        switch (one, other) {
        case (.reservation, .reservation), (.signupTask, .signupTask), (.client, .client), (.invitation, .invitation),
            (.messageThread, .messageThread), (.account, .account), (.series, .series):
            true
        default: false
        }
    }

    /// Facts that want the kind, about another subject.
    private static func readdressed(_ kind: Kind, _ subject: Subject) throws -> Facts {
        switch try Samples.wanted(kind) {
        case .reservation(let facts):
            try Samples.appointment(subject: subject, state: facts.state) { changed in
                (changed.told, changed.isAskedToMove) = (facts.told, facts.isAskedToMove)
                if facts.state == "pending" { changed = try held(subject, facts) }
            }
        case .signupTask: try Samples.task(subject: subject)
        case .client(let facts): try Samples.client(subject: subject, checkIns: facts.checkIns.rawValue)
        case .invitation: try Samples.invitation(subject: subject)
        case .series: try Samples.series(subject: subject)
        case .messageThread: .messageThread(MessageThreadFacts(subject: subject, isUnread: true, isToClient: true))
        case .account: try Samples.account(subject: subject)
        case let other: other
        }
    }

    private static func held(_ subject: Subject, _ facts: ReservationFacts) throws -> ReservationFacts {
        try #require(Samples.reservation(subject: subject) { $0.told = facts.told }.reservation)
    }
}
