/// What a style uses of CSS, and what it loads.
struct Style: Sendable {
    let features: Set<CSSFeature>
    let addresses: [String]
}

/// Reads styles, each once: the letters of a gallery share a few dozen.
struct StyleReader {
    private var known: [String: Style] = [:]

    /// The style of a sheet or of a `style` attribute.
    mutating func style(_ css: String) -> Style {
        if let style = known[css] { return style }
        let style = Style(features: CSSFeature.features(ofStyle: css), addresses: CSSFeature.addresses(in: css))
        known[css] = style
        return style
    }
}
