extension Message {
    /// Writes the message.
    ///
    /// The Message-ID is `<uuid.xxxxxxxxxx@domain>`: the lower-case UUID, then the first ten characters (50 bits) of
    /// the lower-case base32 of SHA-256 over the whole message with those ten characters left out, then the author's
    /// domain. Equal octets have an equal id and any other octet gives another.
    ///
    /// Throws ``MailError`` for a value that cannot be written, and, as a last check, when the octets are not plain
    /// mail.
    package func composed() throws(MailError) -> ComposedMessage {
        let fields = try personalFields()
        let needsSMTPUTF8 = fields.contains(where: \.needsSMTPUTF8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(body.estimatedLength + 4_096)
        bytes.append(contentsOf: "Date: \(try InternetDate.string(from: date))\r\n".utf8)
        for field in fields { bytes.append(contentsOf: field.bytes) }
        let identifier = MessageIdentifier(uuid: uuid, domain: from.address.domain)
        let hole = identifier.writeField(to: &bytes)
        try writeTrailingFields(to: &bytes)
        body.write(to: &bytes)
        if !bytes.suffix(2).elementsEqual(ASCII.lineEnding) { bytes.append(contentsOf: ASCII.lineEnding) }
        if let problem = WireFormat.problem(with: bytes, eightBitHeader: needsSMTPUTF8) {
            throw MailError(.message, problem)
        }
        let messageID = identifier.fill(hole, in: &bytes)
        return ComposedMessage(bytes: bytes, messageID: messageID, needsSMTPUTF8: needsSMTPUTF8)
    }

    /// The fields that hold what people wrote.
    private func personalFields() throws(MailError) -> [HeaderField] {
        var fields = [try HeaderField.mailbox("From", from)]
        if let replyTo { fields.append(try .mailbox("Reply-To", replyTo)) }
        fields.append(try .mailbox("To", to))
        fields.append(try .unstructured("Subject", subject))
        return fields
    }

    /// RFC 3834 section 5, and the same for Exchange, which looks for a field of its own.
    private static let constantFields = [UInt8](
        """
        MIME-Version: 1.0\r
        Auto-Submitted: auto-generated\r
        X-Auto-Response-Suppress: OOF, AutoReply\r

        """.utf8)

    private func writeTrailingFields(to bytes: inout [UInt8]) throws(MailError) {
        guard Self.isLanguageTag(language) else { throw MailError(.language, .malformed) }
        bytes.append(contentsOf: Self.constantFields)
        bytes.append(contentsOf: "Content-Language: \(language)\r\n".utf8)
        for field in extraFields {
            if ReservedFields.contains(field.name) { throw MailError(.header(field.name), .reservedName) }
            bytes.append(contentsOf: field.bytes)
        }
    }

    /// The outer shape of RFC 5646: subtags of one to eight letters or digits.
    private static func isLanguageTag(_ tag: String) -> Bool {
        let subtags = tag.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
        return tag.utf8.count <= 64
            && subtags.allSatisfy { 1...8 ~= $0.count && $0.allSatisfy(ASCII.isAlphanumeric) }
    }
}

/// Names that an extra field may not have: those the composer writes, and those that would re-route a message.
private enum ReservedFields {
    private static let names: Set<String> = [
        "date", "from", "sender", "reply-to", "to", "cc", "bcc", "subject", "message-id", "mime-version",
        "auto-submitted", "x-auto-response-suppress", "return-path", "received",
    ]

    static func contains(_ name: String) -> Bool {
        let name = name.lowercased()
        return names.contains(name) || name.hasPrefix("content-") || name.hasPrefix("resent-")
    }
}
