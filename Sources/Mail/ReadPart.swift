/// A message or one part of it, read leniently: what arrives is not always what the standards say.
///
/// Pure and bounded in length, in the number of parts and in their depth. Printing it shows nothing.
package struct ReadPart: Sendable, Redacted {
    /// The most octets of a message that are read.
    package static let maximumLength = 1 << 20

    /// The header, in order.
    package let fields: [ReadField]
    /// The media type in lower case, `text/plain` when none is given.
    package let type: String
    /// The parameters of the media type, names in lower case.
    package let parameters: [String: String]
    /// How the content travels, as the header says it in lower case: `7bit` when it says nothing.
    package let transferEncoding: String
    /// `inline` or `attachment` (RFC 2183), in lower case; nil when the header says nothing.
    package let disposition: String?
    /// The name the part asks to be saved under, as it is written: it may hold a path.
    package let fileName: String?
    /// The octets the content takes in the message, its transfer encoding included.
    package let encodedLength: Int
    /// The content to the octet, its transfer encoding undone; empty for a multipart.
    package let content: [UInt8]
    /// The parts of a multipart, or the message in a `message/rfc822`.
    package private(set) var parts: [ReadPart] = []

    private static let maximumDepth = 8
    private static let maximumParts = 64

    /// Reads a whole message, with CRLF or LF line endings; an mbox `From ` line before it is passed over.
    ///
    /// Throws ``UnreadableMessage`` for what is none, and for one that is past the bounds.
    package init(message: [UInt8]) throws(UnreadableMessage) {
        guard message.count <= Self.maximumLength else { throw .tooLong(limit: Self.maximumLength) }
        var bytes = message[...].drop { $0 == ASCII.lineFeed || $0 == ASCII.carriageReturn }
        if bytes.isEmpty { throw .empty }
        // The separator that mbox files and some pipes put before a message.
        if bytes.starts(with: "From ".utf8) {
            bytes = (bytes.firstIndex(of: ASCII.lineFeed).map { bytes[$0...] } ?? []).dropFirst()
        }
        var budget = Self.maximumParts
        try self.init(bytes, depth: 0, budget: &budget)
        if fields.isEmpty { throw .notAMessage }
    }

    private init(_ bytes: ArraySlice<UInt8>, depth: Int, budget: inout Int) throws(UnreadableMessage) {
        guard depth <= Self.maximumDepth, budget > 0 else { throw .tooComplex }
        budget -= 1
        let (header, encoded) = ReadField.split(bytes)
        fields = header
        let mediaType = ReadParameters(header.value(of: "content-type") ?? "")
        type = mediaType.value.contains("/") ? mediaType.value : "text/plain"
        parameters = mediaType.parameters
        let shown = header.value(of: "content-disposition").map { ReadParameters($0) }
        disposition = shown.flatMap { $0.value.isEmpty ? nil : $0.value }
        fileName = shown?.parameters["filename"] ?? parameters["name"]
        transferEncoding = (header.value(of: "content-transfer-encoding") ?? "7bit").lowercased()
        encodedLength = encoded.count
        if type.hasPrefix("multipart/"), let boundary = parameters["boundary"], !boundary.isEmpty {
            content = []
            for part in Self.split(encoded, at: Array("--\(boundary)".utf8)) {
                parts.append(try ReadPart(part, depth: depth + 1, budget: &budget))
            }
            return
        }
        switch transferEncoding {
        case "base64": content = TransferDecoding.base64(encoded)
        case "quoted-printable": content = TransferDecoding.quotedPrintable(encoded)
        default: content = Array(encoded)
        }
        // A message that somebody passes on as an attachment, or the letter that came back.
        if type == "message/rfc822" || type == "message/global" {
            parts.append(try ReadPart(content[...], depth: depth + 1, budget: &budget))
        }
    }

    /// The parts between lines that begin with the delimiter (RFC 2046 section 5.1.1); a missing last one is forgiven.
    private static func split(_ content: ArraySlice<UInt8>, at delimiter: [UInt8]) -> [ArraySlice<UInt8>] {
        var parts: [ArraySlice<UInt8>] = []
        var start: Int?
        for line in content.split(separator: ASCII.lineFeed, omittingEmptySubsequences: false)
        where line.starts(with: delimiter) {
            let rest = line.withoutCarriageReturn.dropFirst(delimiter.count).drop(while: ASCII.isBlank)
            guard rest.isEmpty || rest.starts(with: "--".utf8) else { continue }
            // The line ending before a delimiter is the delimiter's.
            if let start { parts.append(content[start..<max(start, line.startIndex - 1)].withoutCarriageReturn) }
            start = rest.isEmpty ? min(line.endIndex + 1, content.endIndex) : nil
            if start == nil { break }
        }
        if let start { parts.append(content[start...]) }
        return parts
    }
}

extension ReadPart {
    /// The value of the first field of this name, in whatever case; not decoded.
    package func field(_ name: String) -> String? { fields.value(of: name) }

    /// The first part of one of these types, this one included; parts beside each other before parts within.
    package func firstDescendant(ofType types: Set<String>) -> ReadPart? {
        if types.contains(type) { return self }
        if let own = parts.first(where: { types.contains($0.type) }) { return own }
        for part in parts {
            if let found = part.firstDescendant(ofType: types) { return found }
        }
        return nil
    }

    /// The content as text with LF line endings, in the charset the part names.
    package var text: String {
        Charset.text(LineEndings.unix(content), in: parameters["charset"] ?? "utf-8")
    }
}
