/// Turns what the text partials print into plain text: prose filled to a width, at most one blank line in a row.
///
/// A line is a paragraph. Spaces at its start mean nothing; a tab means two columns of indentation, kept by its further
/// lines. A word longer than the width (a link) stays whole on a line of its own. Values hold neither tab nor line
/// break, so a value cannot lay out anything.
enum TextFlow {
    /// Columns of prose; RFC 5322 2.1.1 asks for at most 78.
    static let width = 72

    static func filled(_ rendered: String, direction: TextDirection = .leftToRight) -> String {
        let text = filledLines(rendered)
        return direction == .leftToRight ? text : markedRightToLeft(text)
    }

    /// Programs lay out each line of plain text by its first letter, which may be a Latin name's; a mark settles it.
    ///
    /// An address alone on its line gets none: the mark would become a part of it.
    private static func markedRightToLeft(_ text: String) -> String {
        text.split(separator: "\n", omittingEmptySubsequences: false)
            .map { $0.contains(" ") ? "\u{200F}" + $0 : String($0) }
            .joined(separator: "\n")
    }

    private static func filledLines(_ rendered: String) -> String {
        var rendered = rendered
        return rendered.withUTF8 { bytes in
            var output: [UInt8] = []
            output.reserveCapacity(bytes.count + 64)
            var blankLines = 0
            for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
                let start = output.count
                if blankLines > 0, start > 0 { output.append(UInt8(ascii: "\n")) }
                if appendParagraph(line, to: &output) {
                    blankLines = 0
                } else {
                    output.removeSubrange(start...)
                    blankLines += 1
                }
            }
            return String(decoding: output, as: UTF8.self)
        }
    }

    /// Returns false, having written nothing, when the line holds no word.
    private static func appendParagraph(
        _ line: Slice<UnsafeBufferPointer<UInt8>>, to output: inout [UInt8]
    ) -> Bool {
        let indentation = 2 * line.prefix { isBlank($0) }.count { $0 == UInt8(ascii: "\t") }
        var column = 0
        var index = line.startIndex
        while let start = line[index...].firstIndex(where: { !isBlank($0) }) {
            let end = line[start...].firstIndex(where: isBlank) ?? line.endIndex
            let word = line[start..<end]
            // Continuation bytes (10xxxxxx) take no column of their own.
            let columns = word.count { $0 & 0xC0 != 0x80 }
            if column == 0 {
                column = indent(indentation, &output)
            } else if column + 1 + columns > width {
                output.append(UInt8(ascii: "\n"))
                column = indent(indentation, &output)
            } else {
                output.append(UInt8(ascii: " "))
                column += 1
            }
            output.append(contentsOf: word)
            column += columns
            index = end
        }
        guard column > 0 else { return false }
        output.append(UInt8(ascii: "\n"))
        return true
    }

    private static func indent(_ columns: Int, _ output: inout [UInt8]) -> Int {
        output.append(contentsOf: repeatElement(UInt8(ascii: " "), count: columns))
        return columns
    }

    private static func isBlank(_ byte: UInt8) -> Bool { byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") }
}
