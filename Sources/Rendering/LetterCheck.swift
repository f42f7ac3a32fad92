/// Checks one letter together with every partial it reaches.
struct LetterCheck {
    /// Folders of the format libraries by name, and the pieces this locale shares.
    let formats: [FormatLibrary]
    let shared: [String: TemplateFile]
    let names: TemplateNames
    private(set) var problems: [TemplateProblem] = []
    /// Where each name is used first in every file, so that a value missing later can be named with its place.
    private(set) var usedAt: [String: [TemplateLocation]] = [:]
    /// The partials and shared pieces it is made of, by their files.
    private(set) var reached: Set<String> = []

    private struct Scope {
        var blocks: Set<String> = []
        var items: [String: TemplateNames.Use] = [:]
        var including: [String] = []
        var printsURL = false
        /// Inside a block that the inbox line prints too, where only its partials exist.
        var isInboxLine = false
    }

    init(_ letter: TemplateFile, formats: [FormatLibrary], shared: [String: TemplateFile], names: TemplateNames) {
        self.formats = formats
        self.shared = shared
        self.names = names
        let content = letter.nodes.filter { !$0.isBlank }
        if content.count == 1, case .parent(let name, _) = content[0], name.text == "letter" {
            check(content, Scope())
        } else {
            let message = "A letter is one {{<letter}} … {{/letter}} and nothing beside it."
            report(.misplacedContent, TemplateLocation(file: letter.path), message)
        }
    }

    private mutating func check(_ nodes: [TemplateNode], _ scope: Scope) {
        for node in nodes {
            switch node {
            case .text, .comment, .contentType: break
            case .variable(let name): checkVariable(name, scope)
            case .section(let name, _, let children): checkSection(name, children, scope)
            case .block(let name, let children):
                var inner = scope
                inner.printsURL = name.text == "url"
                inner.isInboxLine = scope.isInboxLine || inboxBlocks.contains(name.text)
                check(children, inner)
            case .parent(let name, let children): checkParent(name, children, scope)
            case .include(let name): checkInclude(name, scope)
            }
        }
    }

    private mutating func checkVariable(_ name: TagName, _ scope: Scope) {
        guard let use = use(of: name, scope) else { return }
        switch use {
        case .url: break
        case .text, .color:
            guard scope.printsURL else { return }
            report(.wrongUse, name.location, "A url block prints a link; \(name.text) is not declared as a URL.")
        case .flag, .list:
            report(.wrongUse, name.location, "\(name.text) is no text to print: use it as {{#\(name.text)}}.")
        }
    }

    private mutating func checkSection(_ name: TagName, _ children: [TemplateNode], _ scope: Scope) {
        var inner = scope
        switch use(of: name, scope) {
        case .flag?, nil: break
        case .list(let items)?: inner.items.merge(items) { _, new in new }
        case .text?, .url?, .color?:
            report(.wrongUse, name.location, "\(name.text) is a text; a section needs a flag or a list.")
        }
        check(children, inner)
    }

    private mutating func use(of name: TagName, _ scope: Scope) -> TemplateNames.Use? {
        if let use = scope.items[name.text] { return use }
        guard let use = names.uses[name.text] else {
            let known = names.names.joined(separator: ", ")
            report(.unknownName, name.location, "\(name.text) is not a name of this kind. Its names are: \(known).")
            return nil
        }
        if usedAt[name.text]?.contains(where: { $0.file == name.location.file }) != true {
            usedAt[name.text, default: []].append(name.location)
        }
        return use
    }

    private mutating func checkParent(_ name: TagName, _ children: [TemplateNode], _ scope: Scope) {
        guard !scope.including.contains(name.text) else {
            report(.recursion, name.location, "{{<\(name.text)}} includes itself for ever.")
            return
        }
        let partials = formats.compactMap { $0.partials[name.text] }
        requirePartial(name, scope.isInboxLine || name.text == "letter" ? formats : bodyFormats)
        let asked = partials.reduce(into: [String: Bool]()) { $0.merge($1.blocks) { $0 || $1 } }
        var given: Set<String> = []
        for child in children where !child.isBlank {
            guard case .block(let block, _) = child else {
                report(
                    .misplacedContent, name.location,
                    "Inside {{<\(name.text)}} only blocks count; the rest would be lost.")
                continue
            }
            given.insert(block.text)
            if asked[block.text] == nil, !partials.isEmpty {
                report(.unknownBlock, block.location, "\(name.text) has no block \(block.text).")
            }
        }
        for block in asked.keys.sorted() where asked[block] == true && !given.contains(block) {
            report(.missingBlock, name.location, "\(name.text) needs the block {{$\(block)}}.")
        }
        for block in asked.keys.sorted() where scope.blocks.contains(block) {
            // In mustache's inheritance the outer block wins, so the inner words would never be printed.
            report(
                .blockReused, name.location,
                "\(name.text) stands inside a block \(block) and would print that one again.")
        }
        var within = scope
        within.including.append(name.text)
        checkPartials(partials, within)
        var inner = scope
        inner.blocks.formUnion(asked.keys)
        check(children, inner)
    }

    private mutating func checkInclude(_ name: TagName, _ scope: Scope) {
        guard !scope.including.contains(name.text) else {
            report(.recursion, name.location, "{{>\(name.text)}} includes itself for ever.")
            return
        }
        var inner = scope
        inner.including.append(name.text)
        if let piece = shared[name.text], !scope.isInboxLine {
            reached.insert(piece.path)
            checkShared(piece.nodes)
            check(piece.nodes, inner)
        } else {
            requirePartial(name, scope.isInboxLine ? formats : bodyFormats)
            checkPartials(formats.compactMap { $0.partials[name.text] }, inner)
        }
    }

    /// A shared piece is printed outside any format partial of its own, where values would be escaped for HTML always.
    private mutating func checkShared(_ nodes: [TemplateNode]) {
        for node in nodes where !node.isBlank {
            switch node {
            case .comment, .parent, .include: break
            case .section(_, _, let children): checkShared(children)
            case .text(_, let place):
                report(.misplacedContent, place, "Words of a shared piece belong inside a block such as {{<p}}.")
            case .variable(let name), .block(let name, _), .contentType(let name):
                report(.misplacedContent, name.location, "A shared piece holds {{<…}} only, within sections at most.")
            }
        }
    }

    private mutating func checkPartials(_ partials: [FormatLibrary.Partial], _ scope: Scope) {
        for partial in partials {
            var inner = scope
            inner.printsURL = false
            reached.insert(partial.file.path)
            check(partial.file.nodes, inner)
        }
    }

    private var bodyFormats: [FormatLibrary] { formats.filter { $0.folder != "_inbox" } }

    private var inboxBlocks: Set<String> {
        Set(formats.filter { $0.folder == "_inbox" }.flatMap { $0.partials["letter"]?.blocks.keys.map(\.self) ?? [] })
    }

    private mutating func requirePartial(_ name: TagName, _ needed: [FormatLibrary]) {
        for format in needed where format.partials[name.text] == nil {
            report(.unknownPartial, name.location, "There is no \(format.folder)/\(name.text).mustache.")
        }
    }

    private mutating func report(_ code: TemplateProblem.Code, _ location: TemplateLocation, _ message: String) {
        problems.append(TemplateProblem(code: code, location: location, message: message))
    }
}
