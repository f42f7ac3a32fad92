/// The report as lines; a pure value.
struct DoctorPage {
    private(set) var lines: [StyledLine] = []
    private let columns: Int

    /// Tells it in lines of at most so many columns; only what is to be copied and is wider stays whole.
    init(_ diagnoses: [Diagnosis], columns: Int) {
        self.columns = columns
        let counts = Diagnosis.Verdict.allCases.map { verdict in
            let count = diagnoses.count { $0.verdict == verdict }
            return StyledLine("\(count) \(verdict.rawValue)", count > 0 ? verdict.style : .plain)
        }
        let summary = counts.dropFirst().reduce(counts[0]) { $0 + ", " + $1 }
        lines = diagnoses.flatMap { lines($0) } + ["", "\(diagnoses.count) checks: " + summary]
    }

    private static let mostDetails = 8
    /// What is found stands beside the check where there is room, and else below it.
    private var isNarrow: Bool { columns < 60 }
    private var indent: Int { isNarrow ? 6 : 20 }

    private func lines(_ diagnosis: Diagnosis) -> [StyledLine] {
        let details = diagnosis.details.prefix(Self.mostDetails).flatMap { wrapped($0, first: "- ") }
        let more = diagnosis.details.count - Self.mostDetails
        let beyond: [StyledLine] = more > 0 ? ["and \(more) more: see --json"] : []
        let remedy = diagnosis.remedy.map { wrapped($0, first: "mend: ") } ?? []
        let texts = wrapped(diagnosis.finding, first: "") + details + beyond + remedy
        let verdict = StyledLine(diagnosis.verdict.rawValue, diagnosis.verdict.style).padded(to: 6)
        let title = verdict + StyledLine(diagnosis.check, .strong)
        let space = StyledLine(String(repeating: " ", count: indent))
        if isNarrow { return [title] + texts.map { space + $0 } }
        return texts.enumerated().map { number, text in
            (number == 0 ? title.padded(to: indent - 1) + " " : space) + text
        }
    }

    /// Breaks a text between words, the further lines as far in as the first; a command or a path stays whole, to be
    /// copied.
    private func wrapped(_ text: String, first: String) -> [StyledLine] {
        let lines = StyledLine(text).wrapped(to: columns - indent - first.count, breakingWords: false)
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
