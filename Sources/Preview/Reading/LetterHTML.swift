import Mail

/// What a reader's program takes from the HTML part of a letter: where its links lead, and the preheader.
struct LetterHTML {
    /// A link and the words it stands under.
    struct Link: Equatable {
        let address: String
        let label: String
    }

    /// The links in their order.
    private(set) var links: [Link] = []
    /// The words of the first hidden element, without the padding after them; nil when there is none, or no word.
    private(set) var preheader: String?

    /// Reads a document; of one that is broken as much as browsers show.
    init(_ html: String) {
        var hidden = ElementWords()
        var anchor = ElementWords()
        var address: String?
        for token in HTMLTokens(html) {
            if preheader == nil {
                if case .start(let name, let attributes) = token, !hidden.isOpen, Self.isHidden(attributes) {
                    hidden.open(name)
                } else if hidden.take(token) {
                    preheader = hidden.words.withoutPadding
                }
            }
            if case .start("a", let attributes) = token {
                // Anchors do not nest: another one ends the one before (the HTML standard, section 13.2.6.4.7).
                if let address { links.append(Link(address: address, label: anchor.words.withSingleSpaces)) }
                address = attributes["href"]?.withSingleSpaces
                anchor = ElementWords()
                anchor.open("a")
            } else if anchor.take(token), let ended = address {
                links.append(Link(address: ended, label: anchor.words.withSingleSpaces))
                address = nil
            }
        }
        if let address { links.append(Link(address: address, label: anchor.words.withSingleSpaces)) }
    }

    private static func isHidden(_ attributes: [String: String]) -> Bool {
        if attributes["hidden"] != nil { return true }
        let style = (attributes["style"] ?? "").lowercased().filter { !$0.isWhitespace }
        return style.split(separator: ";").contains { $0.hasPrefix("display:none") }
    }
}

/// Gathers the words within one element.
private struct ElementWords {
    private var name = ""
    private var depth = 0
    private(set) var words = ""

    var isOpen: Bool { depth > 0 }

    mutating func open(_ name: String) {
        (self.name, depth, words) = (name, 1, "")
    }

    /// Takes a token in; true when it ends the element.
    mutating func take(_ token: HTMLToken) -> Bool {
        guard isOpen else { return false }
        switch token {
        case .text(let text): words += text
        case .start(name, _): depth += 1
        case .end(name): depth -= 1
        case .start("br", _): words += " "
        case .start, .end: break
        }
        return !isOpen
    }
}

extension String {
    /// The words with one space between them.
    fileprivate var withSingleSpaces: String { split(whereSeparator: \.isWhitespace).joined(separator: " ") }

    /// The words without the invisible characters that keep an inbox from showing what follows; nil without a word.
    fileprivate var withoutPadding: String? {
        let scalars = unicodeScalars
        let isPadding: (Unicode.Scalar) -> Bool = {
            $0.properties.isWhitespace || $0.properties.isDefaultIgnorableCodePoint
        }
        guard let last = scalars.lastIndex(where: { !isPadding($0) }) else { return nil }
        return String(scalars[...last]).withSingleSpaces
    }
}
