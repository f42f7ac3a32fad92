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

    let layout: Layout
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
    /// Whether there is a form that sends the letter as a test.
    let sendsTests: Bool
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
        let neighbours = [place - 1, place + 1].map { row.indices.contains($0) ? href(row[$0], from: path) : nil }
        return PageTemplates.letter.page(
            LetterPage(
                layout: layout("letter", path, title: "\(view.subject) · \(id.path)"), view: view,
                kind: id.kind, scenario: id.scenario, locale: id.locale, about: specimen.title,
                kinds: kinds(near: id), scenarios: scenarios(beside: id), locales: locales(beside: id),
                previous: neighbours[0], next: neighbours[1],
                position: place + 1, count: row.count, sendsTests: isLive && sendsTests))
    }

    private func href(_ id: SpecimenID, from path: SitePath) -> String {
        path.root + SitePath.letter(id, .page).text
    }

    private func step(from id: SpecimenID, to other: SpecimenID, _ label: String, _ title: String) -> LetterPage.Step {
        LetterPage.Step(
            label: label, title: title, href: href(other, from: .letter(id, .page)), isCurrent: other == id)
    }

    private func scenarios(beside id: SpecimenID) -> [LetterPage.Step] {
        letters.filter { $0.id.kind == id.kind && $0.id.locale == id.locale }.map {
            step(from: id, to: $0.id, $0.id.scenario, $0.title)
        }
    }

    private func locales(beside id: SpecimenID) -> [LetterPage.Step] {
        letters.filter { $0.id.kind == id.kind && $0.id.scenario == id.scenario }.map {
            step(from: id, to: $0.id, $0.id.locale, $0.id.locale)
        }
    }

    /// The letter of each kind that is most like this one: the same scenario and language, else the same language.
    private func kinds(near id: SpecimenID) -> [LetterPage.Step] {
        var nearest: [String: SpecimenID] = [:]
        func likeness(_ other: SpecimenID) -> Int {
            (other.locale == id.locale ? 4 : 0) + (other.scenario == id.scenario ? 2 : 0)
                + (other.isOrdinary ? 1 : 0)
        }
        for other in letters.map(\.id) {
            if let known = nearest[other.kind], likeness(known) >= likeness(other) { continue }
            nearest[other.kind] = other
        }
        return nearest.values.sorted().map { step(from: id, to: $0, $0.kind, $0.kind) }
    }
}
