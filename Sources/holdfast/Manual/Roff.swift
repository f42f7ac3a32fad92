/// Lines of a manual page's source, in the language of mdoc(7).
struct Roff {
    private(set) var source = ""

    /// A line that begins with a macro; what comes from elsewhere in it must have been made an `argument`.
    mutating func macro(_ line: String) {
        source += ".\(line)\n"
    }

    /// A text, each sentence on a line of its own, as mdoc(7) wants it.
    mutating func text(_ text: String) {
        for sentence in text.replacing(/([.?!:;]) (?=[A-Z'])/, with: { "\($0.1)\n" }).split(separator: "\n") {
            source += "\(Self.escaped(String(sentence)))\n"
        }
    }

    /// Lines to be shown as they are.
    mutating func literal(_ lines: [String]) {
        macro("Bd -literal -offset indent")
        for line in lines { source += "\(Self.escaped(line))\n" }
        macro("Ed")
    }

    /// A text as one argument of a macro: never taken for a macro, a delimiter or several words.
    static func argument(_ text: String) -> String {
        "\"\\&\(escaped(text).replacing("\"", with: "\\(dq"))\""
    }

    /// A text that means nothing but itself, in ASCII (groff_char(7)).
    static func escaped(_ text: String) -> String {
        let body = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\\": "\\e"
            case "-": "\\-"
            case "'": "\\(aq"
            case "`": "\\(ga"
            case "^": "\\(ha"
            case "~": "\\(ti"
            case _ where !scalar.isASCII: "\\[u\(hexadecimal(scalar.value))]"
            default: String(scalar)
            }
        }.joined()
        return body.hasPrefix(".") || body.hasPrefix(" ") ? "\\&\(body)" : body
    }

    /// At least four digits.
    private static func hexadecimal(_ value: UInt32) -> String {
        let digits = String(value, radix: 16, uppercase: true)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}
