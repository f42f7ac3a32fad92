import FoundationEssentials

/// Reads a locale's words and says everything that is missing from them.
struct LocaleFile {
    private(set) var words: LocaleWords?
    private(set) var problems: [TemplateProblem] = []
    private let path: String
    private let source: String

    private enum JSON: Decodable {
        case text(String)
        case list([String])
        case table([String: String])
        case other

        init(from decoder: any Decoder) throws {
            let value = try decoder.singleValueContainer()
            if let text = try? value.decode(String.self) {
                self = .text(text)
            } else if let list = try? value.decode([String].self) {
                self = .list(list)
            } else if let table = try? value.decode([String: String].self) {
                self = .table(table)
            } else {
                self = .other
            }
        }
    }

    init(_ source: String, path: String, locale: String) {
        self.path = path
        self.source = source
        let keys: [String: JSON]
        do {
            keys = try JSONDecoder().decode([String: JSON].self, from: Data(source.utf8))
        } catch {
            report(.syntax, at: nil, "The file is not a JSON object of texts, lists and tables: \(Self.reason(error))")
            return
        }
        let weekdays = list("weekdays", 7, "Monday to Sunday", keys)
        let months = list("months", 12, "January to December", keys)
        let zones = table("zones", keys)
        var sentences: [LocaleWords.Pattern: Sentence] = [:]
        for pattern in LocaleWords.Pattern.allCases {
            sentences[pattern] = text(pattern.rawValue, pattern.fields, keys).map(Sentence.init)
        }
        let direction = text("direction", [], keys).flatMap(TextDirection.init)
        if direction == nil { report(.localeIncomplete, at: "direction", "direction must be \"ltr\" or \"rtl\".") }
        let known = Set(LocaleWords.Pattern.allCases.map(\.rawValue) + ["weekdays", "months", "zones", "direction"])
        for key in keys.keys.sorted() where !known.contains(key) {
            report(.localeIncomplete, at: key, "\(key) is no word that letters use: correct its spelling or remove it.")
        }
        guard problems.isEmpty, let direction else { return }
        words = LocaleWords(
            locale: locale, direction: direction, weekdays: weekdays, months: months, sentences: sentences, zones: zones
        )
    }

    private mutating func text(_ key: String, _ fields: Set<String>, _ keys: [String: JSON]) -> String? {
        guard case .text(let text)? = keys[key] else {
            report(.localeIncomplete, at: key, "\(key) is missing: add it as a text.")
            return nil
        }
        for part in text.split(separator: "{", omittingEmptySubsequences: false).dropFirst() {
            let field = part.split(separator: "}", omittingEmptySubsequences: false).first.map(String.init) ?? ""
            if !fields.contains(field) || !part.contains("}") {
                let known = fields.sorted().map { "{\($0)}" }.joined(separator: ", ")
                report(
                    .localeIncomplete, at: key,
                    "\(key) has no field {\(field)}; it has \(known.isEmpty ? "none" : known).")
            }
        }
        return text
    }

    private mutating func list(_ key: String, _ count: Int, _ meaning: String, _ keys: [String: JSON]) -> [String] {
        if case .list(let list)? = keys[key], list.count == count { return list }
        report(.localeIncomplete, at: key, "\(key) must be a list of \(count) texts, \(meaning).")
        return []
    }

    private mutating func table(_ key: String, _ keys: [String: JSON]) -> [String: String] {
        if case .table(let table)? = keys[key] { return table }
        report(.localeIncomplete, at: key, "\(key) must be a table from time zone identifier to name.")
        return [:]
    }

    private mutating func report(_ code: TemplateProblem.Code, at key: String?, _ message: String) {
        var location = TemplateLocation(file: path)
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        for (number, line) in lines.enumerated() {
            guard let key, let place = line.firstRange(of: "\"\(key)\"") else { continue }
            let column = line.unicodeScalars.distance(from: line.startIndex, to: place.lowerBound) + 1
            location = TemplateLocation(file: path, line: number + 1, column: column)
            break
        }
        problems.append(TemplateProblem(code: code, location: location, message: message))
    }

    private static func reason(_ error: any Error) -> String {
        guard case .dataCorrupted(let context)? = error as? DecodingError else { return "it is built otherwise." }
        return context.underlyingError.map { "\($0)" } ?? context.debugDescription
    }
}
