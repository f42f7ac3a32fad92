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
}
