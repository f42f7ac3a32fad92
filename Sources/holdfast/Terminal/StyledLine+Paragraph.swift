extension StyledLine {
    /// The line as a paragraph of at most so many columns: its first line behind `indent` spaces, the others behind
    /// `further`.
    func paragraph(within limit: Int, indent: Int = 0, further: Int) -> [StyledLine] {
        let lines = indent + columns <= limit ? [self] : wrapped(to: limit - max(indent, further))
        return lines.enumerated().map { number, line in
            StyledLine(String(repeating: " ", count: number == 0 ? indent : further)) + line
        }
    }
}
