import BookingLinks
import FoundationEssentials
import Mail
import Notifications

/// A letter taken apart for the rules, once: what its reader gets, and the facts it must treat with care.
struct OpenedLetter: Sendable {
    let id: SpecimenID
    let read: ReadLetter
    let text: String
    let html: String
    let preheader: String?
    let tokens: [HTMLToken]
    let links: [ReadLink]
    /// The style sheets; those in comments are for Outlook alone.
    let styleSheets: [String]
    /// What the sheets and the `style` attributes say.
    let styles: [Style]
    /// The people and places it is about, as the letter prints them.
    let names: [String]
    /// The purposes of the links that were issued for it and work.
    let owed: [LinkPurpose]

    /// Takes a letter of the gallery apart.
    init(_ specimen: Specimen, _ reader: inout StyleReader) {
        self.init(
            id: specimen.id, read: ReadLetter(specimen.letter.message.bytes), names: specimen.claim.facts.names,
            owed: specimen.claim.owed, &reader)
    }

    /// Takes a message apart; the facts are given.
    init(
        id: SpecimenID, read: ReadLetter, names: [String] = [], owed: [LinkPurpose] = [], _ reader: inout StyleReader
    ) {
        self.id = id
        self.read = read
        text = read.text ?? ""
        html = read.html ?? ""
        tokens = Array(HTMLTokens(html))
        preheader = read.preheader
        links = read.links(verifiedBy: nil, at: .distantPast)
        styleSheets = tokens.compactMap { if case .style(let sheet) = $0 { sheet } else { nil } }
        var styles: [Style] = []
        for style in Set(tokens.compactMap { $0.style }).union(styleSheets) { styles.append(reader.style(style)) }
        self.styles = styles
        self.names = Set(names.map(\.printed)).filter { $0.count > 1 }.sorted()
        self.owed = owed
    }

    /// The language without its region.
    var language: String { id.language }

    /// The opening tags with their attributes, in their order.
    var tags: [(name: String, attributes: [String: String])] { tokens.compactMap(\.opening) }

    /// Those, and the ones in comments that Outlook reads: `<!--[if mso]>…<![endif]-->`.
    var allTags: [(name: String, attributes: [String: String])] {
        let comments = html.split(separator: "<!--[if", omittingEmptySubsequences: false).dropFirst()
        let inside = comments.map { comment in
            comment.prefix(upTo: comment.firstRange(of: "<![endif]")?.lowerBound ?? comment.endIndex)
        }
        return tags + inside.flatMap { HTMLTokens(String($0.drop { $0 != ">" }.dropFirst())).compactMap(\.opening) }
    }
}

extension SpecimenID {
    /// The language without its region: `es` for `es-MX`.
    var language: String { String(locale.prefix { $0 != "-" }) }
}

extension HTMLToken {
    /// Name and attributes of an opening tag.
    fileprivate var opening: (name: String, attributes: [String: String])? {
        if case .start(let name, let attributes) = self { (name, attributes) } else { nil }
    }

    /// The `style` attribute of an opening tag.
    fileprivate var style: String? {
        if case .start(_, let attributes) = self { attributes["style"] } else { nil }
    }
}

extension Claim {
    /// The purposes of its links that work.
    var owed: [LinkPurpose] { links.filter { !$0.isRevoked && $0.expiresAt > readAt }.map(\.purpose) }
}

extension Facts {
    /// The people and places a letter about these facts may name, besides the practice.
    fileprivate var names: [String] {
        let own: [String?] =
            switch self {
            case .reservation(let facts): [facts.providerName, facts.visitorName, facts.placeText]
            case .client(let facts): [facts.name]
            case .series(let facts): [facts.providerName, facts.visitorName] + facts.visits.map(\.placeText)
            case .invitation(let facts): [facts.providerName, facts.inviteeName]
            case .signupTask, .messageThread, .account, .gone, .malformed: []
            }
        return [subject?.recipient.name].compactMap(\.self) + own.compactMap(\.self)
    }
}

extension String {
    /// As letters print a name: without the controls of direction, which they take out, and with single spaces.
    fileprivate var printed: String {
        var scalars = unicodeScalars
        scalars.removeAll { (0x202A...0x202E).contains($0.value) || (0x2066...0x2069).contains($0.value) }
        return String(scalars).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    }
}
