/// Everything that was found, by file and by letter.
struct FindingsPage: Sendable {
    /// The findings of one file or letter.
    struct Group: Sendable {
        let place: String
        /// Leads to the letter; nil for a file.
        let letterPage: String?
        let rows: [FindingRow]
    }

    let layout: Layout
    let groups: [Group]
    let count: FindingCount
    let rules: [Rule]

    /// A rule and how often it was broken.
    struct Rule: Sendable {
        let name: String
        let times: Int
    }
}

extension Site {
    func findingsPage() -> Page {
        let root = SitePath.findings.root
        func place(_ finding: Finding) -> String {
            finding.letter ?? finding.location.map(Self.file) ?? "The template folder"
        }
        var order: [String] = []
        var groups: [String: [Finding]] = [:]
        for finding in gallery.findings {
            if groups[place(finding)] == nil { order.append(place(finding)) }
            groups[place(finding), default: []].append(finding)
        }
        let rules = Dictionary(grouping: gallery.findings, by: \.rule).mapValues(\.count)
        return PageTemplates.findings.page(
            FindingsPage(
                layout: layout("findings", .findings, title: "Findings"),
                groups: order.map { place in
                    let rows = (groups[place] ?? []).map { FindingRow($0, root: root, sources: sources) }
                    return FindingsPage.Group(place: place, letterPage: rows.first?.href, rows: rows)
                },
                count: FindingCount(gallery.findings),
                rules: rules.sorted { $0.key < $1.key }.map { FindingsPage.Rule(name: $0.key, times: $0.value) }))
    }

    /// `file:line:column` without line and column.
    private static func file(_ location: String) -> String {
        location.split(separator: ":").dropLast(2).joined(separator: ":")
    }
}
