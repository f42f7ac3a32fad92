/// Cuts a template into text and tags, keeping the place of each.
///
/// It goes on after a malformed tag, so that one reading reports every mistake of a file.
struct TagScanner {
    enum Piece {
        case text(String, TemplateLocation)
        /// `sigil` is `v` for a plain variable, else the character after the braces.
        case tag(sigil: Character, TagName)
    }

    private(set) var pieces: [Piece] = []
    private(set) var problems: [TemplateProblem] = []
    private let file: String
    private var rest: Substring.UnicodeScalarView
    private var line = 1
    private var column = 1

    init(_ source: String, file: String) {
        self.file = file
        rest = Substring(source).unicodeScalars
        while !rest.isEmpty { scanNext() }
    }

    private var here: TemplateLocation { TemplateLocation(file: file, line: line, column: column) }

    private mutating func scanNext() {
        let start = here
        let text = take(until: "{{")
        if !text.isEmpty { pieces.append(.text(text, start)) }
        guard !rest.isEmpty else { return }
        let place = here
        _ = take(2)
        guard rest.starts(with: "{".unicodeScalars) == false else {
            _ = take(until: "}}")
            _ = take(3)
            problem(.unsupportedTag, place, "{{{ }}} prints without escaping, which no letter needs: use {{ }}.")
            return
        }
        let content = take(until: "}}")
        guard !rest.isEmpty, content.hasPrefix("!") || !content.contains("{{") else {
            problem(.syntax, place, "The tag that begins here never ends: close it with }}.")
            return
        }
        _ = take(2)
        append(content, place)
        // A comment or content type on a line of its own is no line of the letter.
        if place.column == 1, content.hasPrefix("!") || content.hasPrefix("%"), rest.first == "\n" { _ = take(1) }
    }

    private mutating func append(_ content: String, _ place: TemplateLocation) {
        let trimmed = content.trimmingSpaces
        let sigil: Character = trimmed.first.flatMap { "#^/$<>!%&=".contains($0) ? $0 : nil } ?? "v"
        let name = (sigil == "v" ? trimmed : String(trimmed.dropFirst())).trimmingSpaces
        switch sigil {
        case "!":
            pieces.append(.tag(sigil: "!", TagName(text: "", location: place)))
        case "&", "=":
            problem(.unsupportedTag, place, "{{\(sigil) }} is not used in these templates: write plain {{name}}.")
        case "%":
            appendContentType(name, place)
        default:
            guard name.isTemplateName else {
                let message = "“\(name)” is no name: use lower-case letters, digits, _ and one dot, nothing else."
                problem(.unsupportedTag, place, message)
                return
            }
            pieces.append(.tag(sigil: sigil, TagName(text: name, location: place)))
        }
    }

    private mutating func appendContentType(_ pragma: String, _ place: TemplateLocation) {
        let parts = pragma.split(separator: ":").map { String($0).trimmingSpaces }
        guard parts.count == 2, parts[0] == "CONTENT_TYPE", ["TEXT", "HTML"].contains(parts[1]) else {
            problem(.syntax, place, "Write {{% CONTENT_TYPE:TEXT}} or {{% CONTENT_TYPE:HTML}}.")
            return
        }
        pieces.append(.tag(sigil: "%", TagName(text: parts[1], location: place)))
    }

    private mutating func problem(_ code: TemplateProblem.Code, _ location: TemplateLocation, _ message: String) {
        problems.append(TemplateProblem(code: code, location: location, message: message))
    }

    private mutating func take(until end: String) -> String {
        var index = rest.startIndex
        while index < rest.endIndex, !rest[index...].starts(with: end.unicodeScalars) {
            index = rest.index(after: index)
        }
        return take(upTo: index)
    }

    private mutating func take(_ count: Int) -> String {
        take(upTo: rest.index(rest.startIndex, offsetBy: count, limitedBy: rest.endIndex) ?? rest.endIndex)
    }

    private mutating func take(upTo end: Substring.UnicodeScalarView.Index) -> String {
        let taken = rest[..<end]
        for scalar in taken {
            if scalar == "\n" {
                (line, column) = (line + 1, 1)
            } else {
                column += 1
            }
        }
        rest = rest[end...]
        return String(taken)
    }
}

extension String {
    /// Without white space at either end.
    var trimmingSpaces: String {
        let front = drop(while: \.isWhitespace)
        guard let last = front.lastIndex(where: { !$0.isWhitespace }) else { return "" }
        return String(front[...last])
    }

    /// `word` or `group.word`.
    fileprivate var isTemplateName: Bool {
        let parts = split(separator: ".", omittingEmptySubsequences: false)
        return (1...2).contains(parts.count)
            && parts.allSatisfy { part in
                part.first?.isLetter == true
                    && part.utf8.allSatisfy { "abcdefghijklmnopqrstuvwxyz0123456789_".utf8.contains($0) }
            }
    }
}
