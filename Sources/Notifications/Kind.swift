package import BookingLinks
package import Rendering

/// One kind of letter, declared once: which links it carries, when the facts want it, and the words its template is
/// given.
///
/// Adding a kind is one such declaration, listed in `all`; its template; its row in `holdfast.kind`; and, where the
/// database queues it, one line in a trigger. A test holds the four together.
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
    /// The purposes of the links in the letter; every one must have been issued.
    package let links: [LinkPurpose]
    /// The purposes of links it carries when they were issued and still work.
    package var optionalLinks: [LinkPurpose] = []
    /// The names its template may use, besides those of every letter.
    package let names: TemplateNames
    /// Whether the facts want it.
    let judge: @Sendable (Facts) -> Decision
    /// What the template's names stand for.
    let values: @Sendable (Facts, LocaleWords) -> TemplateValues
    /// What it enters into the reader's calendar or crosses out there; nil for letters without a calendar part.
    var calendar: @Sendable (Facts) -> CalendarEntry? = { _ in nil }
    /// The kind whose words fit what the reader was told before; nil for its own.
    var rewording: @Sendable (Facts) -> Kind? = { _ in nil }
    /// The reader may end such letters.
    package var isOptional = false
    /// What becomes of it in doubt.
    package var inDoubt = InDoubt.resend

    /// Every kind this program can send, which is what its worker declares at each claim.
    package static let all: [Kind] = [.reservationConfirm, .portalActivate, .providerBounce]

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

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
