import Preview

/// What was found in a template folder, for people and for programs; a pure value.
struct FindingsReport: Encodable {
    let letters: Int
    let kinds: Int
    let languages: [String]
    let errors: Int
    let warnings: Int
    let findings: [Finding]

    init(_ gallery: Gallery) {
        letters = gallery.specimens.count
        kinds = Set(gallery.specimens.map(\.id.kind)).count
        languages = Set(gallery.specimens.map(\.id.locale)).sorted()
        (errors, warnings) = gallery.tally
        findings = gallery.findings
    }

    /// The findings under the places to look at, the same one told once, and a summary last.
    func lines(folder: String) -> [String] {
        let told = Dictionary(grouping: findings) { Told(severity: $0.severity, rule: $0.rule, message: $0.message) }
        var places: [String] = []
        var notes: [String: [String]] = [:]
        var seen: Set<Told> = []
        for finding in findings {
            let key = Told(severity: finding.severity, rule: finding.rule, message: finding.message)
            guard seen.insert(key).inserted else { continue }
            let (place, note) = Self.entry(key, of: told[key] ?? [], folder: folder)
            if notes[place] == nil { places.append(place) }
            notes[place, default: []] += note
        }
        return places.flatMap { [$0] + (notes[$0] ?? []) + [""] } + [summary]
    }

    /// What makes two findings the same to a reader.
    private struct Told: Hashable {
        let severity: Finding.Severity
        let rule: String
        let message: String
    }

    private static func entry(_ told: Told, of findings: [Finding], folder: String) -> (String, [String]) {
        let sentence = "  \(told.severity.rawValue): \(told.message) [\(told.rule)]"
        let letters = findings.compactMap(\.letter)
        guard let place = findings.lazy.compactMap(\.location).first else {
            let files = Set(letters.map { file(of: $0) })
            guard let file = files.first else { return (folder, [sentence]) }
            let names = files.count == 1 ? letters.map { String($0.split(separator: "/").last ?? "") } : letters
            return (files.count == 1 ? "\(folder)/\(file)" : folder, [sentence, "    in \(list(names))"])
        }
        let others = findings.dropFirst().compactMap(\.location).filter { $0 != place }
        return ("\(folder)/\(place)", [sentence] + (others.isEmpty ? [] : ["    and \(list(others))"]))
    }

    /// `kind/locale/scenario` is written by `kind/locale.mustache`.
    private static func file(of letter: String) -> String {
        letter.split(separator: "/").dropLast().joined(separator: "/") + ".mustache"
    }

    private static func list(_ names: [String]) -> String {
        let shown = names.prefix(3).joined(separator: ", ")
        return names.count > 3 ? "\(shown) and \(names.count - 3) more" : shown
    }

    /// What there is and what is wrong with it, in a line.
    var summary: String {
        "\(counted(letters, "letter")) of \(counted(kinds, "kind")) in \(languages.joined(separator: ", ")): "
            + "\(counted(errors, "error")), \(counted(warnings, "warning"))"
    }
}
