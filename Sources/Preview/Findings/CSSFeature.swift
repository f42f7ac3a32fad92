/// Something of CSS or HTML that a letter uses and a mail program may not understand.
package struct CSSFeature: Hashable, Sendable {
    /// The sections of `css-support.json`.
    package enum Section: String, CaseIterable, Sendable {
        /// A property: `gap`.
        case property = "properties"
        /// A property with one value: `display:flex`.
        case declaration = "values"
        /// A function in a value: `calc`.
        case function = "functions"
        /// A unit of a length: `rem`.
        case unit = "units"
        /// A rule: `@supports`.
        case atRule = "at-rules"
        /// What a media query asks: `prefers-color-scheme`.
        case media
        /// A sign in a selector: `>`.
        case selector = "selectors"
        /// A pseudo-class or pseudo-element: `:hover`, `::before`.
        case pseudo
        /// An element: `svg`.
        case element = "elements"
        /// An attribute: `hidden`.
        case attribute = "attributes"
    }

    /// What sort of thing it is.
    package let section: Section
    /// How it is written, in lower case.
    package let name: String

    init(_ section: Section, _ name: some StringProtocol) {
        self.section = section
        self.name = name.lowercased()
    }
}
