import Mail

extension LetterRule {
    /// What mail programs make of the letter's CSS and HTML.
    static let ofStyle = [unsupported]

    /// Only what takes something away is told.
    ///
    /// Rounded corners and dark colours are extras, and the layout is whole without them. An error is what breaks in a
    /// program that many read with.
    private static let unsupported = LetterRule("css-unsupported") { letter in
        letter.features.compactMap { feature in
            let table = CSSSupport.bundled
            guard let support = table.support(of: feature), support.loss != .look else { return nil }
            let clients = support.unsupported.compactMap { table.clients[$0] }
            guard !clients.isEmpty else { return nil }
            let names = clients.map(\.name).formatted
            let message = "\(feature.name) is not understood by \(names). \(support.effect)"
            return clients.contains(where: \.isMajor) ? .error(message) : .warning(message)
        }
    }
}

extension OpenedLetter {
    /// What the letter uses, in the order of names.
    fileprivate var features: [CSSFeature] {
        var features = styles.reduce(into: Set<CSSFeature>()) { $0.formUnion($1.features) }
        for tag in tags {
            features.insert(CSSFeature(.element, tag.name))
            features.formUnion(tag.attributes.keys.map { CSSFeature(.attribute, $0) })
            if tag.attributes["href"]?.hasPrefix("#") == true { features.insert(CSSFeature(.attribute, "href=#")) }
        }
        return features.sorted { ($0.name, $0.section.rawValue) < ($1.name, $1.section.rawValue) }
    }
}

extension [String] {
    /// `a, b and c`.
    fileprivate var formatted: String {
        count < 2 ? joined() : dropLast().joined(separator: ", ") + " and " + self[count - 1]
    }
}
