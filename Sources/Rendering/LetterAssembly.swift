/// Assembles a letter and one format's partials into a flat template, once, when the set is loaded.
///
/// Partials and blocks are all known then, so nothing is left for rendering but to print values.
struct LetterAssembly {
    private let format: FormatLibrary
    private let shared: [String: TemplateFile]

    /// What a block prints: its nodes, read as their own file means them, with the blocks that stood around them there.
    private final class Given {
        let nodes: ArraySlice<TemplateNode>
        let role: TemplateFile.Role
        let around: [String: Given]

        init(_ nodes: ArraySlice<TemplateNode>, role: TemplateFile.Role, around: [String: Given]) {
            (self.nodes, self.role, self.around) = (nodes, role, around)
        }
    }

    private init(_ format: FormatLibrary, _ shared: [String: TemplateFile]) {
        (self.format, self.shared) = (format, shared)
    }

    /// The letter in one format.
    ///
    /// - Precondition: `LetterCheck` found nothing wrong, so no partial includes itself.
    static func assemble(
        _ letter: TemplateFile, in format: FormatLibrary, shared: [String: TemplateFile]
    ) -> FlatTemplate {
        var template = FlatTemplate(escapesHTML: format.folder == "_html")
        LetterAssembly(format, shared)
            .write(letter.nodes.filter { !$0.isBlank }[...], role: .content, blocks: [:], to: &template)
        return template
    }

    private func write(
        _ nodes: ArraySlice<TemplateNode>, role: TemplateFile.Role, blocks: [String: Given],
        to template: inout FlatTemplate
    ) {
        for node in nodes {
            switch node {
            case .text(let text, _): template.append(.literal(Array(text.settled(for: role).utf8)))
            case .comment, .contentType: break
            case .variable(let name): template.append(.value(name.text))
            case .section(let name, let inverted, let children):
                template.appendSection(name.text, inverted: inverted) { inner in
                    write(children[...], role: role, blocks: blocks, to: &inner)
                }
            case .block(let name, let fallback):
                let given = blocks[name.text] ?? Given(fallback[...], role: role, around: blocks)
                write(given.nodes, role: given.role, blocks: given.around, to: &template)
            case .parent(let name, let children):
                writePartial(name, blocks: Self.given(children, role: role, around: blocks), to: &template)
            case .include(let name):
                if let piece = shared[name.text] {
                    write(piece.nodes[...], role: .content, blocks: blocks, to: &template)
                } else {
                    writePartial(name, blocks: blocks, to: &template)
                }
            }
        }
    }

    private func writePartial(_ name: TagName, blocks: [String: Given], to template: inout FlatTemplate) {
        guard let file = format.partials[name.text]?.file else { return }
        write(file.nodes[...].trimmedEnd(of: file.role), role: file.role, blocks: blocks, to: &template)
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

    /// Leading blanks lay out the source, not the letter.
    private func linesWithoutLeading(_ blanks: String) -> String {
        let lines = split(separator: "\n", omittingEmptySubsequences: false)
        // What comes before the first line break may follow a tag on its line, where a space is a space.
        return ([String(lines[0])] + lines.dropFirst().map { String($0.drop { blanks.contains($0) }) })
            .joined(separator: "\n")
    }
}
