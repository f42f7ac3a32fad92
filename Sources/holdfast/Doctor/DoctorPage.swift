/// The report as lines of at most 80 columns; a pure value.
struct DoctorPage {
    let lines: [StyledLine]

    init(_ diagnoses: [Diagnosis]) {
        let counts = Diagnosis.Verdict.allCases.map { verdict in
            let count = diagnoses.count { $0.verdict == verdict }
            return StyledLine("\(count) \(verdict.rawValue)", count > 0 ? verdict.style : .plain)
        }
        let summary = counts.dropFirst().reduce(counts[0]) { $0 + ", " + $1 }
        lines = diagnoses.flatMap(Self.lines) + ["", "\(diagnoses.count) checks: " + summary]
    }

    private static let width = 80
    private static let indent = 20
    private static let mostDetails = 8

    private static func lines(_ diagnosis: Diagnosis) -> [StyledLine] {
        let details = diagnosis.details.prefix(mostDetails).flatMap { wrapped($0, first: "- ") }
        let more = diagnosis.details.count - mostDetails
        let beyond: [StyledLine] = more > 0 ? ["and \(more) more: see --json"] : []
        let remedy = diagnosis.remedy.map { wrapped($0, first: "mend: ") } ?? []
        let texts = wrapped(diagnosis.finding, first: "") + details + beyond + remedy
        let verdict = StyledLine(diagnosis.verdict.rawValue, diagnosis.verdict.style).padded(to: 6)
        let title = verdict + StyledLine(diagnosis.check, .strong).padded(to: indent - 7) + " "
        return texts.enumerated().map { number, text in
            (number == 0 ? title : StyledLine(String(repeating: " ", count: indent))) + text
        }
    }

    /// Breaks a text between words, the further lines as far in as the first; a command or a path stays whole, to be
    /// copied.
    private static func wrapped(_ text: String, first: String) -> [StyledLine] {
        let lines = StyledLine(text).wrapped(to: width - indent - first.count, breakingWords: false)
        let rest = String(repeating: " ", count: first.count)
        return lines.enumerated().map { number, line in StyledLine(number == 0 ? first : rest) + line }
    }
}

extension Diagnosis.Verdict {
    fileprivate var style: Style {
        switch self {
        case .ok: .good
        case .warn: .warning
        case .fail: .bad
        }
    }
}
