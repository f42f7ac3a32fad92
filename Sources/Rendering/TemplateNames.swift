/// The names that a kind's template may use, and what each of them is.
///
/// A name is `word` or `group.word`, in lower-case ASCII letters, digits and `_`, beginning with a letter. The set is
/// what the caller promises to supply; the loader refuses a template that uses anything else. Locale names
/// (`locale.language`, `locale.direction`) are supplied by the renderer and need no declaration.
package struct TemplateNames: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    /// What a name stands for, and so where a template may use it.
    package indirect enum Use: Sendable, Equatable {
        /// Words, escaped wherever they are printed.
        case text
        /// An absolute https, http or mailto address; the only thing a `url` block may print.
        case url
        /// A colour as `#rrggbb`, for styles.
        case color
        /// A yes or no, for sections.
        case flag
        /// Repeats its section once per item; an item has these names, without a group.
        case list([String: Use])
    }

    let uses: [String: Use]

    /// Names with their uses, as a literal; of a name that stands twice the last counts.
    package init(dictionaryLiteral elements: (String, Use)...) {
        self.init(Dictionary(elements) { _, last in last })
    }

    /// Names with their uses.
    package init(_ uses: [String: Use]) {
        self.uses = uses
    }

    /// Names that stand for a value of the letter and for one of an item at once; a template could reach only one.
    var ambiguous: [String] {
        var items: Set<String> = []
        for case .list(let names) in uses.values { items.formUnion(names.keys) }
        return items.intersection(uses.keys).sorted()
    }

    /// The names in alphabetical order.
    package var names: [String] { uses.keys.sorted() }

    /// Both sets in one; where both declare a name, `other` wins.
    package func merging(_ other: TemplateNames) -> TemplateNames {
        TemplateNames(uses.merging(other.uses) { _, new in new })
    }

    /// What the renderer itself supplies to every letter.
    static let builtIn: TemplateNames = ["locale.language": .text, "locale.direction": .text]
}
