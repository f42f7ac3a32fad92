/// The report as lines of at most 80 columns; a pure value.
struct DoctorPage {
    let lines: [String]

    init(_ diagnoses: [Diagnosis]) {
        let counts = Diagnosis.Verdict.allCases.map { verdict in
            "\(diagnoses.count { $0.verdict == verdict }) \(verdict.rawValue)"
        }
        lines = diagnoses.flatMap(Self.lines) + ["", "\(diagnoses.count) checks: \(counts.joined(separator: ", "))"]
    }

    private static let width = 80
    private static let indent = 20
    private static let mostDetails = 8

    private static func lines(_ diagnosis: Diagnosis) -> [String] {
        let details = diagnosis.details.prefix(mostDetails).flatMap { wrapped($0, first: "- ", rest: "  ") }
        let more = diagnosis.details.count - mostDetails
        let beyond = more > 0 ? ["and \(more) more: see --json"] : []
        let remedy = diagnosis.remedy.map { wrapped($0, first: "mend: ", rest: "      ") } ?? []
        let texts = wrapped(diagnosis.finding, first: "", rest: "") + details + beyond + remedy
        let title = padded(diagnosis.verdict.rawValue, 6) + padded(diagnosis.check, indent - 6)
        return texts.enumerated().map { number, text in
            (number == 0 ? title : String(repeating: " ", count: indent)) + text
        }
    }

    /// Breaks a text between words; a word that is wider than a line stays whole.
    private static func wrapped(_ text: String, first: String, rest: String) -> [String] {
        var lines: [String] = []
        var line = first
        var isEmpty = true
        for word in text.split(whereSeparator: \.isWhitespace) {
            if !isEmpty, line.count + word.count + 1 > width - indent {
                lines.append(line)
                (line, isEmpty) = (rest, true)
            }
            line += (isEmpty ? "" : " ") + word
            isEmpty = false
        }
        return lines + [line]
    }

    private static func padded(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(1, width - text.count))
    }
}
