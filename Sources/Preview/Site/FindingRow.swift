/// A finding as pages show it.
struct FindingRow: Sendable {
    let rule: String
    let severity: String
    let message: String
    /// `file:line:column` in the template folder.
    let location: String?
    let letter: String?
    /// Leads to the letter's findings.
    let href: String?
    /// The lines it is about; empty where there are none to show.
    let excerpt: [SourceExcerpt.Line]

    init(_ finding: Finding, root: String, sources: [String: String] = [:]) {
        rule = finding.rule
        severity = finding.severity.rawValue
        message = finding.message
        location = finding.location
        letter = finding.letter
        href = finding.letter.map { "\(root)letter/\($0)/index.html#view=findings" }
        excerpt = finding.location.flatMap { SourceExcerpt(at: $0, in: sources) }?.lines ?? []
    }
}

/// How many findings of each severity there are, for a badge; nil for none.
struct FindingCount: Sendable {
    let errors: Int?
    let warnings: Int?

    init(_ findings: some Collection<Finding>) {
        let errors = findings.count { $0.severity == .error }
        self.errors = errors > 0 ? errors : nil
        warnings = findings.count > errors ? findings.count - errors : nil
    }
}
