/// A line of text whose parts stand out on a terminal that can show it; a pure value.
///
/// What it holds may come from anywhere, a relay's reply or another operator's words: control characters and changes of
/// direction never reach the terminal, where they could hide or forge text.
struct StyledLine: Sendable, Equatable, ExpressibleByStringInterpolation {
    /// The side of a cell that its text stands at.
    enum Alignment: Sendable { case leading, trailing }

    private struct Glyph: Sendable, Equatable {
        let character: Character
        let style: Style
    }

    private var glyphs: [Glyph]

    /// A text in one style; line breaks and tabs become spaces.
    init(_ text: String, _ style: Style = .plain) {
        glyphs = text.map { Glyph(character: $0.shownSafely, style: style) }
    }

    /// A plain text.
    init(stringLiteral text: String) { self.init(text) }

    private init(_ glyphs: some Sequence<Glyph>) { self.glyphs = Array(glyphs) }

    /// The text without its styles.
    var text: String { String(glyphs.map(\.character)) }

    /// How many columns of a terminal it takes.
    var columns: Int { glyphs.reduce(0) { $0 + $1.character.columns } }

    /// One line after the other.
    static func + (left: StyledLine, right: StyledLine) -> StyledLine { StyledLine(left.glyphs + right.glyphs) }

    /// Puts a line behind this one.
    static func += (left: inout StyledLine, right: StyledLine) { left.glyphs += right.glyphs }

    /// The line in at most so many columns; the last of them is '…' where something is missing.
    func cut(to limit: Int) -> StyledLine {
        guard columns > limit else { return self }
        guard limit > 0 else { return "" }
        return beginning(of: limit - 1) + "…"
    }

    /// The line with spaces up to so many columns; a line that is wider stays as it is.
    func padded(to wanted: Int, _ alignment: Alignment = .leading) -> StyledLine {
        let space = StyledLine(String(repeating: " ", count: max(0, wanted - columns)))
        return alignment == .leading ? self + space : space + self
    }

    /// The line as several of at most so many columns, broken between words.
    ///
    /// - Parameter breaksWords: whether a word that is wider is broken itself; else it stays whole, and its line is wider.
    func wrapped(to limit: Int, breakingWords breaksWords: Bool = true) -> [StyledLine] {
        var lines: [StyledLine] = []
        var line = StyledLine("")
        for word in glyphs.split(whereSeparator: { $0.character == " " }).map({ StyledLine($0) }) {
            var word = word
            if !line.glyphs.isEmpty, line.columns + 1 + word.columns > limit {
                lines.append(line)
                line = ""
            }
            while breaksWords, word.columns > max(limit, 2) {
                let head = word.beginning(of: max(limit, 2))
                lines.append(head)
                word = StyledLine(word.glyphs.dropFirst(head.glyphs.count))
            }
            line += line.glyphs.isEmpty ? word : " " + word
        }
        return lines + (line.glyphs.isEmpty && !lines.isEmpty ? [] : [line])
    }

    /// The line as a terminal shows it, or as it goes into a file.
    func rendered(inColour: Bool) -> String {
        guard inColour else { return text }
        var output = ""
        var style = Style.plain
        for glyph in glyphs {
            if glyph.style != style {
                output += Self.change(to: glyph.style)
                style = glyph.style
            }
            output.append(glyph.character)
        }
        return style == .plain ? output : output + Self.change(to: .plain)
    }

    /// As many whole characters as fit.
    private func beginning(of limit: Int) -> StyledLine {
        var left = limit
        return StyledLine(
            glyphs.prefix { glyph in
                left -= glyph.character.columns
                return left >= 0
            })
    }

    private static func change(to style: Style) -> String {
        "\u{1B}[0\(style.parameters.map { ";\($0)" } ?? "")m"
    }
}
