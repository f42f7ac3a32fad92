/// A message or one part of it, read leniently: what mail servers send is not always what the standards say.
///
/// Pure and bounded: the depth and number of parts are limited, and the message's length by the caller.
struct BounceEntity {
    /// The header, in order; names in lower case, values unfolded.
    let fields: [BounceField]
    /// The media type in lower case, `text/plain` when none is given.
    let type: String
    /// The parameters of the media type, names in lower case.
    let parameters: [String: String]
    /// The content, its transfer encoding undone, with LF line endings; empty for a multipart.
    let body: [UInt8]
    /// The parts of a multipart.
    private(set) var parts: [BounceEntity] = []

    private static let maximumDepth = 8
    private static let maximumParts = 64

    /// Reads a whole message.
    init(message: [UInt8]) throws(BounceError) {
        guard message.count <= BounceReport.maximumLength else { throw .tooLong(limit: BounceReport.maximumLength) }
        var bytes = Self.withUnixLines(message)[...].drop { $0 == ASCII.lineFeed }
        if bytes.isEmpty { throw .empty }
        // The separator that mbox files and some pipes put before a message.
        if bytes.starts(with: "From ".utf8) {
            bytes = (bytes.firstIndex(of: ASCII.lineFeed).map { bytes[$0...] } ?? []).dropFirst()
        }
        var budget = Self.maximumParts
        try self.init(bytes, depth: 0, budget: &budget)
        if fields.isEmpty { throw .notAMessage }
    }

    private init(_ bytes: ArraySlice<UInt8>, depth: Int, budget: inout Int) throws(BounceError) {
        guard depth <= Self.maximumDepth, budget > 0 else { throw .tooComplex }
        budget -= 1
        let (header, content) = BounceField.split(bytes)
        fields = header
        (type, parameters) = BounceField.mediaType(header.value(of: "content-type") ?? "")
        if type.hasPrefix("multipart/"), let boundary = parameters["boundary"], !boundary.isEmpty {
            body = []
            for part in Self.split(content, at: Array("--\(boundary)".utf8)) {
                parts.append(try BounceEntity(part, depth: depth + 1, budget: &budget))
            }
            return
        }
        switch header.value(of: "content-transfer-encoding")?.lowercased() {
        case "base64": body = Self.withUnixLines(BounceDecoding.base64(content))
        case "quoted-printable": body = BounceDecoding.quotedPrintable(content)
        default: body = Array(content)
        }
        // A report that somebody passes on as an attachment, or the letter that came back.
        if type == "message/rfc822" || type == "message/global" {
            parts.append(try BounceEntity(body[...], depth: depth + 1, budget: &budget))
        }
    }

    /// The parts between lines that begin with the delimiter (RFC 2046 section 5.1.1); a missing last one is forgiven.
    private static func split(_ content: ArraySlice<UInt8>, at delimiter: [UInt8]) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var start: Int?
        for line in content.split(separator: ASCII.lineFeed, omittingEmptySubsequences: false)
        where line.starts(with: delimiter) {
            let rest = line.dropFirst(delimiter.count).drop { $0 == ASCII.space || $0 == ASCII.tab }
            guard rest.isEmpty || rest.starts(with: "--".utf8) else { continue }
            if let start { parts.append(content[start..<max(start, line.startIndex - 1)]) }
            start = rest.isEmpty ? min(line.endIndex + 1, content.endIndex) : nil
            if start == nil { break }
        }
        if let start { parts.append(content[start...]) }
        return parts
    }

    private static func withUnixLines(_ bytes: [UInt8]) -> [UInt8] {
        guard bytes.contains(ASCII.carriageReturn) else { return bytes }
        var lines: [UInt8] = []
        lines.reserveCapacity(bytes.count)
        for (index, byte) in bytes.enumerated() {
            if byte != ASCII.carriageReturn {
                lines.append(byte)
            } else if index + 1 == bytes.count || bytes[index + 1] != ASCII.lineFeed {
                lines.append(ASCII.lineFeed)
            }
        }
        return lines
    }
}

extension BounceEntity {
    /// The value of the first field of this name.
    func field(_ name: String) -> String? { fields.value(of: name) }

    /// What kind of report the message says it is, or that a part of it shows it to be; nil for no report.
    var reportType: String? {
        if let named = parameters["report-type"]?.lowercased() { return named }
        if firstDescendant(ofType: ["message/disposition-notification"]) != nil { return "disposition-notification" }
        return firstDescendant(ofType: ["message/feedback-report"]).map { _ in "feedback-report" }
    }

    /// The first part of one of these types, this one included; parts beside each other before parts within.
    func firstDescendant(ofType types: Set<String>) -> BounceEntity? {
        if types.contains(type) { return self }
        if let own = parts.first(where: { types.contains($0.type) }) { return own }
        for part in parts {
            if let found = part.firstDescendant(ofType: types) { return found }
        }
        return nil
    }

    /// The header of the letter that came back; nil when the report does not return it.
    var returnedMessage: [BounceField]? {
        let headers: Set = [
            "text/rfc822-headers", "text/rfc822-header", "message/rfc822-headers", "message/global-headers",
        ]
        let scope = reportScope
        if let part = scope.firstDescendant(ofType: headers) { return BounceField.split(part.body[...]).fields }
        return scope.firstDescendant(ofType: ["message/rfc822", "message/global"])?.parts.first?.fields
    }

    /// The multipart that holds the delivery status: a report that was passed on stands in a message of its own.
    private var reportScope: BounceEntity {
        let status: Set = ["message/delivery-status", "message/global-delivery-status"]
        if parts.contains(where: { status.contains($0.type) }) { return self }
        return parts.first { $0.firstDescendant(ofType: status) != nil }?.reportScope ?? self
    }

    /// The first text for people, without the markup of HTML.
    var prose: String {
        if type == "message/rfc822" { return "" }
        if type == "text/plain" || type == "text/html" {
            let text = String(decoding: body.prefix(Self.maximumProse), as: UTF8.self)
            return type == "text/html" ? BounceDecoding.withoutMarkup(text) : text
        }
        let texts = parts.lazy.map(\.prose)
        return texts.first { !$0.isEmpty } ?? ""
    }

    private static let maximumProse = 64 * 1024

    /// Whether a mail server wrote it, as far as its header says.
    var isFromMailer: Bool {
        if field("x-failed-recipients") != nil { return true }
        let sender = (field("from") ?? "").lowercased()
        let names = ["mailer-daemon", "postmaster", "mail delivery", "microsoftexchange", "system administrator"]
        return names.contains { sender.contains($0) } || field("return-path")?.filter { $0 != " " } == "<>"
    }

    /// Whether a program answered for a person (RFC 3834, and the fields in use before it).
    var isAutomaticReply: Bool {
        let signs = ["x-autoreply", "x-autorespond", "x-auto-reply-from", "x-mail-autoreply"]
        if signs.contains(where: { field($0) != nil }) { return true }
        if field("auto-submitted").map({ !$0.lowercased().hasPrefix("no") }) == true { return true }
        if let precedence = field("precedence")?.lowercased(), precedence.hasPrefix("auto") { return true }
        let subject = (field("subject") ?? "").lowercased()
        return ["automatic reply", "out of office", "out of the office", "auto:", "autoreply"].contains {
            subject.hasPrefix($0)
        }
    }
}
