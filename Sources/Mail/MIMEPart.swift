import Signing

/// A MIME entity as a value: a leaf with content, or a multipart of further parts (RFC 2045, RFC 2046).
///
/// A part is checked when it is made and can then always be written. Equal parts are written as equal octets; the
/// boundary of a multipart follows from what it contains.
package struct MIMEPart: Hashable, Sendable, Redacted {
    /// How the content of a leaf travels (RFC 2045 section 6).
    package enum TransferEncoding: String, Hashable, Sendable {
        /// As it is: ASCII lines of at most 998, CRLF.
        case sevenBit = "7bit"
        /// For text a person may want to read in the source.
        case quotedPrintable = "quoted-printable"
        /// For everything that must arrive to the octet, links above all.
        case base64
    }

    struct Leaf: Hashable, Sendable {
        let contentType: ContentType
        let encoding: TransferEncoding
        let disposition: Disposition?
        let content: [UInt8]
    }

    enum Kind: Hashable, Sendable {
        case leaf(Leaf)
        case multipart(subtype: String, boundary: String, children: [MIMEPart])
    }

    let kind: Kind

    /// SHA-256 of what the part contains, from which boundaries are derived.
    private let digest: [UInt8]

    /// A part with this content, to the octet.
    ///
    /// Throws ``MailError`` when `encoding` is `sevenBit` and the content is not ASCII lines of at most 998 octets
    /// with CRLF endings.
    package static func leaf(
        _ content: [UInt8], as contentType: ContentType, encoding: TransferEncoding = .base64,
        disposition: Disposition? = nil
    ) throws(MailError) -> MIMEPart {
        if encoding == .sevenBit, let problem = WireFormat.problem(with: content) {
            throw MailError(.content, problem)
        }
        let leaf = Leaf(contentType: contentType, encoding: encoding, disposition: disposition, content: content)
        return MIMEPart(kind: .leaf(leaf), digest: SHA256.digest(content))
    }

    /// A text part in UTF-8 whose line endings, whatever they were, become CRLF.
    ///
    /// `contentType` should say `charset=utf-8`. Throws ``MailError`` for a NUL, which no text part may hold.
    package static func text(
        _ text: String, as contentType: ContentType = .plainText, encoding: TransferEncoding = .base64,
        disposition: Disposition? = nil
    ) throws(MailError) -> MIMEPart {
        guard let content = LineEndings.canonical(text) else { throw MailError(.text, .controlCharacter) }
        return try leaf(content, as: contentType, encoding: encoding, disposition: disposition)
    }

    /// A multipart, such as `alternative` or `mixed`.
    ///
    /// Throws ``MailError`` without children or with a malformed subtype.
    package static func multipart(_ subtype: String, _ children: [MIMEPart]) throws(MailError) -> MIMEPart {
        guard ContentType.isToken(subtype) else { throw MailError(.multipart, .malformed) }
        guard !children.isEmpty else { throw MailError(.multipart, .empty) }
        let digest = SHA256.digest(Array(subtype.utf8) + [0] + children.flatMap(\.digest))
        let boundary = Boundary.derive(from: digest) { candidate in
            children.contains { $0.contains(candidate) }
        }
        return MIMEPart(kind: .multipart(subtype: subtype, boundary: boundary, children: children), digest: digest)
    }

    /// The usual letter: `multipart/alternative` of plain text and HTML, the richer last, both base64.
    package static func alternative(text: String, html: String) throws(MailError) -> MIMEPart {
        try multipart("alternative", [.text(text), .text(html, as: .html)])
    }

    /// A letter with a calendar entry, in the order that Exchange writes: the calendar is the richest alternative, and
    /// once more a file with the same octets for readers that know no such alternative.
    ///
    /// The `method` parameter is the calendar object's own, as its registration demands (RFC 5545 section 8.1).
    package static func invitation(
        text: String, html: String, event: CalendarEvent
    ) throws(MailError) -> MIMEPart {
        let calendar = try event.octets()
        let type = try ContentType(
            "text", "calendar",
            parameters: [
                MIMEParameter("method", event.method.rawValue), MIMEParameter("charset", "UTF-8"),
                MIMEParameter("component", "VEVENT"),
            ])
        let file = try ContentType("application", "ics", parameters: [MIMEParameter("name", "invite.ics")])
        return try multipart(
            "mixed",
            [
                multipart("alternative", [.text(text), .text(html, as: .html), .leaf(calendar, as: type)]),
                leaf(calendar, as: file, disposition: .attachment(fileName: "invite.ics")),
            ])
    }

    /// Whether `boundary` could be mistaken inside this part.
    ///
    /// Base64 and quoted-printable never produce `=_`, with which every boundary begins.
    private func contains(_ boundary: [UInt8]) -> Bool {
        switch kind {
        case .leaf(let leaf): leaf.encoding == .sevenBit && Boundary.occurs(boundary, in: leaf.content)
        case .multipart(_, let own, let children):
            Array(own.utf8) == boundary || children.contains { $0.contains(boundary) }
        }
    }
}
