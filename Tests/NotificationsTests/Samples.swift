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
        isSuppressed: Bool = false
    ) -> Subject {
        Subject(
            generation: generation, recipient: Recipient(name: name, address: address, locale: locale),
            isSuppressed: isSuppressed)
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
        return Claim(job: job, facts: facts, links: links ?? kind.links.map { link($0) }, dueAt: readAt, readAt: readAt)
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
            kinds: Dictionary(uniqueKeysWithValues: Kind.all.map { ($0.name, $0.templateNames) }))
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
