/// A MIME content type with its parameters (RFC 2045 section 5).
package struct ContentType: Hashable, Sendable {
    /// The top-level type, such as `text`.
    package let type: String

    /// The subtype, such as `calendar`.
    package let subtype: String

    /// The parameters in the order they are written.
    package let parameters: [MIMEParameter]

    /// The `Content-Type` field, folded; made once, because the same few types stand in every letter.
    let fieldBytes: [UInt8]

    /// Checks that type and subtype are tokens; throws ``MailError`` when they are not, or for a `boundary`
    /// parameter or a multipart type, which only ``MIMEPart/multipart(_:_:)`` may write.
    package init(_ type: String, _ subtype: String, parameters: [MIMEParameter] = []) throws(MailError) {
        guard Self.isToken(type), Self.isToken(subtype) else { throw MailError(.contentType, .malformed) }
        guard type.lowercased() != "multipart", !parameters.contains(where: { $0.name.lowercased() == "boundary" })
        else { throw MailError(.contentType, .reservedName) }
        self.init(checked: type, subtype, parameters)
    }

    private init(checked type: String, _ subtype: String, _ parameters: [MIMEParameter]) {
        self.type = type
        self.subtype = subtype
        self.parameters = parameters
        fieldBytes = MIMEParameter.fieldBytes("Content-Type", "\(type)/\(subtype)", parameters)
    }

    /// `text/plain; charset=utf-8`.
    package static let plainText = ContentType(checked: "text", "plain", [.utf8])

    /// `text/html; charset=utf-8`.
    package static let html = ContentType(checked: "text", "html", [.utf8])

    static func isToken(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 64 && text.utf8.allSatisfy(ASCII.isTokenText)
    }
}
