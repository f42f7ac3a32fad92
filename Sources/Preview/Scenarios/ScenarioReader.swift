import BookingLinks
import FoundationEssentials
import Notifications
import Rendering
import Signing

/// Reads one scenario as the claim that a worker would have read, for a reader of one language.
///
/// The claim is the same in every run, and its ids in every language, so that letters can be compared.
struct ScenarioReader {
    let kind: Kind
    /// The scenario's name.
    let name: String
    /// The language of whoever reads the letter.
    let locale: String
    let casts: [String: Cast]
    var fields: FieldReader

    /// What a scenario is about: a case of `Facts`.
    enum Topic: String, CaseIterable {
        case reservation
        case signupTask = "signup_task"
        case client
        case series
        case invitation
        case messageThread = "message_thread"
        case account
    }

    /// To whom the letter goes: `holdfast.job.audience`.
    enum Audience: String, CaseIterable {
        case invitee, client, provider
    }

    /// What every scenario says, whatever it is about.
    struct Scene {
        let now: ScenarioTime
        let audience: Audience
        let cast: Cast
        let links: [LinkPurpose: ScenarioTime]
        let locale: String

        var reader: Cast.Person { audience == .provider ? cast.provider : cast.client }

        var subject: Subject {
            Subject(
                generation: 1, recipient: Recipient(name: reader.name, address: reader.email, locale: locale),
                isSuppressed: false)
        }

        /// Where a visit's time is worded: a visit in person where the provider is, any other where the reader is.
        func zone(of place: Place) -> String { place == .inPerson ? cast.provider.zone : reader.zone }

        /// Until when a link works, where the reader lives.
        func end(of purpose: LinkPurpose) throws(MalformedFact) -> WallClock? {
            guard let end = links[purpose] else { return nil }
            return try end.clock(in: reader.zone)
        }
    }

    /// The scenario's sentence and its claim; nil when something is wrong, which `fields.findings` then has.
    mutating func read() -> (title: String, claim: Claim)? {
        let title = fields.ownText("title")
        let topic = fields.choice("about", of: Topic.self)
        let scene = scene()
        guard let topic else { return nil }
        var facts: Facts?
        do { facts = try self.facts(topic, scene) } catch { fields.refuse(nil, "\(error).") }
        fields.finish()
        guard fields.findings.isEmpty, let title, let facts else { return nil }
        let claim = claim(facts, scene)
        judge(claim)
        return fields.findings.isEmpty ? (title, claim) : nil
    }

    /// Where something is wrong with it, something else stands in, so that what is wrong with the facts is told as well.
    private mutating func scene() -> Scene {
        let now = fields.time("now")
        let audience = fields.choice("to", of: Audience.self)
        let links = fields.times("links", by: LinkPurpose.self)
        let castName = fields.text("cast")
        let cast = castName.flatMap { casts[$0] }
        if castName != nil, cast == nil {
            fields.refuse("cast", "There is no such cast; those of _scenarios are \(Self.list(casts.keys)).")
        }
        for purpose in kind.links where links[purpose] == nil {
            fields.refuse("links", "links must have \(purpose.rawValue), without which this letter is worth nothing.")
        }
        for purpose in links.keys where !(kind.links + kind.optionalLinks).contains(purpose) {
            fields.refuse("links", "Letters of this kind have no link \(purpose.rawValue): remove it.")
        }
        return Scene(
            now: now ?? .epoch, audience: audience ?? .client, cast: cast ?? .nobody, links: links, locale: locale)
    }

    private func claim(_ facts: Facts, _ scene: Scene) -> Claim {
        let now = scene.now.instant
        let job = Job(
            ticket: Ticket(jobID: 1, claimNumber: 1), kind: kind.name, subjectID: id("subject"), subjectGeneration: 1,
            audience: scene.audience.rawValue, attempts: 0, expiresAt: now + 86_400, triedAt: nil,
            messageUUID: id("message"), datedAt: now, isInDoubt: false)
        let links = scene.links.sorted { $0.key.rawValue < $1.key.rawValue }.map { purpose, end in
            IssuedLink(
                jti: id("link \(purpose.rawValue)"), purpose: purpose, subjectID: id("subject"), generation: 1,
                keyID: PreviewKey.name, issuedAt: now, expiresAt: end.instant)
        }
        return Claim(job: job, facts: facts, links: links, dueAt: now, readAt: now)
    }

    /// A scenario that no worker would write to anybody shows a letter that nobody gets.
    private mutating func judge(_ claim: Claim) {
        switch kind.decision(on: claim, allowing: .everybody) {
        case .send: return
        case .suppress(let refusal), .expire(let refusal):
            fields.refuse(nil, "No such letter would be sent: \(refusal.rawValue).")
        case .undecided(let fact): fields.refuse(nil, "\(fact).")
        }
    }

    /// The same UUID in every run, of version 8 (RFC 9562 section 5.8).
    func id(_ what: String) -> UUID {
        var bytes = SHA256.digest(Array("\(kind.name)/\(name)/\(what)".utf8))
        bytes[6] = bytes[6] & 0x0F | 0x80
        bytes[8] = bytes[8] & 0x3F | 0x80
        return bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
    }

    private static func list(_ names: some Collection<String>) -> String { names.sorted().joined(separator: ", ") }
}
