/// One header field, checked, encoded and folded: its octets are ready for the wire.
///
/// There is no way to make one that holds a line break of the caller's, so header injection cannot be expressed.
package struct HeaderField: Hashable, Sendable, Redacted {
    /// The name, as given.
    package let name: String

    /// The name, the folded value and the final CRLF.
    let bytes: [UInt8]

    /// Whether the octets hold raw UTF-8, which only an address that needs SMTPUTF8 brings (RFC 6532).
    let needsSMTPUTF8: Bool

    /// The longest name: what leaves room for one encoded scalar on the first line.
    package static let maximumNameLength = 50

    private init(name: String, bytes: [UInt8], needsSMTPUTF8: Bool = false) {
        self.name = name
        self.bytes = bytes
        self.needsSMTPUTF8 = needsSMTPUTF8
    }

    /// A field of human text, such as `Subject`: plain where it can be, encoded words (RFC 2047) where it must.
    ///
    /// Lines are at most 78 octets. Controls, line breaks and direction overrides are refused with ``MailError``.
    package static func unstructured(_ name: String, _ text: String) throws(MailError) -> HeaderField {
        try checkName(name)
        try HeaderText.check(text, direction: .isolates, field: .header(name))
        let firstWordRoom = FieldWriter.encodedLineLimit - name.utf8.count - 2
        if let words = HeaderText.plainWords(text, maximumWordLength: firstWordRoom) {
            return HeaderField(name: name, bytes: fold(name, words))
        }
        let words = EncodedWord.words(for: text, firstLength: firstWordRoom)
        return HeaderField(name: name, bytes: fold(name, words, lineLimit: FieldWriter.encodedLineLimit))
    }

    /// A field whose value is machine text in ASCII, such as `List-Unsubscribe`; folded at its spaces, never encoded.
    ///
    /// Throws ``MailError`` for an empty value, anything but printable ASCII, a space at either end or two in a row,
    /// and for a value without spaces that does not fit a line of 998 octets.
    package static func structured(_ name: String, _ value: String) throws(MailError) -> HeaderField {
        try checkName(name)
        let field = MailError.Field.header(name)
        if value.isEmpty { throw MailError(field, .empty) }
        try HeaderText.check(value, direction: .none, field: field)
        guard value.utf8.allSatisfy(ASCII.isPrintable) else { throw MailError(field, .forbiddenCharacter) }
        let words = value[...].utf8.split(separator: ASCII.space, omittingEmptySubsequences: false)
        guard words.allSatisfy({ !$0.isEmpty }) else { throw MailError(field, .space) }
        guard words.allSatisfy({ name.utf8.count + 2 + $0.count <= FieldWriter.hardLineLimit }) else {
            throw MailError(field, .lineTooLong)
        }
        return HeaderField(name: name, bytes: fold(name, words))
    }

    /// An address field with one mailbox, such as `From` (RFC 5322 section 3.6.2).
    package static func mailbox(_ name: String, _ mailbox: Mailbox) throws(MailError) -> HeaderField {
        try checkName(name)
        let phrase = mailbox.phrase(firstLength: FieldWriter.encodedLineLimit - name.utf8.count - 2)
        let limit = phrase.isEncoded ? FieldWriter.encodedLineLimit : FieldWriter.lineLimit
        let address = mailbox.address.unredactedText
        let token = Array((phrase.words.isEmpty ? address : "<\(address)>").utf8)
        let bytes = fold(name, phrase.words + [token], lineLimit: limit)
        return HeaderField(name: name, bytes: bytes, needsSMTPUTF8: mailbox.address.needsSMTPUTF8)
    }

    private static func fold(
        _ name: String, _ words: [some Collection<UInt8>], lineLimit: Int = FieldWriter.lineLimit
    ) -> [UInt8] {
        var writer = FieldWriter(name: name, lineLimit: lineLimit)
        for word in words { writer.append(word) }
        return writer.finished()
    }

    /// `ftext` of RFC 5322 section 3.6.8: printable ASCII without a colon.
    private static func checkName(_ name: String) throws(MailError) {
        if name.isEmpty { throw MailError(.headerName, .empty) }
        guard name.utf8.count <= maximumNameLength else {
            throw MailError(.headerName, .tooLong(limit: maximumNameLength))
        }
        guard name.utf8.allSatisfy({ ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }) else {
            throw MailError(.headerName, .forbiddenCharacter)
        }
    }
}
