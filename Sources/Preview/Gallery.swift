/// Every letter of a template folder as it is now, or what keeps it from being read.
///
/// A value: a change on disk makes another gallery.
package struct Gallery: Sendable {
    /// The letters that could be written, in their order.
    package let specimens: [Specimen]
    /// What is wrong with the folder, its scenarios and the letters.
    package let findings: [Finding]

    /// Takes what was read.
    package init(specimens: [Specimen], findings: [Finding]) {
        self.specimens = specimens
        self.findings = findings
    }

    /// What is wrong with the folder itself: letters it concerns are shown as they were before, or not at all.
    package var problems: [Finding] { findings.filter { $0.letter == nil && $0.severity == .error } }

    /// How many errors there are, and how many warnings.
    package var tally: (errors: Int, warnings: Int) {
        let errors = findings.count { $0.severity == .error }
        return (errors, findings.count - errors)
    }
}
