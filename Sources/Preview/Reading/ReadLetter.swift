package import Mail

/// A letter as its reader's mail program takes it, made from its bytes alone: what the gallery, the inbox and a baseline
/// show.
///
/// Reading never fails: of bytes that are no message only ``bytes``, ``fields`` and ``problem`` say something.
package struct ReadLetter: Sendable {
    /// The message as it is.
    package let bytes: [UInt8]
    /// The header, decoded (RFC 2047) and unfolded, in order, the names as they are written.
    package let fields: [(name: String, value: String)]
    /// The message as a tree of parts; nil when it can only be shown raw.
    package let root: ReadPart?
    /// Why it can only be shown raw; nil when it could be read.
    package let problem: UnreadableMessage?

    /// Reads a message.
    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        do {
            let root = try ReadPart(message: bytes)
            fields = root.fields.map { ($0.name, $0.decodedValue) }
            (self.root, problem) = (root, nil)
        } catch {
            (root, problem) = (nil, error)
            fields = ReadField.header(of: bytes).map { ($0.name, $0.decodedValue) }
        }
    }

    /// The value of the first field of this name, in whatever case.
    package func field(_ name: String) -> String? {
        let name = name.lowercased()
        return fields.first { $0.name.lowercased() == name }?.value
    }
}

extension ReadLetter {
    /// The author, `Name <address>` as a person is to see it; empty when the field is absent, as with the next four.
    package var from: String { field("From") ?? "" }
    /// The recipient.
    package var to: String { field("To") ?? "" }
    /// The subject line.
    package var subject: String { field("Subject") ?? "" }
    /// The date as it is written.
    package var date: String { field("Date") ?? "" }
    /// The Message-ID without its angle brackets.
    package var messageID: String { (field("Message-ID") ?? "").filter { $0 != "<" && $0 != ">" } }

    /// The part with the plain text.
    package var textPart: ReadPart? { root?.firstLeaf(ofType: "text/plain") }
    /// The part with the HTML.
    package var htmlPart: ReadPart? { root?.firstLeaf(ofType: "text/html") }
    /// The part with the calendar entry.
    package var calendarPart: ReadPart? { root?.firstLeaf(ofType: "text/calendar") }

    /// The plain text with LF line endings; nil when there is none.
    package var text: String? { textPart?.text }
    /// The HTML with LF line endings; nil when there is none.
    package var html: String? { htmlPart?.text }
    /// The content lines of the calendar part; nil when there is none.
    package var calendar: [CalendarLine]? { calendarPart.map { CalendarLine.lines(of: $0.content) } }
    /// What an inbox shows after the subject: the words of the HTML's first hidden element, without the padding after
    /// them; nil when there is none.
    package var preheader: String? { html.flatMap(LetterHTML.preheader) }
}

extension ReadPart {
    /// The first part of this type that is the letter's own: no file, and not in a message that is passed on.
    fileprivate func firstLeaf(ofType type: String) -> ReadPart? {
        if self.type == type { return disposition == "attachment" ? nil : self }
        guard self.type.hasPrefix("multipart/") else { return nil }
        for part in parts {
            if let found = part.firstLeaf(ofType: type) { return found }
        }
        return nil
    }
}
