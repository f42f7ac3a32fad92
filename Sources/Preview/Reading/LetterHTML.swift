import Mail

/// What a reader's program takes from the HTML part of a letter; of a broken one, as much as browsers show.
enum LetterHTML {
    /// A link and the words it stands under.
    struct Link: Equatable {
        let address: String
        let label: String
    }

    /// The links in their order.
    static func links(in html: String) -> [Link] {
        var links: [Link] = []
        var anchor = ElementWords()
        var address: String?
        func end() {
            if let address { links.append(Link(address: address, label: anchor.words.withSingleSpaces)) }
            address = nil
        }
        for token in HTMLTokens(html) {
            if case .start("a", let attributes) = token {
                // Anchors do not nest: another one ends the one before (the HTML standard, section 13.2.6.4.7).
                end()
                address = attributes["href"]?.withSingleSpaces
                anchor = ElementWords("a")
            } else if anchor.take(token) {
                end()
            }
        }
        end()
        return links
    }

    /// The words of the first hidden element that has some, without the padding after them.
    static func preheader(in html: String) -> String? {
        var hidden = ElementWords()
        for token in HTMLTokens(html) {
            if case .start(let name, let attributes) = token, !hidden.isOpen, isHidden(name, attributes) {
                hidden = ElementWords(name)
            } else if hidden.take(token), let words = hidden.words.withoutPadding {
                return words
            }
        }
        return nil
    }

    private static func isHidden(_ name: String, _ attributes: [String: String]) -> Bool {
        // Elements without an end have no words.
        if ["img", "input", "br", "hr", "meta", "link"].contains(name) { return false }
        let style = (attributes["style"] ?? "").lowercased().filter { !$0.isWhitespace }
        let hides = ["display:none", "display:none!important"]
        return attributes["hidden"] != nil || style.split(separator: ";").contains { hides.contains(String($0)) }
    }
}

/// Gathers the words within one element.
private struct ElementWords {
    private let name: String
    private var depth: Int
    private(set) var words = ""

    /// No element.
    init() { (name, depth) = ("", 0) }

    /// The element whose start tag has just been read.
    init(_ name: String) { (self.name, depth) = (name, 1) }

    var isOpen: Bool { depth > 0 }

    /// Takes a token in; true when it ends the element.
    mutating func take(_ token: HTMLToken) -> Bool {
        guard isOpen else { return false }
        switch token {
        case .text(let text): words += text
        case .start(name, _): depth += 1
        case .end(name): depth -= 1
        case .start("br", _): words += " "
        case .start, .end, .style: break
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
