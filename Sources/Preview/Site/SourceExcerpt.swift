import Rendering

/// The lines of a file around the place a finding names, as a compiler shows them.
struct SourceExcerpt: Sendable {
    /// A line of the file.
    struct Line: Sendable {
        let number: Int
        let text: String
        /// Blanks as far as the column, and a caret; nil but for the line that is meant.
        let caret: String?
    }

    let lines: [Line]

    /// Two lines before and after a place, `file:line:column`; nil when it lies in none of these files.
    init?(at location: String, in sources: [String: String]) {
        let parts = location.split(separator: ":")
        guard parts.count > 2, let number = Int(parts[parts.count - 2]), let column = Int(parts[parts.count - 1]),
            let source = sources[parts.dropLast(2).joined(separator: ":")]
        else { return nil }
        let all = source.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        guard number > 0, number <= all.count else { return nil }
        lines = (max(1, number - 2)...min(all.count, number + 2)).map { line in
            let text = all[line - 1]
            return Line(
                number: line, text: String(text), caret: line == number ? Self.caret(column, under: text) : nil)
        }
    }

    /// Tabs stay, so that the caret stands under its column whatever they are worth.
    private static func caret(_ column: Int, under line: Substring) -> String {
        String(line.unicodeScalars.prefix(max(0, column - 1)).map { $0 == "\t" ? "\t" : " " } as [Character]) + "^"
    }
}

extension Gallery {
    /// The text of every file that a problem of the folder lies in, for pages that show the lines.
    ///
    /// - Parameter directory: the template folder; nothing outside it is read. Blocks.
    package func sources(in directory: String) -> [String: String] {
        var folder = TemplateFolder(directory)
        let files = Set(problems.compactMap { $0.location?.split(separator: ":").dropLast(2).joined(separator: ":") })
        return files.reduce(into: [:]) { sources, file in sources[file] = folder.text(file) }
    }
}
