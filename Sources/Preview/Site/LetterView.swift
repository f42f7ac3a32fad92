import FoundationEssentials
import Mail

/// One letter as the viewer shows it, whether it was written here, arrived, or comes from a baseline.
struct LetterView: Sendable {
    /// `kind/locale/scenario`, or the name of what arrived.
    let name: String
    /// The HTML part as a frame's content; nil when there is none.
    let srcdoc: String?
    let text: String?
    let from: String
    let to: String
    let subject: String
    let date: String
    let preheader: String?
    /// The letter that stands for the author in an inbox.
    let initial: String
    /// The author's name without the address.
    let fromName: String
    let subjectLength: Int
    let subjectVerdict: String
    let preheaderLength: Int
    let preheaderVerdict: String
    /// Whom the relay is told; nil for what arrived.
    let envelope: Envelope?
    let headers: [HeaderRow]
    let parts: [PartRow]
    let calendar: CalendarCard?
    let links: [LinkRow]
    /// Whether one of them is signed with the preview's key.
    let isSignedHere: Bool
    let findings: [FindingRow]
    let count: FindingCount
    /// Why only its source can be shown; nil when it could be read.
    let unreadable: String?
    /// Why it is shown as it was before; nil when it is as the templates are now.
    let staleness: String?
    let size: SizeMeter
    /// The message to the octet, as far as it is text.
    let source: String
    let html: String?

    /// The relay's view of a letter.
    struct Envelope: Sendable {
        let sender: String
        let recipient: String
    }

    /// A line of the header.
    struct HeaderRow: Sendable {
        let name: String
        let value: String
    }

    init(
        _ letter: ReadLetter, name: String, envelope: Envelope? = nil, links: [ReadLink], at now: Date,
        findings: [Finding] = [], trouble: String? = nil
    ) {
        self.name = name
        srcdoc = letter.html.map(Self.framed)
        (text, html) = (letter.text, letter.html)
        (from, to, subject, date) = (letter.from, letter.to, letter.subject, letter.date)
        preheader = letter.preheader
        initial = Self.initial(of: letter.from)
        fromName = Self.name(of: letter.from)
        (subjectLength, preheaderLength) = (letter.subject.count, letter.preheader?.count ?? 0)
        subjectVerdict = (1...60).contains(subjectLength) ? "ok" : "warning"
        preheaderVerdict = (40...90).contains(preheaderLength) ? "ok" : "warning"
        self.envelope = envelope
        headers = letter.fields.map { HeaderRow(name: $0.name, value: $0.value) }
        parts = letter.root.map { PartRow.rows(of: $0) } ?? []
        calendar = letter.calendar.map(CalendarCard.init)
        self.links = links.map { LinkRow($0, at: now) }
        isSignedHere = links.contains { $0.isGenuine == true }
        self.findings = findings.map { FindingRow($0, root: "") }
        count = FindingCount(findings)
        unreadable = trouble ?? letter.problem.map { "\($0)" }
        staleness = findings.first { $0.rule == Finding.lastGood }?.message
        size = SizeMeter(html: letter.html?.utf8.count ?? 0, message: letter.bytes.count)
        source = String(decoding: letter.bytes, as: UTF8.self)
    }

    /// A mailbox's name without the address and without quotation (RFC 5322 section 3.2.4), or the address where there
    /// is no name.
    static func name(of mailbox: String) -> String {
        guard let end = mailbox.lastIndex(of: "<") else { return mailbox }
        var name = mailbox[..<end].split(separator: " ").joined(separator: " ")
        if name.count > 1, name.hasPrefix("\""), name.hasSuffix("\"") {
            name = String(name.dropFirst().dropLast()).replacing(#/\\(.)/#) { String($0.1) }
        }
        return name.isEmpty ? mailbox : name
    }

    /// The first letter of a name.
    static func initial(of name: String) -> String { String(name.drop { !$0.isLetter }.prefix(1)).uppercased() }

    /// A frame's content: before anything of the letter, what it may load, which is nothing but its own styles and
    /// the images it carries in itself.
    ///
    /// In a frame's `srcdoc` a document type after an element changes nothing (HTML, section 13.2.6.4.1), and the
    /// attributes of the letter's `html` element are taken over (13.2.6.4.7).
    ///
    /// Browsers look up hosts, and open connections for a `link` (`rel=preconnect`) and a frame, before they ask any
    /// policy: the look-ups are switched off, and those elements become one that is parsed like `link` (13.2.6.4.4) and
    /// means nothing.
    static func framed(_ html: String) -> String {
        #"<meta http-equiv="Content-Security-Policy" content=""#
            + #"default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'">"#
            + #"<meta http-equiv="x-dns-prefetch-control" content="off">"#
            + html.replacing(
                #/<(link|i?frame|fencedframe)\b/#.ignoresCase().matchingSemantics(.unicodeScalar), with: "<basefont")
    }
}
