/// One value a template can use.
package enum TemplateValue: Sendable, Equatable {
    /// Words, an address or a colour; which one is said by the name's declaration.
    case text(String)
    /// A yes or no.
    case flag(Bool)
    /// Items of a repeated section.
    case list([TemplateValues])
}

/// What one letter says: values by name.
///
/// Control characters and line breaks are refused when the letter is rendered. Bidirectional overrides, embeddings and
/// isolates (U+202A–202E, U+2066–2069) are taken out: a letter about an appointment is worth more than an odd name, and
/// without them the name can no longer turn the words around it.
package struct TemplateValues: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    private(set) var values: [String: TemplateValue]

    /// Names with their values, as a literal; of a name that stands twice the last counts.
    package init(dictionaryLiteral elements: (String, TemplateValue)...) {
        values = Dictionary(elements) { _, last in last }
    }

    /// The value of a name, or nil where none was given.
    package subscript(name: String) -> TemplateValue? {
        get { values[name] }
        set { values[name] = newValue }
    }

    /// Both sets in one; where both have a name, `other` wins.
    package func merging(_ other: TemplateValues) -> TemplateValues {
        var merged = self
        merged.values.merge(other.values) { _, new in new }
        return merged
    }

    /// The same values, checked against their declaration and made harmless.
    ///
    /// - Throws: `RenderingError` with the first name that is undeclared, of another kind, or not fit to print.
    func checked(against uses: [String: TemplateNames.Use]) throws(RenderingError) -> TemplateValues {
        var checked = self
        for (name, value) in values {
            guard let use = uses[name] else { throw .undeclaredValue(name: name) }
            if let replacement = try Self.check(value, as: use, name: name) { checked.values[name] = replacement }
        }
        return checked
    }

    /// Returns what to use instead, or nil where the value may stay as it is.
    private static func check(
        _ value: TemplateValue, as use: TemplateNames.Use, name: String
    ) throws(RenderingError) -> TemplateValue? {
        switch (use, value) {
        case (.flag, .flag): return nil
        case (.text, .text(let text)): return try TextCheck.harmless(text, name: name).map(TemplateValue.text)
        case (.url, .text(let text)):
            guard TextCheck.isAddress(text) else { throw .invalidURL(name: name) }
            return nil
        case (.color, .text(let text)):
            guard BrandColor(text) != nil else { throw .invalidColor(name: name) }
            return nil
        case (.list(let itemUses), .list(let items)):
            var checked: [TemplateValues] = []
            for item in items { checked.append(try item.checked(against: itemUses)) }
            return .list(checked)
        case (.text, _), (.url, _), (.color, _), (.flag, _), (.list, _): throw .wrongValueKind(name: name)
        }
    }
}
