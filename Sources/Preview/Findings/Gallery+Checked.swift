import BookingLinks
import Mail
import Notifications

extension Gallery {
    /// The same gallery with what its letters do not keep added to the findings; errors come first.
    ///
    /// Pure. The result does not depend on `last`; it only spares time.
    /// - Parameter last: an earlier result: letters that are the same in it, in every language, are not judged again.
    package func checked(after last: Gallery? = nil) -> Gallery {
        var styles = StyleReader()
        let before = Dictionary(grouping: last?.specimens ?? [], by: \.scene)
        let told = Dictionary(grouping: last?.findings ?? [], by: \.letter)
        let own = Dictionary(grouping: specimens, by: \.scene).flatMap { scene, letters in
            guard letters.elementsEqual(before[scene] ?? [], by: { $0.isJudged(as: $1) }) else {
                return Self.findings(in: letters, &styles)
            }
            return letters.flatMap { told[$0.id.path] ?? [] }.filter { Self.rules.contains($0.rule) }
        }
        // What is missing can be told only where everything that is there could be read.
        let isWhole = !findings.contains { $0.severity == .error }
        let ids = specimens.map(\.id)
        let languages = LanguageRules.unlisted(ids) + (isWhole ? LanguageRules.missing(among: ids) : [])
        return Gallery(specimens: specimens, findings: Set(findings + own + languages).sorted())
    }

    private static let rules = Set(LetterRule.all.map(\.name) + [LanguageRules.untranslated])

    /// What one scene's letters, the same in several languages, do not keep.
    private static func findings(in scene: [Specimen], _ styles: inout StyleReader) -> [Finding] {
        var letters: [OpenedLetter] = []
        for specimen in scene { letters.append(OpenedLetter(specimen, &styles)) }
        return letters.flatMap { letter in LetterRule.all.flatMap { $0.findings(in: letter) } }
            + LanguageRules.untranslated(letters)
    }
}

extension Specimen {
    /// What is the same in every language.
    fileprivate var scene: [String] { [id.kind, id.scenario] }

    /// Whether the rules find the same in both: they look at nothing else.
    fileprivate func isJudged(as other: Specimen) -> Bool {
        id == other.id && letter.message == other.letter.message && claim.owed == other.claim.owed
    }
}

extension Finding: Comparable {
    /// Errors first, then in the order of places, letters and rules.
    package static func < (left: Finding, right: Finding) -> Bool { left.order.lexicographicallyPrecedes(right.order) }

    private var order: [String] {
        // Lines and columns in the order of numbers.
        let place = (location ?? "").split(separator: ":").map { part in
            Int(part) == nil ? String(part) : String(repeating: "0", count: max(0, 9 - part.count)) + part
        }
        return [severity.rawValue, place.joined(separator: ":"), letter ?? "", rule, message]
    }
}
