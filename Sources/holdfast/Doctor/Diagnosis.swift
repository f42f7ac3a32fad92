/// One line of the doctor's report: what was looked at, what was found, and the way to mend it; a pure value.
///
/// It holds names, numbers and places only: no secret, and nobody's address.
struct Diagnosis: Sendable, Equatable, Encodable {
    /// How a check came out.
    enum Verdict: String, Sendable, Encodable, CaseIterable {
        /// As it should be.
        case ok
        /// Letters leave, but something will go wrong, or is worse than it could be.
        case warn
        /// Letters do not leave, or will not at the next start.
        case fail
    }

    /// What was looked at, in two words at most.
    let check: String
    let verdict: Verdict
    /// What was found, in a sentence.
    let finding: String
    /// The finding's parts, where there are many.
    let details: [String]
    /// The way to mend it; nil when nothing is to be mended, or when the finding says how.
    let remedy: String?

    static func ok(_ check: String, _ finding: String) -> Diagnosis {
        Diagnosis(check: check, verdict: .ok, finding: finding, details: [], remedy: nil)
    }

    static func warn(_ check: String, _ finding: String, _ details: [String] = [], mend remedy: String) -> Diagnosis {
        Diagnosis(check: check, verdict: .warn, finding: finding, details: details, remedy: remedy)
    }

    static func fail(_ check: String, _ finding: String, _ details: [String] = [], mend remedy: String) -> Diagnosis {
        Diagnosis(check: check, verdict: .fail, finding: finding, details: details, remedy: remedy)
    }

    /// A refusal whose sentence names the way out itself.
    static func fail(_ check: String, saying sentence: String) -> Diagnosis {
        Diagnosis(check: check, verdict: .fail, finding: sentence, details: [], remedy: nil)
    }
}
