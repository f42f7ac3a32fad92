import Mustache

/// HTML escaping by byte instead of by character.
///
/// The library's own `HTML` type compares whole grapheme clusters, so a quote followed by a combining mark is another
/// character to it and passes unescaped; a value could then end the attribute it stands in. This one looks at bytes,
/// and is faster.
struct HTMLEscape: MustacheContentType {
    /// The name templates never write: the loader puts it where an HTML partial says `CONTENT_TYPE:HTML`.
    static let name = "HOLDFAST_HTML"

    /// Registers the type once per process; the library keeps its types in a global table behind a lock.
    static let registered: Void = MustacheContentTypes.register(HTMLEscape(), named: name)

    func escapeText(_ text: String) -> String {
        var text = text
        return text.withUTF8 { bytes in
            guard bytes.contains(where: { Self.replacement($0) != nil }) else {
                return String(decoding: bytes, as: UTF8.self)
            }
            var escaped: [UInt8] = []
            escaped.reserveCapacity(bytes.count + 32)
            for byte in bytes {
                if let replacement = Self.replacement(byte) {
                    escaped.append(contentsOf: replacement.utf8)
                } else {
                    escaped.append(byte)
                }
            }
            return String(decoding: escaped, as: UTF8.self)
        }
    }

    private static func replacement(_ byte: UInt8) -> String? {
        switch byte {
        case UInt8(ascii: "&"): "&amp;"
        case UInt8(ascii: "<"): "&lt;"
        case UInt8(ascii: ">"): "&gt;"
        case UInt8(ascii: "\""): "&quot;"
        case UInt8(ascii: "'"): "&#39;"
        default: nil
        }
    }
}
