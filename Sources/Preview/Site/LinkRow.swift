import BookingLinks
import FoundationEssentials

/// A link of a letter as the link table shows it.
struct LinkRow: Sendable {
    let label: String?
    let url: String
    /// The link's host and the start of its path, for the eye.
    let shortURL: String
    /// `rsv` and the like, and what it lets its holder do.
    let purpose: String?
    let meaning: String?
    let expiresAt: String?
    /// How long after the letter it stops working.
    let lasts: String?
    let verdict: String
    /// `ok` for a genuine booking link, `error` for one that is refused, `none` for any other link.
    let standing: String
    let isInHTML: Bool
    let isInText: Bool

    init(_ link: ReadLink, at now: Date) {
        label = link.label
        url = link.url
        shortURL = link.url.count > 64 ? link.url.prefix(60) + "…" : link.url
        purpose = link.purpose?.rawValue
        meaning = link.purpose.map(Self.meaning)
        expiresAt = link.expiresAt.map(Self.words)
        lasts = link.expiresAt.map { Self.words(Int($0.timeIntervalSince(now))) }
        verdict = link.verdict
        standing = link.isGenuine.map { $0 ? "ok" : "error" } ?? "none"
        (isInHTML, isInText) = (link.isInHTML, link.isInText)
    }

    private static func meaning(of purpose: LinkPurpose) -> String {
        switch purpose {
        case .rsv: "confirm a held time"
        case .appt: "see, move or cancel the appointment"
        case .act: "activate the portal"
        case .task: "open a task after login"
        case .inv: "book a first appointment"
        case .pref: "choose which letters come"
        }
    }

    /// `2027-03-04 17:00 UTC`.
    static func words(_ date: Date) -> String {
        let text = date.formatted(.iso8601)
        return text.prefix(10) + " " + text.dropFirst(11).prefix(5) + " UTC"
    }

    private static func words(_ seconds: Int) -> String {
        switch abs(seconds) {
        case ..<7_200: "\(seconds / 60) minutes"
        case ..<172_800: "\(seconds / 3_600) hours"
        default: "\(seconds / 86_400) days"
        }
    }
}
