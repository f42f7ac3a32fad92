package import BookingLinks
package import Rendering

/// One kind of letter, declared once: which links it carries, when the facts want it, and the words its template is
/// given.
///
/// `CONTRIBUTING.md` shows the steps of adding one; tests hold its parts together.
package struct Kind: Sendable {
    /// What becomes of a letter that may have been taken: the relay fell silent after the final dot, or the worker died.
    package enum InDoubt: Sendable {
        /// The same bytes are sent once more after a while: better twice than not at all.
        case resend
        /// It waits for the operator: better not at all than twice.
        case hold
    }

    /// Its name: `holdfast.kind`'s key and the template's folder.
    package let name: String
    /// The purposes of the links without which the letter is worth nothing: each must have been issued, and work.
    package let links: [LinkPurpose]
    /// The purposes of links it carries while they work, and can do without.
    package var optionalLinks: [LinkPurpose] = []
    /// The names its template may use, besides those of every letter.
    package let names: TemplateNames
    /// Whether the facts want it.
    let judge: @Sendable (Facts) -> Decision
    /// What the template's names stand for; what it says of a link it asks the claim, `Claim.carries`.
    let values: @Sendable (Claim, LocaleWords) -> TemplateValues
    /// What it enters into the reader's calendar or crosses out there; nil for letters without a calendar part.
    var calendar: @Sendable (Facts) -> CalendarEntry? = { _ in nil }
    /// The kind whose words fit what the reader was told before; nil for its own.
    var rewording: @Sendable (Facts) -> Kind? = { _ in nil }
    /// The reader may end such letters: `holdfast.kind.class` is not `required`.
    package var isOptional = false
    /// It is wanted also when its subject has moved on to another generation.
    package var outlivesChange = false
    /// What becomes of it in doubt.
    package var inDoubt = InDoubt.resend

    /// Every kind this program can send, which is what its worker declares at each claim.
    package static let all: [Kind] = [
        .reservationConfirm, .reservationNudge, .reservationReleased,
        .appointmentConfirmed, .appointmentChanged, .appointmentRescheduleRequest, .appointmentCancelled,
        .appointmentSeries, .appointmentReminder,
        .providerAppointment, .providerCancelled, .providerHoldExpired, .providerDeclined, .providerBounce,
        .providerInvite,
        .portalActivate, .taskDigest, .surveyRequest,
        .checkinDue, .checkinOptoutRequested, .checkinOptoutDecided,
        .messageNew, .securityNotice,
    ]

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

    /// The names each kind's template may use, by the kind's name.
    package static let templateNames = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0.templateNames) })

    /// The kind of this name, or nil.
    package static func named(_ name: String) -> Kind? { byName[name] }

    /// The names its template may use: the kind's own, those of every letter, and the address of each link.
    package var templateNames: TemplateNames {
        let addresses = (links + optionalLinks).map { (linkName($0), TemplateNames.Use.url) }
        return names.merging(Practice.templateNames).merging(TemplateNames(Dictionary(uniqueKeysWithValues: addresses)))
    }

    /// The kind whose template, links and calendar part the letter has.
    func wording(of facts: Facts) -> Kind { rewording(facts) ?? self }

    /// The name under which a template finds a link, such as `link.rsv`.
    func linkName(_ purpose: LinkPurpose) -> String { "link.\(purpose.rawValue)" }
}

extension Kind {
    /// A kind about one sort of facts; of others it says that its subject is gone.
    ///
    /// - Parameters:
    ///   - name: its name in `holdfast.kind`.
    ///   - topic: the facts it is about, or nil when they are of another sort.
    ///   - judge: whether those facts want it.
    ///   - values: what the template's names stand for.
    ///   - calendar: what it does to the reader's calendar.
    ///   - rewording: the kind whose words fit better.
    init<Topic>(
        _ name: String, about topic: @escaping @Sendable (Facts) -> Topic?, links: [LinkPurpose] = [],
        optionalLinks: [LinkPurpose] = [], isOptional: Bool = false, outlivesChange: Bool = false, names: TemplateNames,
        judge: @escaping @Sendable (Topic) -> Decision,
        values: @escaping @Sendable (Topic, Claim, LocaleWords) -> TemplateValues,
        calendar: @escaping @Sendable (Topic) -> CalendarEntry? = { _ in nil },
        rewording: @escaping @Sendable (Topic) -> Kind? = { _ in nil }
    ) {
        self.init(
            name: name, links: links, optionalLinks: optionalLinks, names: names,
            judge: { topic($0).map(judge) ?? .suppress(.subjectGone) },
            values: { claim, words in topic(claim.facts).map { values($0, claim, words) } ?? [:] },
            calendar: { topic($0).flatMap(calendar) }, rewording: { topic($0).flatMap(rewording) },
            isOptional: isOptional, outlivesChange: outlivesChange)
    }
}
