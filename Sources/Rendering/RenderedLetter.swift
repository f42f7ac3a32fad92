/// Which way the language of a letter runs.
package enum TextDirection: String, Sendable {
    /// Left to right.
    case leftToRight = "ltr"
    /// Right to left.
    case rightToLeft = "rtl"
}

/// One letter as words: what an inbox line shows, and the same body as HTML and as plain text.
package struct RenderedLetter: Sendable, Equatable {
    /// One line without control characters; not yet encoded for a header.
    package var subject: String
    /// What an inbox shows after the subject.
    ///
    /// It is in the HTML already, hidden, and not in the text.
    package let preheader: String
    /// A whole HTML document; lines end with a line feed.
    package var html: String
    /// Plain text, prose filled to 72 columns; lines end with a line feed.
    package var text: String
    /// The locale that was used, which may be a fallback of the one asked for.
    package let locale: String
    /// The direction of that locale.
    package let direction: TextDirection
}
