import Mustache

/// Assembles a letter and one format's partials into a single flat template, once, when the set is loaded.
///
/// Partials and blocks are all known then, so nothing is left for rendering but to print values: a third of the time,
/// and one content type for the whole template instead of the library's, which falls back to HTML inside every partial.
struct LetterAssembly {
    private let format: FormatLibrary
    private let shared: [String: TemplateFile]
    private var slots: NameSlots
    private var source = ""
    private(set) var problems: [TemplateProblem] = []

    /// What a block prints: its nodes, read as their own file means them, with the blocks that stood around them there.
    private final class Given {
        let nodes: ArraySlice<TemplateNode>
        let role: TemplateFile.Role
        let around: [String: Given]

        init(_ nodes: ArraySlice<TemplateNode>, role: TemplateFile.Role, around: [String: Given]) {
            (self.nodes, self.role, self.around) = (nodes, role, around)
        }
    }

    private init(_ format: FormatLibrary, _ shared: [String: TemplateFile], _ slots: NameSlots) {
        (self.format, self.shared, self.slots) = (format, shared, slots)
    }

    /// The letter in one format; nil with problems when it cannot be assembled.
    ///
    /// - Precondition: `LetterCheck` found nothing wrong, so no partial includes itself.
    static func assemble(
        _ letter: TemplateFile, in format: FormatLibrary, shared: [String: TemplateFile], slots: inout NameSlots
    ) -> (template: MustacheTemplate?, problems: [TemplateProblem]) {
        _ = HTMLEscape.registered
        var assembly = LetterAssembly(format, shared, slots)
        assembly.source = "{{% CONTENT_TYPE:\(format.folder == "_html" ? HTMLEscape.name : "TEXT")}}"
        assembly.write(letter.nodes.filter { !$0.isBlank }[...], role: .content, blocks: [:])
        slots = assembly.slots
        guard assembly.problems.isEmpty else { return (nil, assembly.problems) }
        do {
            return (try MustacheTemplate(string: assembly.source), [])
        } catch {
            assembly.report(
                TemplateLocation(file: letter.path), "The template library cannot parse the letter: \(error)")
            return (nil, assembly.problems)
        }
    }

    private mutating func write(_ nodes: ArraySlice<TemplateNode>, role: TemplateFile.Role, blocks: [String: Given]) {
        for node in nodes {
            switch node {
            case .text(let text, _): source += text.settled(for: role)
            case .comment, .contentType: break
            case .variable(let name): writeTag("{{", name)
            case .section(let name, let inverted, let children):
                // The empty comment keeps a tag from standing alone on its line, where the library swallows the line
                // break.
                writeTag("{{!}}{{\(inverted ? "^" : "#")", name)
                write(children[...], role: role, blocks: blocks)
                writeTag("{{!}}{{/", name)
            case .block(let name, let fallback):
                let given = blocks[name.text] ?? Given(fallback[...], role: role, around: blocks)
                write(given.nodes, role: given.role, blocks: given.around)
            case .parent(let name, let children):
                writePartial(name, blocks: Self.given(children, role: role, around: blocks))
            case .include(let name):
                if let piece = shared[name.text] {
                    write(piece.nodes[...], role: .content, blocks: blocks)
                } else {
                    writePartial(name, blocks: blocks)
                }
            }
        }
    }

    private mutating func writePartial(_ name: TagName, blocks: [String: Given]) {
        guard let file = format.partials[name.text]?.file else { return }
        write(file.nodes[...].trimmedEnd(of: file.role), role: file.role, blocks: blocks)
    }

    private mutating func writeTag(_ opening: String, _ name: TagName) {
        if source.hasSuffix("{") {
            report(
                name.location,
                "A brace stands right before this tag, which would change its meaning: put a space between.")
        }
        source += "\(opening)\(slots.slot(for: name.text))}}"
    }

    private mutating func report(_ location: TemplateLocation, _ message: String) {
        problems.append(TemplateProblem(code: .syntax, location: location, message: message))
    }

    private static func given(
        _ children: [TemplateNode], role: TemplateFile.Role, around: [String: Given]
    ) -> [String: Given] {
        var given: [String: Given] = [:]
        for case .block(let name, let nodes) in children {
            given[name.text] = Given(nodes[...].trimmed, role: role, around: around)
        }
        return given
    }
}

extension ArraySlice<TemplateNode> {
    /// Without white space and comments at either end, which only lay out the source.
    fileprivate var trimmed: ArraySlice<TemplateNode> {
        var nodes = drop(while: \.isBlank)
        while nodes.last?.isBlank == true { nodes.removeLast() }
        if case .text(let text, let place)? = nodes.first {
            nodes[nodes.startIndex] = .text(String(text.drop(while: \.isWhitespace)), place)
        }
        return nodes.trimmedEnd(of: .content)
    }

    /// Without what an editor leaves at the end of a file: in HTML any white space, in plain text one line break.
    fileprivate func trimmedEnd(of role: TemplateFile.Role) -> ArraySlice<TemplateNode> {
        var nodes = self
        guard case .text(let text, let place)? = nodes.last else { return nodes }
        let kept: Substring
        switch role {
        case .content, .html: kept = text[...].prefixWithoutTrailingSpace
        case .plain: kept = text.hasSuffix("\n") ? text.dropLast() : text[...]
        }
        nodes[nodes.index(before: nodes.endIndex)] = .text(String(kept), place)
        return nodes
    }
}

extension Substring {
    fileprivate var prefixWithoutTrailingSpace: Substring {
        lastIndex(where: { !$0.isWhitespace }).map { self[...$0] } ?? self[..<startIndex]
    }
}

extension String {
    /// One stretch of text between tags, with the white space its role gives a meaning to.
    fileprivate func settled(for role: TemplateFile.Role) -> String {
        switch role {
        case .content:
            let words = split(whereSeparator: \.isWhitespace).joined(separator: " ")
            guard !words.isEmpty else { return isEmpty ? "" : " " }
            return (first?.isWhitespace == true ? " " : "") + words + (last?.isWhitespace == true ? " " : "")
        case .html: return linesWithoutLeading(" \t")
        case .plain: return linesWithoutLeading(" ")
        }
    }

    /// Leading blanks would become indentation that the library copies into every nested line.
    private func linesWithoutLeading(_ blanks: String) -> String {
        let lines = split(separator: "\n", omittingEmptySubsequences: false)
        // What comes before the first line break may follow a tag on its line, where a space is a space.
        return ([String(lines[0])] + lines.dropFirst().map { String($0.drop { blanks.contains($0) }) })
            .joined(separator: "\n")
    }
}
