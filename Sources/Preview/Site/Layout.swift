/// What every page of the site has around its own content.
struct Layout: Sendable {
    /// A part of the site, in the navigation.
    struct Tab: Sendable {
        let label: String
        let href: String
        let count: Int
        let isCurrent: Bool
    }

    /// Which sort of page it is, for scripts and styles.
    let sort: String
    let title: String
    /// Leads to the top of the site: `../` once for each folder.
    let root: String
    /// Where the page hears of changes; nil in an export.
    let live: String?
    let policy = Layout.policy
    let tabs: [Tab]
    /// What keeps letters from being written as the templates are now: all of it on the first page, and what comes
    /// first on every other; none where all findings are listed anyhow.
    let problems: [FindingRow]
    let problemCount: Int
    /// Leads to the rest of them; nil when all are shown.
    let allProblems: String?

    /// What a page may load: nothing but the site's own script and style.
    ///
    /// Letters in frames inherit it and narrow it further. Their styles are inline, hence `unsafe-inline`.
    static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        + "connect-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'"
}

extension Site {
    func layout(_ sort: String, _ path: SitePath, title: String) -> Layout {
        func tab(_ label: String, _ part: SitePath, _ count: Int) -> Layout.Tab {
            Layout.Tab(label: label, href: path.root + part.text, count: count, isCurrent: part == path)
        }
        var tabs = [
            tab("Letters", .index, gallery.specimens.count), tab("Findings", .findings, gallery.findings.count),
        ]
        if comparison != nil { tabs.append(tab("Changes", .diffIndex, comparison?.changes.count ?? 0)) }
        if let inbox { tabs.append(tab("Inbox", .inboxIndex, inbox.count)) }
        let problems = path == .findings ? [] : gallery.problems
        let shown = problems.prefix(path == .index ? 20 : 2)
        return Layout(
            sort: sort, title: title, root: path.root,
            live: isLive ? "\(path.root)\(SitePath.events.text)?at=\(edition)" : nil, tabs: tabs,
            problems: shown.map { FindingRow($0, root: path.root, sources: sources) }, problemCount: problems.count,
            allProblems: shown.count < problems.count ? path.root + SitePath.findings.text : nil)
    }
}
