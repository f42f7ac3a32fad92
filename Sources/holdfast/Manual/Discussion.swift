/// The paragraphs of a command's help, and what stands indented below them; a pure value.
struct Discussion {
    /// A piece of it.
    enum Block: Equatable {
        case paragraph(String)
        /// Lines as they are, such as examples.
        case literal([String])
        /// Names, each with an explanation indented further.
        case list([Entry])
    }

    /// A name and its explanation.
    struct Entry: Equatable {
        let name: String
        var text: String
    }

    /// What the command does.
    private(set) var description: [Block] = []
    private(set) var exitCodes: [Block] = []
    private(set) var examples: [Block] = []

    /// Reads the help as the command's source has it.
    init(_ text: String) {
        for paragraph in text.split(separator: "\n\n") {
            let lines = paragraph.split(separator: "\n").map(String.init)
            let prose = lines.prefix { !$0.hasPrefix(" ") }.joined(separator: " ")
            let indented = Array(lines.drop { !$0.hasPrefix(" ") })
            let block = indented.isEmpty ? [] : [Self.block(indented)]
            if prose == "Examples:" || prose == "Example:" {
                examples += block
            } else if let codes = prose.wholeMatch(of: /Exit codes?: (.*)/)?.1 {
                exitCodes += [.paragraph(String(codes))] + block
            } else {
                description += [.paragraph(prose)] + block
            }
        }
    }

    private static func block(_ lines: [String]) -> Block {
        let deep = "      "
        guard lines.contains(where: { $0.hasPrefix(deep) }) else {
            return .literal(lines.map { String($0.dropFirst(2)) })
        }
        var entries: [Entry] = []
        for line in lines {
            let text = String(line.trimmingPrefix { $0 == " " })
            if line.hasPrefix(deep), let last = entries.indices.last {
                entries[last].text += entries[last].text.isEmpty ? text : " \(text)"
            } else {
                entries.append(Entry(name: text, text: ""))
            }
        }
        return .list(entries)
    }
}
