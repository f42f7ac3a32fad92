/// The grammar of the text format: names, labels, numbers, escapes.
///
/// See https://prometheus.io/docs/instrumenting/exposition_formats/ and
/// https://prometheus.io/docs/concepts/data_model/.
enum TextFormat {
    /// A sample's line.
    static func line(_ name: String, _ labels: String, _ value: String) -> String {
        labels.isEmpty ? "\(name) \(value)\n" : "\(name){\(labels)} \(value)\n"
    }

    /// A label as a metric's name: `[a-zA-Z_:][a-zA-Z0-9_:]*`, everything else is an underscore.
    static func name(_ label: String) -> String { identifier(label, allowing: ":") }

    /// What stands between the braces, sorted by name; of two labels of one name the first stays.
    static func labels(_ dimensions: [(String, String)]) -> String {
        let named = dimensions.map { (identifier($0.0, allowing: nil), $0.1) }
        return Dictionary(named) { first, _ in first }.sorted { $0.key < $1.key }
            .map { "\($0.key)=\"\(value($0.value))\"" }.joined(separator: ",")
    }

    /// A help line's text.
    static func help(_ text: String) -> String {
        text.replacing("\\", with: "\\\\").replacing("\n", with: "\\n")
    }

    /// A number as Go's `ParseFloat` reads it.
    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return "\(value)"
    }

    private static func value(_ text: String) -> String {
        help(text).replacing("\"", with: "\\\"")
    }

    private static func identifier(_ text: String, allowing extra: Unicode.Scalar?) -> String {
        let scalars = text.unicodeScalars.map { isPlain($0) || $0 == extra ? $0 : "_" }
        let startsWell = scalars.first.map { !("0"..."9").contains($0) } ?? false
        return (startsWell ? "" : "_") + String(String.UnicodeScalarView(scalars))
    }

    private static func isPlain(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "_": true
        default: false
        }
    }
}
