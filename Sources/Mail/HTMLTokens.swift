/// What an HTML document consists of for somebody who looks for its words and links.
package enum HTMLToken: Hashable, Sendable {
    /// A start tag: its name and its attributes, both names in lower case, the values with their references read.
    case start(String, [String: String])
    /// An end tag: its name in lower case.
    case end(String)
    /// Words between tags, references read.
    case text(String)
    /// A style sheet: what stands in a `style` element, as it is.
    case style(String)
}

/// Reads HTML tag by tag, as browsers find tags (the tokenizer of the HTML standard, section 13.2.5, in its outline).
///
/// Comments, declarations and what stands in `script` and `title` are passed over. Whatever is given, it ends,
/// in time proportional to the length.
package struct HTMLTokens: Sequence, IteratorProtocol {
    private var rest: ArraySlice<UInt8>
    private var hiddenElement: String?

    /// The tokens of a document or a piece of one.
    package init(_ html: String) {
        rest = Array(html.utf8)[...]
    }

    /// The next token; nil at the end.
    package mutating func next() -> HTMLToken? {
        if let sheet = hiddenContent() { return .style(sheet) }
        while let first = rest.first {
            if first != UInt8(ascii: "<") || !opensMarkup(rest.dropFirst()) { return text() }
            if rest.starts(with: "<!--".utf8) {
                skip(through: "-->")
            } else if let token = tag() {
                return token
            }
        }
        return nil
    }

    /// The words without the tags: the tag of a block is a new line, any other a space.
    var words: String {
        let blocks: Set = ["br", "p", "pre", "div", "table", "tr", "ul", "ol", "li", "h1", "h2", "h3", "hr", "body"]
        return reduce(into: "") { words, token in
            switch token {
            case .text(let text): words += text
            case .start(let name, _), .end(let name): words += blocks.contains(name) ? "\n" : " "
            case .style: break
            }
        }
    }

    private mutating func text() -> HTMLToken {
        let end = rest.dropFirst().firstIndex(of: UInt8(ascii: "<")) ?? rest.endIndex
        defer { rest = rest[end...] }
        return .text(HTMLReferences.decoded(rest[..<end]))
    }

    /// A less-than sign begins markup only before a letter, `/`, `!` or `?`.
    private func opensMarkup(_ after: ArraySlice<UInt8>) -> Bool {
        guard let next = after.first else { return false }
        return ASCII.isAlphanumeric(next) && !ASCII.isDigit(next) || "/!?".utf8.contains(next)
    }

    /// A tag, or nil for a declaration and for a tag that does not end.
    private mutating func tag() -> HTMLToken? {
        rest.removeFirst()
        let isEnd = rest.first == UInt8(ascii: "/")
        if isEnd { rest.removeFirst() }
        guard let first = rest.first, ASCII.isAlphanumeric(first) else {
            skip(through: ">")
            return nil
        }
        let name = word { !Self.isSpace($0) && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: ">") }.lowercased()
        var attributes: [String: String] = [:]
        while let attribute = attribute() { attributes[attribute.name] = attributes[attribute.name] ?? attribute.value }
        // Browsers drop a tag that the document ends in.
        guard !rest.isEmpty else { return nil }
        rest.removeFirst()
        if !isEnd, ["style", "script", "title"].contains(name) { hiddenElement = name }
        return isEnd ? .end(name) : .start(name, attributes)
    }

    /// The next attribute of a tag; nil at the tag's end.
    private mutating func attribute() -> (name: String, value: String)? {
        rest = rest.drop { Self.isSpace($0) || $0 == UInt8(ascii: "/") }
        guard let first = rest.first, first != UInt8(ascii: ">") else { return nil }
        rest.removeFirst()
        let ends = [UInt8](">/=".utf8)
        let name = String(decoding: [first], as: UTF8.self) + word { !Self.isSpace($0) && !ends.contains($0) }
        rest = rest.drop(while: Self.isSpace)
        guard rest.first == ASCII.equals else { return (name.lowercased(), "") }
        rest = rest.dropFirst().drop(while: Self.isSpace)
        guard let quote = rest.first, quote == ASCII.quote || quote == UInt8(ascii: "'") else {
            return (name.lowercased(), word { !Self.isSpace($0) && $0 != UInt8(ascii: ">") })
        }
        rest.removeFirst()
        defer { rest = rest.dropFirst() }
        return (name.lowercased(), word { $0 != quote })
    }

    private mutating func word(_ belongs: (UInt8) -> Bool) -> String {
        let word = rest.prefix(while: belongs)
        rest = rest[word.endIndex...]
        return HTMLReferences.decoded(word)
    }

    /// Passes over what an element holds that is no words; the content when it is a style sheet.
    private mutating func hiddenContent() -> String? {
        guard let name = hiddenElement else { return nil }
        hiddenElement = nil
        let content = rest
        let end = Array("</\(name)".utf8)
        while let start = rest.firstIndex(of: UInt8(ascii: "<")) {
            rest = rest[start...]
            if rest.prefix(end.count).map({ $0 | 0x20 }).elementsEqual(end.map { $0 | 0x20 }) { break }
            rest.removeFirst()
        }
        if rest.first != UInt8(ascii: "<") { rest = rest[rest.endIndex...] }
        return name == "style" ? String(decoding: content[..<rest.startIndex], as: UTF8.self) : nil
    }

    private mutating func skip(through end: String) {
        let end = Array(end.utf8)
        while let start = rest.firstIndex(of: end[0]) {
            rest = rest[start...]
            if rest.starts(with: end) {
                rest = rest.dropFirst(end.count)
                return
            }
            rest.removeFirst()
        }
        rest = []
    }

    private static func isSpace(_ byte: UInt8) -> Bool {
        ASCII.isBlank(byte) || byte == ASCII.lineFeed || byte == ASCII.carriageReturn || byte == 0x0C
    }
}
