import Hummingbird

/// A name of a header field.
typealias FieldName = HTTPFields.Element.Name

/// What every answer tells the browser not to do.
enum SecurityFields {
    /// For our own pages: scripts and styles of this server only, nothing from anywhere else, and in no other page.
    ///
    /// A letter shown in a frame of such a page inherits this, so that it loads nothing either.
    static let ours = fields(
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
            + "connect-src 'self'; form-action 'self'; frame-src 'self'; base-uri 'none'; frame-ancestors 'none'",
        framing: "DENY")

    /// For a letter's parts as they are, opened by themselves or small in the gallery: no script, no form, and an
    /// origin of their own.
    ///
    /// An inbox holds what anybody wrote.
    static let letters = fields(
        "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
            + "frame-ancestors 'self'",
        framing: "SAMEORIGIN")

    private static func fields(_ policy: String, framing: String) -> HTTPFields {
        let values = [
            ("Content-Security-Policy", policy), ("X-Content-Type-Options", "nosniff"),
            ("Referrer-Policy", "no-referrer"), ("X-Frame-Options", framing),
            ("Cross-Origin-Opener-Policy", "same-origin"), ("Cross-Origin-Resource-Policy", "same-origin"),
            ("Cache-Control", "no-store"),
        ]
        return HTTPFields(
            values.compactMap { name, value in FieldName(name).map { HTTPFields.Element(name: $0, value: value) } })
    }
}
