import Mail

extension LetterRule {
    /// What the HTML may hold, and what it owes readers who hear it.
    static let ofMarkup = [remoteContent, activeContent, language, isolation, alternatives, tableRoles]

    /// What is fetched when a letter is opened tells somebody that it was, and is not there offline.
    private static let remoteContent = LetterRule("remote-content") { letter in
        let attributes = letter.allTags.flatMap { tag in
            (["src", "background", "poster", "data"] + (drawings.contains(tag.name) ? ["href", "xlink:href"] : []))
                .compactMap { name in
                    tag.attributes[name].flatMap { isCarried($0) ? nil : "<\(tag.name) \(name)>" }
                } + (tag.attributes["srcset"].map(isSetCarried) == false ? ["<\(tag.name) srcset>"] : [])
                + (tag.name == "link" ? ["<link>"] : [])
        }
        let loads = letter.styles.flatMap(\.addresses).filter { !isCarried($0) }.map { "url(\($0))" }
        return Set(attributes + loads).sorted().map { .error("\($0) loads something from elsewhere: leave it out.") }
    }

    /// Elements of drawings whose `href` is fetched.
    private static let drawings: Set = ["image", "use", "feimage"]

    /// Whether the address names something in the letter itself.
    private static func isCarried(_ address: String) -> Bool {
        let address = address.lowercased()
        return address.isEmpty || ["data:", "cid:", "#"].contains(where: address.hasPrefix)
    }

    /// Whether every picture of a `srcset` is: they are parted by a comma and a space, and `data:` has commas of its own.
    private static func isSetCarried(_ set: String) -> Bool {
        set.split(separator: ", ").allSatisfy { isCarried(String($0.drop { $0 == " " })) }
    }

    /// Mail programs take these away, and relays mark letters that have them.
    private static let activeContent = LetterRule("active-content") { letter in
        let elements: Set = [
            "script", "iframe", "frame", "object", "embed", "applet", "base", "form", "input", "textarea", "select",
            "button", "video", "audio",
        ]
        let found = letter.allTags.flatMap { tag in
            (elements.contains(tag.name) ? ["<\(tag.name)>"] : [])
                + tag.attributes.keys.filter { $0.hasPrefix("on") }
                + (tag.name == "meta" && tag.attributes["http-equiv"]?.lowercased() == "refresh" ? ["refresh"] : [])
                + (tag.attributes["href"]?.lowercased().hasPrefix("javascript:") == true ? ["javascript:"] : [])
        }
        return Set(found).sorted().map { .error("\($0) has no place in a letter: link to a page that does it.") }
    }

    /// Which way and how a screen reader reads, and which way the page runs.
    private static let language = LetterRule("language") { letter in
        guard !letter.html.isEmpty else { return [] }
        let page = letter.tags.first { $0.name == "html" }
        let isRightToLeft = ["ar", "ckb", "dv", "fa", "he", "ps", "sd", "ug", "ur", "yi"].contains(letter.language)
        let expected = ["lang": letter.id.locale, "dir": isRightToLeft ? "rtl" : "ltr"]
        return expected.sorted { $0.key > $1.key }.compactMap { name, value in
            if page?.attributes[name] == value { return nil }
            return .error("<html> needs \(name)=\"\(value)\": screen readers and the layout go by it.")
        }
    }

    /// A name in letters that run the other way turns the words around it, unless it is isolated.
    private static let isolation = LetterRule("name-not-isolated") { letter in
        let words = letter.wordsOutsideIsolation
        return letter.names.filter { words.holds($0) }.map { name in
            .error("“\(name)” stands outside <bdi>: print it by a partial such as {{>provider}}, which isolates it.")
        }
    }

    private static let alternatives = LetterRule("image-alternative") { letter in
        letter.tags.filter { $0.name == "img" }.compactMap { image in
            switch image.attributes["alt"] {
            case nil: .error("An image has no alt: say in it what the image says.")
            case let alt? where alt.allSatisfy(\.isWhitespace):
                .warning("An image has an empty alt: say what it says, or leave it out.")
            case _?: nil
            }
        }
    }

    /// A table without a role is read out cell by cell, with its rows and columns.
    private static let tableRoles = LetterRule("table-role") { letter in
        let tables = letter.tags.filter { $0.name == "table" }
        guard tables.contains(where: { $0.attributes["role"] == nil }),
            !letter.tags.contains(where: { $0.name == "th" })
        else { return [] }
        return [.warning("A table is there for the layout only: give it role=\"presentation\".")]
    }
}

extension OpenedLetter {
    /// The words outside every `bdi`; a tag parts them, so that a name is not taken for the end of another word.
    fileprivate var wordsOutsideIsolation: String {
        var depth = 0
        return tokens.reduce(into: "") { words, token in
            switch token {
            case .start("bdi", _): depth += 1
            case .end("bdi"): depth = max(0, depth - 1)
            case .text(let text): words += depth == 0 ? text : "\n"
            case .start, .end: words += "\n"
            case .style: break
            }
        }
    }
}
