import BookingLinks
import Foundation
import Mail
import Rendering
import Signing

@testable import Notifications

/// Claims and a writer that are the same in every run; a test changes the one thing it is about.
enum Samples {
    /// 2027-03-01T17:00:00Z.
    static let now = Date(timeIntervalSince1970: 1_803_920_400)
    static let subject = uuid(1)
    static let environment = "test"

    static func uuid(_ number: UInt8) -> UUID {
        UUID(uuid: (0xA0, 0, 0, 0, 0, 0, 0x40, 0, 0x80, 0, 0, 0, 0, 0, 0, number))
    }

    static func subject(
        name: String = "Zoë O'Neil", address: String = "zoe@example.org", locale: String = "en", generation: Int = 1,
        isSuppressed: Bool = false, isOverCap: Bool = false
    ) -> Subject {
        Subject(
            generation: generation, recipient: Recipient(name: name, address: address, locale: locale),
            isSuppressed: isSuppressed, isOverCap: isOverCap)
    }

    static func clock(_ text: String = "2027-03-08 1 10:00 -28800", zone: String = "America/Los_Angeles") throws
        -> WallClock
    {
        try WallClock(text, zone: zone)
    }

    static func reservation(
        subject: Subject = subject(), state: String = "pending", deadline: String? = "2027-03-04 4 09:00 -28800",
        starts: String = "2027-03-08 1 10:00 -28800", place: Place = .virtual, placeText: String? = nil,
        providerName: String = "Dr. Amara Lindqvist", requiresAuthorization: Bool = false,
        visitorName: String? = "Zoë O'Neil", changing: (inout ReservationFacts) throws -> Void = { _ in }
    ) throws -> Facts {
        var facts = ReservationFacts(
            subject: subject, state: state, deadline: try deadline.map { try clock($0) }, starts: try clock(starts),
            place: place,
            placeText: placeText, providerName: providerName, requiresAuthorization: requiresAuthorization,
            visitorName: visitorName)
        try changing(&facts)
        return .reservation(facts)
    }

    /// A reservation that the client has taken, with all that letters about one may ask.
    static func appointment(
        subject: Subject = subject(), state: String = "confirmed", visitorName: String? = "Zoë O'Neil",
        changing: (inout ReservationFacts) throws -> Void = { _ in }
    ) throws -> Facts {
        try reservation(subject: subject, state: state, deadline: nil, visitorName: visitorName) { facts in
            facts.span = ReservationFacts.Span(
                reservationID: Samples.subject, sequence: 3, startsAt: now + 7 * 86_400,
                endsAt: now + 7 * 86_400 + 3000)
            facts.isEditable = true
            facts.cutoff = try clock("2027-03-07 7 10:00 -28800")
            facts.isKnown = true
            facts.bookingSlug = "amara"
            try changing(&facts)
        }
    }

    static func client(
        subject: Subject = subject(), name: String = "Zoë O'Neil", isActive: Bool = true, checkIns: String = "on",
        openTasks: [String] = ["intake_form"], isApproved: Bool = false
    ) throws -> Facts {
        .client(
            try ClientFacts(
                subject: subject, name: name, isActive: isActive, checkIns: checkIns,
                openTasks: openTasks, isApproved: isApproved,
                linkEnd: try clock("2027-03-15 1 09:00 -25200")))
    }

    static func invitation(subject: Subject = subject(), inviteeName: String = "Zoë O'Neil", isOpen: Bool = true)
        throws -> Facts
    {
        .invitation(
            InvitationFacts(
                subject: subject, providerName: "Dr. Amara Lindqvist", inviteeName: inviteeName, isOpen: isOpen,
                linkEnd: try clock("2027-03-31 3 10:00 -25200")))
    }

    static func series(
        subject: Subject = subject(), isToClient: Bool = true, wantsNotices: Bool = true,
        times: [String] = ["2027-03-08 1 10:00 -28800"],
        told: Told = .nothing
    ) throws -> Facts {
        .series(
            SeriesFacts(
                subject: subject, isToClient: isToClient, providerName: "Dr. Amara Lindqvist",
                wantsNotices: wantsNotices,
                visitorName: "Zoë O'Neil",
                visits: try times.map { SeriesFacts.Visit(starts: try clock($0), place: .virtual) }, told: told))
    }

    static func thread(isUnread: Bool = true, isToClient: Bool = true) -> Facts {
        .messageThread(MessageThreadFacts(subject: subject(), isUnread: isUnread, isToClient: isToClient))
    }

    static func account(_ event: AccountFacts.Event = .login, subject: Subject = subject()) throws -> Facts {
        .account(
            AccountFacts(
                subject: subject, event: event, isClient: true, happened: try clock("2027-03-01 1 08:30 -28800")))
    }

    /// Facts that want a letter of this kind.
    static func wanted(_ kind: Kind) throws -> Facts {
        switch kind.name {
        case "reservation.confirm": try reservation()
        case "reservation.nudge": try reservation { $0.told = .same }
        case "reservation.released": try reservation(state: "cancelled") { $0.told = .otherwise }
        case "provider.hold_expired": try reservation(state: "expired")
        case "provider.declined": try reservation(state: "cancelled")
        case "appointment.changed": try appointment { $0.told = .otherwise }
        case "appointment.reschedule_request":
            try appointment {
                $0.isAskedToMove = true
                $0.linkEnd = try clock("2027-03-07 7 10:00 -28800")
            }
        case "appointment.cancelled", "provider.cancelled": try appointment(state: "cancelled") { $0.told = .otherwise }
        case "appointment.series": try series()
        case "provider.invite": try invitation()
        case "portal.activate": try task()
        case "task.digest", "survey.request", "checkin.due", "checkin.optout_decided": try client()
        case "checkin.optout_requested": try client(checkIns: "off_requested")
        case "message.new": thread()
        case "security.notice": try account()
        default: try appointment()
        }
    }

    static func task(
        subject: Subject = subject(), state: String = "open", isActivated: Bool = false, isArchived: Bool = false,
        reservationState: String? = nil, deadline: String? = "2027-03-08 1 09:00 -28800"
    ) throws -> Facts {
        .signupTask(
            SignupTaskFacts(
                subject: subject, state: state, isActivated: isActivated, isArchived: isArchived,
                reservationState: reservationState,
                deadline: try deadline.map { try clock($0) }))
    }

    static func link(
        _ purpose: LinkPurpose, expiresAt: Date = now + 3 * 86_400, keyID: String = "2027-03a", isRevoked: Bool = false,
        generation: Int = 1
    ) -> IssuedLink {
        IssuedLink(
            jti: uuid(9), purpose: purpose, subjectID: subject, generation: generation, keyID: keyID, issuedAt: now,
            expiresAt: expiresAt, isRevoked: isRevoked)
    }

    static func claim(
        _ kind: Kind, _ facts: Facts, links: [IssuedLink]? = nil, generation: Int = 1, expiresAt: Date = now + 86_400,
        readAt: Date = now,
        uuid: UUID = uuid(7), datedAt: Date = now
    ) -> Claim {
        let job = Job(
            ticket: Ticket(jobID: 1, claimNumber: 1), kind: kind.name, subjectID: subject,
            subjectGeneration: generation, audience: "invitee",
            attempts: 0, expiresAt: expiresAt, triedAt: nil, messageUUID: uuid, datedAt: datedAt, isInDoubt: false)
        return Claim(
            job: job, facts: facts, links: links ?? (kind.links + kind.optionalLinks).map { link($0) }, dueAt: readAt,
            readAt: readAt)
    }

    static func signer() throws -> LinkSigner {
        try LinkSigner(
            key: PrivateKey(seed: Array(0..<32)), keyID: KeyID("2027-03a"), audience: "book.example.org",
            environment: LinkEnvironment(environment))
    }

    static func verifier() throws -> LinkVerifier {
        let key = KeyRing.Entry(keyID: try KeyID("2027-03a"), publicKey: try signer().publicKey)
        return try LinkVerifier(
            keys: KeyRing([key]), audience: "book.example.org", environment: LinkEnvironment(environment))
    }

    static let repository = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    static func templates() throws -> TemplateSet {
        try TemplateSet(
            directory: repository.appendingPathComponent("Templates").path,
            kinds: Kind.templateNames)
    }

    static func writer(
        _ templates: TemplateSet? = nil, base: String = "https://book.example.org",
        brandName: String = "Larkspur Practice", directoryURL: String? = nil, crisisLine: String? = nil,
        welcomeURL: String? = nil
    ) throws -> LetterWriter {
        let practice = Practice(
            from: try Mailbox(name: "Larkspur Practice", address: EmailAddress("no-reply@larkspur.example")),
            replyTo: try Mailbox(address: EmailAddress("hello@larkspur.example")),
            bounceAddress: try EmailAddress("bounces@larkspur.example"),
            brandName: brandName, accent: try accent(), portalURL: "https://portal.larkspur.example",
            supportURL: "https://help.larkspur.example", directoryURL: directoryURL, crisisLine: crisisLine,
            welcomeURL: welcomeURL)
        return LetterWriter(
            templates: try templates ?? self.templates(), signer: try signer(), base: try LinkBase(base),
            practice: practice)
    }

    private static func accent() throws -> BrandColor {
        guard let color = BrandColor("#2f6f5e") else { throw MalformedFact("a colour") }
        return color
    }
}
