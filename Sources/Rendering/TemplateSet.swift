/// Every letter's templates, parsed and checked once, then only read.
///
/// Rendering parses nothing and shares nothing that changes: any number of threads may render from one set at once.
package struct TemplateSet: Sendable {
    private let kinds: [String: Kind]
    private let locales: [String: LocaleWords]
    /// The partials, shared pieces and locale files that no letter uses, in order; none while there are problems.
    package let unusedFiles: [String]

    struct Kind: Sendable {
        let names: TemplateNames
        /// Locale → letter; `en` is always there.
        let letters: [String: Letter]
    }

    struct Letter: Sendable {
        let html: FlatTemplate
        let text: FlatTemplate
        /// Subject and preheader, a line each.
        let inbox: FlatTemplate
        let usedAt: [String: [TemplateLocation]]
    }

    /// The language that every kind must have and every fallback ends in.
    package static let lastLocale = "en"

    /// Reads and checks a template folder.
    ///
    /// - Parameters:
    ///   - directory: the folder; nothing outside it is read, and nothing of it is read again later.
    ///   - kinds: the names each kind's templates may use. Every kind needs an English template, and every folder a
    /// kind.
    /// - Throws: `TemplateSetError` with every problem found, sorted by place.
    package init(directory: String, kinds: [String: TemplateNames]) throws(TemplateSetError) {
        let (set, problems) = Self.partial(directory: directory, kinds: kinds)
        guard problems.isEmpty else { throw TemplateSetError(problems) }
        self = set
    }

    private init(_ kinds: [String: Kind], _ locales: [String: LocaleWords], unusedFiles: [String]) {
        self.kinds = kinds
        self.locales = locales
        self.unusedFiles = unusedFiles
    }

    /// Reads and checks a template folder as `init(directory:kinds:)` does, and keeps what can be rendered all the same.
    ///
    /// For previews, which show a mistake beside the letters; no letter of such a set is to be sent. A letter with a
    /// problem, or in a language without its words, is left out.
    package static func partial(
        directory: String, kinds: [String: TemplateNames]
    ) -> (set: TemplateSet, problems: [TemplateProblem]) {
        var loader = TemplateLoader(directory: directory, kinds: kinds)
        let (kinds, locales) = loader.load()
        let set = TemplateSet(kinds, locales, unusedFiles: loader.unusedFiles)
        return (set, TemplateSetError(Set(loader.problems)).problems)
    }

    /// The kinds that can be rendered, in alphabetical order.
    package var kindNames: [String] { kinds.keys.sorted() }

    /// The locales a kind is written in, in alphabetical order; empty for an unknown kind.
    package func localeNames(of kind: String) -> [String] { kinds[kind]?.letters.keys.sorted() ?? [] }

    /// The words for dates, times, zones and places that a letter of this kind to this locale will be written in.
    ///
    /// - Throws: `RenderingError.unknownKind`.
    package func words(kind: String, locale: String) throws(RenderingError) -> LocaleWords {
        let (_, used) = try letter(kind: kind, locale: locale)
        guard let words = locales[used] else { throw .unknownKind(kind) }
        return words
    }

    /// Renders one letter.
    ///
    /// - Parameters:
    ///   - kind: the kind's name, such as `reservation.confirm`.
    ///   - locale: the recipient's; falls back by language and then to English (`es-MX`, `es`, `en`).
    ///   - values: a value for every name the template uses; names it does not use may be absent.
    /// - Returns: the letter, which says which locale was used.
    /// - Throws: `RenderingError`; a value that is missing or unfit is never printed as an empty string.
    package func render(
        kind: String, locale: String, values: TemplateValues
    ) throws(RenderingError) -> RenderedLetter {
        let (letter, used) = try letter(kind: kind, locale: locale)
        guard let names = kinds[kind]?.names, let words = locales[used] else { throw .unknownKind(kind) }
        var values = try values.checked(against: names.uses)
        values["locale.language"] = .text(used)
        values["locale.direction"] = .text(words.direction.rawValue)
        var missing: Set<String> = []
        let inbox = letter.inbox.print(values, missing: &missing).split(separator: "\n").map {
            String($0).trimmingSpaces
        }
        let html = letter.html.print(values, missing: &missing)
        let text = letter.text.print(values, missing: &missing)
        guard missing.isEmpty else {
            throw .missingValues(names: missing.sorted(), usedAt: missing.sorted().flatMap { letter.usedAt[$0] ?? [] })
        }
        guard inbox.count == 2, !inbox.contains("") else { throw .malformedInboxLine(kind: kind) }
        return RenderedLetter(
            subject: inbox[0], preheader: inbox[1], html: html,
            text: TextFlow.filled(text, direction: words.direction), locale: used, direction: words.direction)
    }

    private func letter(kind: String, locale: String) throws(RenderingError) -> (Letter, locale: String) {
        guard let letters = kinds[kind]?.letters else { throw .unknownKind(kind) }
        var candidate = Substring(locale)
        while true {
            if let letter = letters[String(candidate)] { return (letter, String(candidate)) }
            guard let dash = candidate.lastIndex(of: "-") else { break }
            candidate = candidate[..<dash]
        }
        guard let letter = letters[Self.lastLocale] else { throw .unknownKind(kind) }
        return (letter, Self.lastLocale)
    }
}
