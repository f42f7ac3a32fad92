/// One meaning of every block: the partials of `_html`, `_text` or `_inbox`.
struct FormatLibrary: Sendable {
    /// What a partial asks of those who use it.
    struct Partial: Sendable {
        let file: TemplateFile
        /// Block name → whether it must be given, which it must where the partial has no default of its own.
        let blocks: [String: Bool]

        init(_ file: TemplateFile) {
            self.file = file
            var blocks: [String: Bool] = [:]
            Self.collect(file.nodes, into: &blocks)
            self.blocks = blocks
        }

        private static func collect(_ nodes: [TemplateNode], into blocks: inout [String: Bool]) {
            for node in nodes {
                switch node {
                case .block(let name, let fallback):
                    blocks[name.text] = fallback.allSatisfy(\.isBlank) || blocks[name.text] == true
                    collect(fallback, into: &blocks)
                case .section(_, _, let children), .parent(_, let children): collect(children, into: &blocks)
                case .text, .comment, .variable, .include, .contentType: break
                }
            }
        }
    }

    /// The folder's name.
    let folder: String
    let partials: [String: Partial]

    /// Problems of the partials in themselves: their first line and what they nest.
    func problems() -> [TemplateProblem] {
        partials.values.flatMap { partial in
            partial.file.problems + contentTypeProblems(partial.file) + nestingProblems(partial.file.nodes)
        }
    }

    private var contentType: String { folder == "_html" ? "HTML" : "TEXT" }

    private func contentTypeProblems(_ file: TemplateFile) -> [TemplateProblem] {
        if case .contentType(let name)? = file.nodes.first, name.text == contentType { return [] }
        let message =
            "Begin the file with {{% CONTENT_TYPE:\(contentType)}}; without it values are escaped the wrong way."
        return [
            TemplateProblem(code: .missingContentType, location: TemplateLocation(file: file.path), message: message)
        ]
    }

    private func nestingProblems(_ nodes: [TemplateNode]) -> [TemplateProblem] {
        nodes.flatMap { node -> [TemplateProblem] in
            switch node {
            case .parent(let name, _):
                let message = "A format partial cannot use {{<\(name.text)}}: nest blocks in the letter instead."
                return [TemplateProblem(code: .unsupportedTag, location: name.location, message: message)]
            case .section(_, _, let children), .block(_, let children): return nestingProblems(children)
            case .text, .comment, .variable, .include, .contentType: return []
            }
        }
    }
}
