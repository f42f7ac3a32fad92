/// The gallery: every kind, scenario and language.
struct IndexPage: Sendable {
    /// Kinds whose names begin alike.
    struct Family: Sendable {
        let family: String
        let kinds: [Kind]
    }

    /// A kind and its scenarios.
    struct Kind: Sendable {
        let kind: String
        /// The name without the family's.
        let shortName: String
        let letterCount: Int
        let findings: FindingCount
        let cards: [Card]
    }

    /// One scenario of a kind, in all its languages.
    struct Card: Sendable {
        let card: String
        let scenario: String
        let about: String
        let letters: [Letter]
        let first: Letter
        let findings: FindingCount
    }

    /// One letter.
    struct Letter: Sendable {
        let letter: String
        let locale: String
        let href: String
        let thumbnail: String
        let subject: String
    }

    let layout: Layout
    let families: [Family]
    let locales: [String]
    let letterCount: Int
    let kindCount: Int
}

extension Site {
    func indexPage() -> Page {
        let kinds = letters.chunked { $0.id.kind }.map { kind, specimens in
            IndexPage.Kind(
                kind: kind, shortName: Self.family(of: kind).name, letterCount: specimens.count,
                findings: FindingCount(specimens.flatMap { findings(in: $0.id) }),
                cards: specimens.chunked { $0.id.scenario }.compactMap { card($0, $1) })
        }
        return PageTemplates.index.page(
            IndexPage(
                layout: layout("index", .index, title: "Letters"),
                families: kinds.chunked { Self.family(of: $0.kind).family }.map(IndexPage.Family.init),
                locales: Set(gallery.specimens.map(\.id.locale)).sorted(),
                letterCount: gallery.specimens.count, kindCount: kinds.count))
    }

    private func card(_ scenario: String, _ specimens: [Specimen]) -> IndexPage.Card? {
        let languages = specimens.map { specimen in
            IndexPage.Letter(
                letter: specimen.id.path, locale: specimen.id.locale,
                href: SitePath.letter(specimen.id, .page).text, thumbnail: SitePath.letter(specimen.id, .html).text,
                subject: specimen.subject)
        }
        // English first: it is the language every kind has.
        guard let specimen = specimens.first,
            let first = languages.first(where: { $0.locale == "en" }) ?? languages.first
        else { return nil }
        return IndexPage.Card(
            card: "\(specimen.id.kind)/\(scenario)", scenario: scenario, about: specimen.title, letters: languages,
            first: first, findings: FindingCount(specimens.flatMap { findings(in: $0.id) }))
    }

    private static func family(of kind: String) -> (family: String, name: String) {
        guard let dot = kind.firstIndex(of: ".") else { return (kind, kind) }
        return (String(kind[..<dot]), String(kind[kind.index(after: dot)...]))
    }
}

extension Array {
    /// Neighbours with the same key, together with it.
    func chunked<Key: Equatable>(by key: (Element) -> Key) -> [(Key, [Element])] {
        var chunks: [(Key, [Element])] = []
        for element in self {
            let key = key(element)
            if let last = chunks.indices.last, chunks[last].0 == key {
                chunks[last].1.append(element)
            } else {
                chunks.append((key, [element]))
            }
        }
        return chunks
    }
}
