/// Where a part is shown and under which name it is saved (RFC 2183).
package struct Disposition: Hashable, Sendable {
    let kind: String
    let fileName: MIMEParameter?

    /// Shown in the message, without a name.
    package static let inline = Disposition(kind: "inline", fileName: nil)

    /// Offered as a file with this name.
    ///
    /// Throws ``MailError`` for an empty name, path separators, controls and direction controls: a name must not lead
    /// to another folder, nor make `exe` look like `txt`.
    package static func attachment(fileName: String) throws(MailError) -> Disposition {
        if fileName.isEmpty { throw MailError(.fileName, .empty) }
        guard !fileName.unicodeScalars.contains(where: { $0 == "/" || $0 == "\\" }) else {
            throw MailError(.fileName, .forbiddenCharacter)
        }
        let parameter = try MIMEParameter("filename", fileName, field: .fileName)
        return Disposition(kind: "attachment", fileName: parameter)
    }
}
