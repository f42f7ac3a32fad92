/// A sentence of a locale file, taken apart at its fields: `{month} {day}`.
struct Sentence: Sendable {
    private enum Part: Sendable {
        case text(String)
        case field(String)
    }

    private let parts: [Part]

    init(_ pattern: String) {
        var parts: [Part] = []
        var rest = Substring(pattern)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            parts.append(.text(String(rest[..<open])))
            parts.append(.field(String(rest[rest.index(after: open)..<close])))
            rest = rest[rest.index(after: close)...]
        }
        parts.append(.text(String(rest)))
        self.parts = parts
    }

    /// The sentence with its fields' values; the locale file was checked to use no others.
    func filled(_ fields: [String: String]) -> String {
        parts.reduce(into: "") { sentence, part in
            switch part {
            case .text(let text): sentence += text
            case .field(let name): sentence += fields[name] ?? ""
            }
        }
    }
}
