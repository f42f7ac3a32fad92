package import BookingLinks
import FoundationEssentials
import Mail

/// The preview as a value: every page and file of a gallery, made on demand.
///
/// Served, exported and tested alike. Links are relative and name files, so an export works from a file's address too.
/// Nothing is read from disk: an address is looked up among what the gallery, the inbox and the baseline hold.
package struct Site: Sendable {
    let gallery: Gallery
    let inbox: [InboxLetter]?
    let comparison: Comparison?
    let isLive: Bool
    /// The number that pages name when they listen for changes, so that none between the two is missed.
    private(set) var edition = 1
    let sendsTests: Bool
    let sources: [String: String]
    /// The gallery's letters in the order of its pages: of each kind the ordinary scenario comes first.
    let letters: [Specimen]
    private let specimens: [SpecimenID: Specimen]
    private let findings: [String: [Finding]]
    private let verifier: LinkVerifier?

    /// A site of a gallery.
    ///
    /// - Parameters:
    ///   - gallery: the letters, and what was found in them.
    ///   - base: where the links of the gallery's letters lead.
    ///   - inbox: what arrived, newest first; nil leaves the inbox out.
    ///   - baseline: letters to compare the gallery's with; nil leaves the comparison out.
    ///   - live: pages listen for changes at `events`.
    ///   - sendsTests: letters have a form that sends one as a test.
    ///   - sources: files of the template folder by their paths in it, of which findings show lines.
    package init(
        gallery: Gallery, base: LinkBase, inbox: [InboxLetter]? = nil, baseline: Baseline? = nil, live: Bool = false,
        sendsTests: Bool = false, sources: [String: String] = [:]
    ) {
        self.gallery = gallery
        self.inbox = inbox
        comparison = baseline.map { Comparison(of: gallery, with: $0) }
        isLive = live
        self.sendsTests = sendsTests
        self.sources = sources
        letters = gallery.specimens.sorted { left, right in
            (left.id.kind, left.id.isOrdinary ? 0 : 1, left.id) < (right.id.kind, right.id.isOrdinary ? 0 : 1, right.id)
        }
        specimens = Dictionary(gallery.specimens.map { ($0.id, $0) }) { first, _ in first }
        findings = Dictionary(grouping: gallery.findings.filter { $0.letter != nil }) { $0.letter ?? "" }
        // Without it the links are shown as not checked.
        verifier = try? PreviewKey.verifier(base: base)
    }

    /// The address of every page and file, sorted, without a leading slash.
    package var paths: [String] {
        var paths: [SitePath] = [.index, .findings, .findingsData, .lettersData]
        paths += SiteAsset.allCases.map { .asset($0.rawValue) }
        for specimen in gallery.specimens {
            paths += files(of: specimen.readLetter).map { .letter(specimen.id, $0) }
        }
        if let inbox {
            paths.append(.inboxIndex)
            for arrived in inbox { paths += files(of: arrived.letter).map { .inbox(id: arrived.id, $0) } }
        }
        if let comparison { paths += [.diffIndex] + comparison.changes.map { .diff($0.id) } }
        return paths.map(\.text).sorted()
    }

    /// As `page(at:)`, of a site that is shown under this number.
    package func page(at path: String, edition: Int) -> Page? {
        var site = self
        site.edition = edition
        return site.page(at: path)
    }

    /// The page or file at an address without its leading slash; nil when there is none.
    package func page(at path: String) -> Page? {
        guard let path = SitePath(path) else { return nil }
        switch path {
        case .index: return indexPage()
        case .letter(let id, let file):
            guard let specimen = specimens[id] else { return nil }
            let letter = specimen.readLetter
            return file == .page ? letterPage(specimen, letter) : part(file, of: letter)
        case .findings: return findingsPage()
        case .findingsData: return findingsData()
        case .lettersData: return lettersData()
        case .diffIndex: return comparison.map { diffsPage($0) }
        case .diff(let id): return diffPage(at: id)
        case .inboxIndex: return inbox.map { inboxPage($0) }
        case .inbox(let id, let file):
            guard let inbox, let place = inbox.firstIndex(where: { $0.id == id }) else { return nil }
            return file == .page ? arrivedPage(inbox, at: place) : arrivedPart(file, of: inbox[place].letter)
        case .asset(let name): return SiteAsset(rawValue: name)?.page
        case .events, .send: return nil
        }
    }

    /// What was found in one letter.
    func findings(in id: SpecimenID) -> [Finding] { findings[id.path] ?? [] }

    /// The letter's links, checked with the preview's key.
    func links(of letter: ReadLetter, at now: Date) -> [ReadLink] { letter.links(verifiedBy: verifier, at: now) }

    private func files(of letter: ReadLetter) -> [SitePath.LetterFile] {
        SitePath.LetterFile.allCases.filter { $0 == .page || part($0, of: letter) != nil }
    }

    /// As `part`; HTML that came from anywhere takes the frame's policy along, wherever it is opened.
    private func arrivedPart(_ file: SitePath.LetterFile, of letter: ReadLetter) -> Page? {
        guard file == .html else { return part(file, of: letter) }
        return letter.html.map {
            Page(type: "text/html; charset=utf-8", bytes: Array(("<!DOCTYPE html>" + LetterView.framed($0)).utf8))
        }
    }

    private func part(_ file: SitePath.LetterFile, of letter: ReadLetter) -> Page? {
        switch file {
        case .page: nil
        case .message: Page(type: "message/rfc822", bytes: letter.bytes)
        case .html: letter.html.map { Page(type: "text/html; charset=utf-8", bytes: Array($0.utf8)) }
        case .text: letter.text.map { Page(type: "text/plain; charset=utf-8", bytes: Array($0.utf8)) }
        case .invitation:
            letter.calendarPart.map { Page(type: "text/calendar; charset=utf-8", bytes: $0.content) }
        }
    }
}
