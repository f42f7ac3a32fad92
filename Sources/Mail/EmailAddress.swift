/// One email address: an RFC 5321 `Mailbox` without display name, checked once and safe to put into SMTP and headers.
///
/// The domain is lower-case ASCII (A-labels); the local part is kept as given. Equality is by octets, so
/// `A@example.org` and `a@example.org` are two addresses, as RFC 5321 section 2.4 wants. Printing it shows nothing.
package struct EmailAddress: Hashable, Sendable, Redacted {
    /// The part before the last `@`, quoted if it was given quoted.
    let localPart: String

    /// The domain in lower-case ASCII, international labels as `xn--`.
    package let domain: String

    /// Whether the local part is not ASCII, so that only a relay that offers SMTPUTF8 (RFC 6531) can take it.
    package let needsSMTPUTF8: Bool

    /// The longest address, in octets: a path of RFC 5321 section 4.5.3.1.3 without its angle brackets.
    package static let maximumLength = 254

    /// The longest local part, in octets (RFC 5321 section 4.5.3.1.1).
    package static let maximumLocalPartLength = 64

    /// The address itself, `local@domain`.
    ///
    /// Personal data: for SMTP and headers, never for a log or an error.
    package var unredactedText: String { "\(localPart)@\(domain)" }

    /// Checks and normalises `text`.
    ///
    /// Accepts a dot-atom or a quoted string without spaces before the `@`. Refuses controls, line breaks, white space,
    /// angle brackets, invisible and bidirectional characters anywhere, address literals, and domains that IDNA cannot
    /// express. Throws ``MailError`` with the part that is wrong.
    package init(_ text: String) throws(MailError) {
        guard text.utf8.count <= Self.maximumLength * 4 else {
            throw MailError(.address, .tooLong(limit: Self.maximumLength))
        }
        try AddressSyntax.checkCharacters(of: text)
        // By scalars: a combining mark after the @ would hide it from a search by characters.
        let scalars = text.unicodeScalars
        guard let at = scalars.lastIndex(of: "@") else { throw MailError(.address, .missingAtSign) }
        localPart = String(scalars[..<at])
        try AddressSyntax.checkLocalPart(localPart)
        domain = try DomainName.ascii(String(scalars[scalars.index(after: at)...]))
        needsSMTPUTF8 = !localPart.utf8.allSatisfy { $0 < 0x80 }
        guard localPart.utf8.count + 1 + domain.utf8.count <= Self.maximumLength else {
            throw MailError(.address, .tooLong(limit: Self.maximumLength))
        }
    }
}
