package import Rendering

/// Something about a template or a letter that a person should look at.
package struct Finding: Error, Hashable, Sendable, Codable {
    /// How much it matters.
    package enum Severity: String, Hashable, Sendable, Codable {
        /// The letter must not leave like this.
        case error
        /// Somebody should look.
        case warning
    }

    /// The rule of a letter that is shown as it was before its template was broken.
    static let lastGood = "last-good"

    /// Which rule found it, such as `links-differ`: stable, for tools.
    package let rule: String
    /// How much it matters.
    package let severity: Severity
    /// The place in the template folder, `file:line:column`; nil when it belongs to no one place.
    package let location: String?
    /// The letter, `kind/locale/scenario`; nil when it is the folder's.
    package let letter: String?
    /// A sentence that says what is wrong and what to do.
    package let message: String

    /// Takes what a rule found.
    package init(
        _ rule: String, _ severity: Severity = .error, at location: TemplateLocation? = nil,
        in letter: SpecimenID? = nil,
        _ message: String
    ) {
        self.rule = rule
        self.severity = severity
        self.location = location?.description
        self.letter = letter?.path
        self.message = message
    }

    /// What is wrong with a template folder, under the rule of its code.
    init(_ problem: TemplateProblem) {
        self.init(problem.code.rawValue, at: problem.location, problem.message)
    }
}
