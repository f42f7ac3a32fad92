import Mail
import Notifications

extension Gallery {
    /// Whether something keeps letters from being written.
    var isBroken: Bool { !problems.isEmpty }

    /// The same gallery with the letters of an earlier one that cannot be written now.
    ///
    /// They stay as they were, each with a finding that says so, until the folder is mended; what is missing from a
    /// folder without mistakes was taken away on purpose.
    func keeping(_ last: Gallery) -> Gallery {
        let now = Set(specimens.map(\.id))
        let refused = Set(findings.filter { $0.severity == .error }.compactMap(\.letter))
        let kept = last.specimens.filter { !now.contains($0.id) && (isBroken || refused.contains($0.id.path)) }
        guard !kept.isEmpty else { return self }
        let notices = kept.map { letter in
            Finding(Finding.lastGood, in: letter.id, "This is the letter as it was before the templates had mistakes.")
        }
        return Gallery(specimens: (specimens + kept).sorted { $0.id < $1.id }, findings: findings + notices)
    }

    /// The same gallery with what judging its letters found before, until they are judged anew.
    ///
    /// What is said of the languages as a whole is said of a folder without mistakes alone, as ``checked(after:)`` has
    /// it.
    func remembering(_ remarks: Set<Finding>) -> Gallery {
        let letters = Set(specimens.map(\.id.path))
        let isWhole = !findings.contains { $0.severity == .error }
        let standing = remarks.filter { $0.letter.map(letters.contains) ?? isWhole }
        return Gallery(specimens: specimens, findings: standing.union(findings).sorted())
    }

    /// Whether somebody who looks at both sees no difference.
    func looksLike(_ other: Gallery) -> Bool {
        specimens.count == other.specimens.count && findings == other.findings
            && zip(specimens, other.specimens).allSatisfy {
                $0.id == $1.id && $0.title == $1.title && $0.letter.message == $1.letter.message
            }
    }
}
