/// A value with parameters, as Content-Type and Content-Disposition have it, read leniently (RFC 2045 section 5.1).
struct ReadParameters {
    /// What stands before the first semicolon, in lower case.
    let value: String
    /// The parameters, names in lower case; of two with one name the first.
    let parameters: [String: String]

    init(_ text: String) {
        let pieces = Self.pieces(text)
        value = pieces.first?.trimmingBlanks().lowercased() ?? ""
        var plain: [String: String] = [:]
        var extended: [String: [Section]] = [:]
        for piece in pieces.dropFirst() {
            let pair = piece.split(separator: "=", maxSplits: 1).map { $0.trimmingBlanks() }
            guard pair.count == 2 else { continue }
            let name = pair[0].lowercased()
            if let section = Section(name, pair[1]) {
                extended[section.parameter, default: []].append(section)
            } else if plain[name] == nil {
                plain[name] = pair[1]
            }
        }
        parameters = plain.merging(extended.mapValues(Section.joined)) { _, extended in extended }
    }

    /// The text cut at the semicolons outside quotation marks, which are taken away.
    private static func pieces(_ value: String) -> [String] {
        var pieces = [""]
        var isQuoted = false
        var isEscaped = false
        for scalar in value.unicodeScalars {
            if isEscaped {
                pieces[pieces.count - 1].unicodeScalars.append(scalar)
                isEscaped = false
            } else if scalar == "\"" {
                isQuoted.toggle()
            } else if scalar == "\\", isQuoted {
                isEscaped = true
            } else if scalar == ";", !isQuoted {
                pieces.append("")
            } else {
                pieces[pieces.count - 1].unicodeScalars.append(scalar)
            }
        }
        return pieces
    }

    /// A piece of a parameter in the extended spelling of RFC 2231: `name*`, `name*0` or `name*0*`.
    private struct Section {
        let parameter: String
        let number: Int
        let isPercentEncoded: Bool
        let text: String

        init?(_ name: String, _ text: String) {
            let words = name.split(separator: "*", omittingEmptySubsequences: false)
            guard words.count > 1, !words[0].isEmpty else { return nil }
            parameter = String(words[0])
            number = Int(words[1]) ?? 0
            isPercentEncoded = words.last?.isEmpty == true
            self.text = text
        }

        static func joined(_ sections: [Section]) -> String {
            let sections = sections.sorted { $0.number < $1.number }
            var charset: Substring = "utf-8"
            var bytes: [UInt8] = []
            for (index, section) in sections.enumerated() {
                var text = section.text[...]
                // The charset and the language stand before the first section's text: utf-8'en'text.
                let words = text.split(separator: "'", maxSplits: 2, omittingEmptySubsequences: false)
                if index == 0, section.isPercentEncoded, words.count == 3 { (charset, text) = (words[0], words[2]) }
                bytes += section.isPercentEncoded ? TransferDecoding.percent(text) : Array(text.utf8)
            }
            return Charset.text(bytes, in: String(charset))
        }
    }
}
