/// A content line of an iCalendar object as it was found (RFC 5545 section 3.1): a property, `BEGIN` or `END`.
package struct CalendarLine: Hashable, Sendable, Redacted {
    /// The name in upper case.
    package let name: String
    /// The parameters in their order, names in upper case, values as RFC 6868 means them, without quotation marks.
    package let parameters: [Parameter]
    /// The value, its escapes read (RFC 5545 section 3.3.11).
    package let value: String

    /// A parameter of a line, such as `PARTSTAT=ACCEPTED`.
    package struct Parameter: Hashable, Sendable {
        /// The name in upper case.
        package let name: String
        /// The value.
        package let value: String
    }

    /// The lines of a calendar object, unfolded; a line that is no content line is left out.
    package static func lines(of content: [UInt8]) -> [CalendarLine] {
        var lines: [[UInt8]] = []
        for line in content.split(separator: ASCII.lineFeed).map(\.withoutCarriageReturn) {
            // Joined as octets: a fold may part the octets of one character.
            if line.first.map(ASCII.isBlank) == true, !lines.isEmpty {
                lines[lines.count - 1] += line.dropFirst()
            } else {
                lines.append(Array(line))
            }
        }
        return lines.compactMap { CalendarLine(String(decoding: $0, as: UTF8.self)) }
    }

    private init?(_ line: String) {
        let scalars = line.unicodeScalars
        guard let end = scalars.firstIndex(where: { $0 == ":" || $0 == ";" }), end > scalars.startIndex else {
            return nil
        }
        name = String(scalars[..<end]).uppercased()
        guard let (pieces, value) = Self.pieces(scalars[end...]) else { return nil }
        parameters = pieces.map(Self.parameter)
        self.value = Self.unescaped(value)
    }

    /// The parameters up to the first colon outside quotation marks, and what follows it; nil without a colon.
    private static func pieces(_ text: Substring.UnicodeScalarView) -> ([String], Substring.UnicodeScalarView)? {
        var pieces: [String] = []
        var isQuoted = false
        for index in text.indices {
            switch text[index] {
            case "\"": isQuoted.toggle()
            case ":" where !isQuoted: return (pieces, text[text.index(after: index)...])
            case ";" where !isQuoted: pieces.append("")
            case let scalar: if !pieces.isEmpty { pieces[pieces.count - 1].unicodeScalars.append(scalar) }
            }
        }
        return nil
    }

    private static func parameter(_ text: String) -> Parameter {
        let pair = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let value = pair.count == 2 ? String(pair[1]) : ""
        return Parameter(
            name: String(pair[0]).uppercased(),
            value: replacing("^", in: value.unicodeScalars[...], by: ["'": "\"", "^": "^", "n": "\n"]))
    }

    private static func unescaped(_ value: Substring.UnicodeScalarView) -> String {
        replacing("\\", in: value, by: ["n": "\n", "N": "\n", "\\": "\\", ";": ";", ",": ","])
    }

    /// The text with the pairs of `mark` and a known scalar replaced; other pairs stay.
    private static func replacing(
        _ mark: Unicode.Scalar, in text: Substring.UnicodeScalarView, by meanings: [Unicode.Scalar: Unicode.Scalar]
    ) -> String {
        var result = String.UnicodeScalarView()
        var rest = text
        while let scalar = rest.popFirst() {
            if scalar == mark, let meaning = rest.first.flatMap({ meanings[$0] }) {
                result.append(meaning)
                rest.removeFirst()
            } else {
                result.append(scalar)
            }
        }
        return String(result)
    }
}
