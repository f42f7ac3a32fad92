/// Every address of the site, as a value: what a request asks for and what an export writes.
///
/// Nothing here is ever a path on disk; an address that is not one of these leads nowhere.
enum SitePath: Hashable, Sendable {
    case index
    case letter(SpecimenID, LetterFile)
    case findings
    case findingsData
    case lettersData
    case diffIndex
    case diff(SpecimenID)
    case inboxIndex
    case inbox(id: String, LetterFile)
    case asset(String)
    /// Where an open page hears of changes.
    case events
    /// Where a letter is sent as a test from.
    case send(SpecimenID)

    /// The files a letter's folder holds.
    enum LetterFile: String, CaseIterable, Sendable {
        case page = "index.html"
        case message = "message.eml"
        case html = "letter.html"
        case text = "letter.txt"
        case invitation = "invite.ics"
    }

    /// Reads an address without its leading slash; nil for what is no address of any site.
    init?(_ path: String) {
        let steps = path.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        switch (steps.first, steps.count) {
        case ("index.html", 1): self = .index
        case ("events", 1): self = .events
        case ("findings.json", 1): self = .findingsData
        case ("letters.json", 1): self = .lettersData
        case ("findings", 2) where steps[1] == Self.page: self = .findings
        case ("diff", 2) where steps[1] == Self.page: self = .diffIndex
        case ("inbox", 2) where steps[1] == Self.page: self = .inboxIndex
        case ("assets", 2): self = .asset(steps[1])
        case ("letter", 5) where steps[4] == Self.send:
            self = .send(SpecimenID(kind: steps[1], locale: steps[2], scenario: steps[3]))
        case ("letter", 5):
            guard let file = LetterFile(rawValue: steps[4]) else { return nil }
            self = .letter(SpecimenID(kind: steps[1], locale: steps[2], scenario: steps[3]), file)
        case ("diff", 5) where steps[4] == Self.page:
            self = .diff(SpecimenID(kind: steps[1], locale: steps[2], scenario: steps[3]))
        case ("inbox", 3):
            guard let file = LetterFile(rawValue: steps[2]) else { return nil }
            self = .inbox(id: steps[1], file)
        default: return nil
        }
    }

    /// The address, without a leading slash.
    var text: String {
        switch self {
        case .index: "index.html"
        case .letter(let id, let file): "letter/\(id.path)/\(file.rawValue)"
        case .findings: "findings/index.html"
        case .findingsData: "findings.json"
        case .lettersData: "letters.json"
        case .diffIndex: "diff/index.html"
        case .diff(let id): "diff/\(id.path)/index.html"
        case .inboxIndex: "inbox/index.html"
        case .inbox(let id, let file): "inbox/\(id)/\(file.rawValue)"
        case .asset(let name): "assets/\(name)"
        case .events: "events"
        case .send(let id): "letter/\(id.path)/\(Self.send)"
        }
    }

    /// What leads from here to the top of the site: `../` once for each folder.
    ///
    /// Links are relative, so that an export works from wherever it is put, and from a file's address.
    var root: String { String(repeating: "../", count: text.utf8.count { $0 == UInt8(ascii: "/") }) }

    private static let page = LetterFile.page.rawValue
    private static let send = "send"
}
