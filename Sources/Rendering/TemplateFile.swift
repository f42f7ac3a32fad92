/// One template or partial, read into a tree, with what was wrong with its tags.
struct TemplateFile: Sendable {
    /// Where a file stands decides what white space in it means and what may be written in it.
    enum Role: Sendable {
        /// A letter or a shared piece: flowing words in blocks, laid out by the format partials.
        case content
        /// A partial of `_html`: white space at the start of a line means nothing.
        case html
        /// A partial of `_text` or `_inbox`: line breaks and tabs are the layout.
        case plain
    }

    let path: String
    let role: Role
    let nodes: [TemplateNode]
    let problems: [TemplateProblem]

    init(_ source: String, path: String, role: Role) {
        self.path = path
        self.role = role
        let scanner = TagScanner(source, file: path)
        var builder = TreeBuilder()
        for piece in scanner.pieces { builder.add(piece) }
        builder.finish()
        nodes = builder.roots
        problems = scanner.problems + builder.problems
    }
}

/// Nests pieces by their opening and closing tags.
private struct TreeBuilder {
    private(set) var problems: [TemplateProblem] = []
    private var open: [(sigil: Character, name: TagName, children: [TemplateNode])] = []
    private(set) var roots: [TemplateNode] = []

    mutating func add(_ piece: TagScanner.Piece) {
        switch piece {
        case .text(let text, let location): append(.text(text, location))
        case .tag("!", _): append(.comment)
        case .tag("v", let name): append(.variable(name))
        case .tag(">", let name): append(.include(name))
        case .tag("%", let name): append(.contentType(name))
        case .tag("/", let name): close(name)
        case .tag(let sigil, let name): open.append((sigil, name, []))
        }
    }

    mutating func finish() {
        while let unclosed = open.last {
            problem(unclosed.name.location, "{{\(unclosed.sigil)\(unclosed.name.text)}} is never closed.")
            closeInnermost()
        }
    }

    private mutating func close(_ name: TagName) {
        guard let match = open.lastIndex(where: { $0.name.text == name.text }) else {
            problem(name.location, "{{/\(name.text)}} closes nothing that is open.")
            return
        }
        while open.count - 1 > match, let unclosed = open.last {
            let opened = "{{\(unclosed.sigil)\(unclosed.name.text)}} of \(unclosed.name.location)"
            problem(name.location, "{{/\(name.text)}} comes before \(opened) is closed.")
            closeInnermost()
        }
        closeInnermost()
    }

    private mutating func closeInnermost() {
        guard let (sigil, name, children) = open.popLast() else { return }
        switch sigil {
        case "#": append(.section(name, inverted: false, children))
        case "^": append(.section(name, inverted: true, children))
        case "$": append(.block(name, children))
        default: append(.parent(name, children))
        }
    }

    private mutating func append(_ node: TemplateNode) {
        if open.isEmpty {
            roots.append(node)
        } else {
            open[open.count - 1].children.append(node)
        }
    }

    private mutating func problem(_ location: TemplateLocation, _ message: String) {
        problems.append(TemplateProblem(code: .syntax, location: location, message: message))
    }
}
