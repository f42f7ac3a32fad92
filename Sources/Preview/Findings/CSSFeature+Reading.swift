extension CSSFeature {
    /// What a style sheet or a `style` attribute uses of CSS.
    static func features(ofStyle css: String) -> Set<CSSFeature> {
        var features: Set<CSSFeature> = []
        for chunk in chunks(of: css.lowercased()) {
            switch chunk {
            case .prelude(let text) where text.hasPrefix("@"): features.formUnion(ofAtRule(text))
            case .prelude(let text): features.formUnion(ofSelector(text))
            case .statement(let text) where text.hasPrefix("@"): features.formUnion(ofAtRule(text))
            case .statement(let text): features.formUnion(ofDeclaration(text))
            }
        }
        return features
    }

    /// The addresses a style loads something from, in lower case: in `url()`, and after `@import`.
    static func addresses(in css: String) -> [String] {
        guard css.contains("(") || css.contains("@") else { return [] }
        return chunks(of: css.lowercased()).flatMap { chunk -> [String] in
            guard case .statement(let text) = chunk else { return [] }
            let loaded = text.split(separator: "url(", omittingEmptySubsequences: false).dropFirst().map { rest in
                rest.prefix { $0 != ")" }.filter { !"\"' ".contains($0) }
            }
            let isImport = text.hasPrefix("@import") && loaded.isEmpty
            return isImport ? [text.dropFirst(7).filter { !"\"' ".contains($0) }] : loaded
        }
    }

    private enum Chunk {
        /// What stands before a brace.
        case prelude(String)
        /// What ends at a semicolon, a closing brace or the end: a declaration, or a rule without a body.
        case statement(String)
    }

    private static func chunks(of css: String) -> [Chunk] {
        var chunks: [Chunk] = []
        var text = ""
        var quote: Character?
        var depth = 0
        for character in withoutComments(css) {
            if let open = quote {
                if character == open { quote = nil }
            } else if character == "\"" || character == "'" {
                quote = character
            } else if character == "(" || character == ")" {
                depth = max(0, depth + (character == "(" ? 1 : -1))
            } else if depth == 0, "{};".contains(character) {
                let trimmed = text.trimmed
                if !trimmed.isEmpty { chunks.append(character == "{" ? .prelude(trimmed) : .statement(trimmed)) }
                text = ""
                continue
            }
            text.append(character)
        }
        return text.trimmed.isEmpty ? chunks : chunks + [.statement(text.trimmed)]
    }

    private static func withoutComments(_ css: String) -> String {
        guard css.contains("/*") else { return css }
        return css.split(separator: "/*", omittingEmptySubsequences: false).enumerated().map { index, piece in
            index == 0 ? piece : piece.firstRange(of: "*/").map { piece[$0.upperBound...] } ?? ""
        }.joined()
    }

    private static func ofAtRule(_ text: String) -> Set<CSSFeature> {
        var features: Set = [CSSFeature(.atRule, text.prefix { !$0.isWhitespace && $0 != "(" })]
        guard text.hasPrefix("@media") else { return features }
        for query in text.split(separator: "(").dropFirst() {
            features.insert(CSSFeature(.media, String(query.prefix { $0 != ")" && $0 != ":" }).trimmed))
        }
        return features
    }

    private static func ofSelector(_ text: String) -> Set<CSSFeature> {
        var features = Set(text.filter { ">+~*[&".contains($0) }.map { CSSFeature(.selector, String($0)) })
        for part in text.split(separator: ":").dropFirst(text.hasPrefix(":") ? 0 : 1) {
            let name = part.prefix { $0.isLetter || $0 == "-" }
            // Pseudo-elements of CSS 2 may be written with one colon.
            let isElement = ["before", "after", "first-line", "first-letter"].contains(name)
            features.insert(CSSFeature(.pseudo, (isElement ? "::" : ":") + name))
        }
        return features
    }

    private static func ofDeclaration(_ text: String) -> Set<CSSFeature> {
        let parts = text.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { return [] }
        let property = String(parts[0]).trimmed
        let value = withoutStrings(parts[1])
        let word = value.split(separator: "!").first.map { String($0).trimmed } ?? ""
        return ofValue(value).union([
            CSSFeature(.property, property), CSSFeature(.declaration, "\(property):\(word)"),
        ])
    }

    private static func ofValue(_ value: String) -> Set<CSSFeature> {
        var features: Set<CSSFeature> = []
        var word = ""
        for character in value + " " {
            if character.isLetter || character.isNumber || "-.%#_".contains(character) {
                word.append(character)
                continue
            }
            if character == "(" {
                features.insert(CSSFeature(.function, word))
            } else if let first = word.first, first.isNumber || "-.".contains(first) {
                features.insert(CSSFeature(.unit, word.drop { !$0.isLetter }))
            }
            word = ""
        }
        return features
    }

    private static func withoutStrings(_ value: Substring) -> String {
        var quote: Character?
        return value.filter { character in
            if let open = quote {
                if character == open { quote = nil }
                return false
            }
            if character == "\"" || character == "'" { quote = character }
            return quote == nil
        }
    }
}

extension String {
    fileprivate var trimmed: String {
        let front = drop(while: \.isWhitespace)
        return String(front.reversed().drop(while: \.isWhitespace).reversed())
    }
}
