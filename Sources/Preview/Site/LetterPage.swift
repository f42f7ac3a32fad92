import FoundationEssentials
import Notifications

/// The page of one letter of the gallery.
struct LetterPage: Sendable {
    /// A letter to go to.
    struct Step: Sendable {
        let label: String
        let title: String
        let href: String
        let isCurrent: Bool
    }

    let frame: Frame
    let view: LetterView
    let kind: String
    let scenario: String
    let locale: String
    /// What the scenario says.
    let about: String
    let kinds: [Step]
    let scenarios: [Step]
    let locales: [Step]
    let previous: String?
    let next: String?
    /// Its place among the letters of its language, from 1.
    let position: Int
    let count: Int
    let supportTable = SiteAsset.supportTable
    /// Whom a test may go to; empty without the form.
    let testAddresses: [String]
}

extension Site {
    func letterPage(_ specimen: Specimen, _ letter: ReadLetter) -> Page {
        let id = specimen.id
        let path = SitePath.letter(id, .page)
        let now = specimen.claim.readAt
        let view = LetterView(
            letter, name: id.path, envelope: specimen.envelope,
            links: links(of: letter, at: now), at: now, findings: findings(in: id))
        let row = letters.map(\.id).filter { $0.locale == id.locale }
        let place = row.firstIndex(of: id) ?? 0
        func href(_ id: SpecimenID) -> String { path.root + SitePath.letter(id, .page).text }
        func step(_ other: SpecimenID, label: String, title: String, isCurrent: Bool) -> LetterPage.Step {
            LetterPage.Step(label: label, title: title, href: href(other), isCurrent: isCurrent)
        }
        let siblings = letters.filter { $0.id.kind == id.kind }
        return PageTemplates.letter.page(
            LetterPage(
                frame: frame("letter", path, title: "\(view.subject) · \(id.path)"), view: view,
                kind: id.kind, scenario: id.scenario, locale: id.locale, about: specimen.title,
                kinds: kinds(near: id).map {
                    step($0, label: $0.kind, title: $0.kind, isCurrent: $0.kind == id.kind)
                },
                scenarios: siblings.filter { $0.id.locale == id.locale }.map {
                    step($0.id, label: $0.id.scenario, title: $0.title, isCurrent: $0.id == id)
                },
                locales: siblings.filter { $0.id.scenario == id.scenario }.map {
                    step($0.id, label: $0.id.locale, title: $0.id.locale, isCurrent: $0.id == id)
                },
                previous: place > 0 ? href(row[place - 1]) : nil,
                next: place + 1 < row.count ? href(row[place + 1]) : nil,
                position: place + 1, count: row.count, testAddresses: isLive ? testAddresses : []))
    }

    /// The letter of each kind that is most like this one: the same scenario and language, else the same language.
    private func kinds(near id: SpecimenID) -> [SpecimenID] {
        var nearest: [String: SpecimenID] = [:]
        func likeness(_ other: SpecimenID) -> Int {
            (other.locale == id.locale ? 4 : 0) + (other.scenario == id.scenario ? 2 : 0)
                + (other.isOrdinary ? 1 : 0)
        }
        for other in letters.map(\.id) {
            if let known = nearest[other.kind], likeness(known) >= likeness(other) { continue }
            nearest[other.kind] = other
        }
        return nearest.values.sorted()
    }
}
