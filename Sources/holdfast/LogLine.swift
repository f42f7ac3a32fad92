import FoundationEssentials
import Glibc
import Logging

/// Writes log records to standard error, one `write(2)` a line so that lines of several threads never mix.
struct LogLine: LogHandler {
    /// How a record looks.
    enum Format: String, CaseIterable {
        /// For people.
        case text
        /// For collectors: one JSON object a line.
        case json
    }

    let format: Format
    var logLevel: Logger.Level
    var metadata: Logger.Metadata = [:]

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let facts = metadata.merging(event.metadata ?? [:]) { _, new in new }.sorted { $0.key < $1.key }
        let time = Date().formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        switch format {
        case .text:
            let pairs = facts.map { " \($0.key)=\(Self.quoted($0.value.description))" }.joined()
            Terminal.error("\(time) \(event.level) \(event.message)\(pairs)")
        case .json:
            let fields = [("time", time), ("level", event.level.rawValue), ("message", event.message.description)]
            let all = fields + facts.map { ($0.key, $0.value.description) }
            Terminal.errors.write("{\(all.map { "\(Self.json($0.0)):\(Self.json($0.1))" }.joined(separator: ","))}\n")
        }
    }

    private static func quoted(_ value: String) -> String {
        value.contains(where: { " \"=\n".contains($0) }) || value.isEmpty ? json(value) : value
    }

    private static func json(_ text: String) -> String {
        var out = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": out += "\\\""
            case "\\": out += "\\\\"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                out += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: out.unicodeScalars.append(scalar)
            }
        }
        return out + "\""
    }
}
