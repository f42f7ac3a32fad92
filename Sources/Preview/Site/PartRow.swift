import Mail

/// A part of a message in its tree, one line for each.
struct PartRow: Sendable {
    /// How deep it stands, from 0.
    let depth: Int
    let type: String
    /// Its parameters, such as `charset=utf-8`.
    let parameters: String
    let encoding: String
    let disposition: String?
    let fileName: String?
    /// Octets in the message, and what they stand for.
    let encodedSize: String
    let size: String?

    /// The part and all below it, top down.
    static func rows(of part: ReadPart, depth: Int = 0) -> [PartRow] {
        let parameters = part.parameters.filter { $0.key != "boundary" && $0.key != "name" }
        let row = PartRow(
            depth: depth, type: part.type,
            parameters: parameters.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: "; "),
            encoding: part.transferEncoding, disposition: part.disposition, fileName: part.fileName,
            encodedSize: SizeMeter.words(part.encodedLength),
            size: part.parts.isEmpty ? SizeMeter.words(part.content.count) : nil)
        return [row] + part.parts.flatMap { rows(of: $0, depth: depth + 1) }
    }
}
