/// Turns octets into text.
enum Charset {
    /// The text in this charset; what is not known, or not valid in UTF-8, is read as UTF-8 with U+FFFD for the rest.
    static func text(_ bytes: some Collection<UInt8>, in charset: String) -> String {
        known(bytes, in: charset) ?? String(decoding: bytes, as: UTF8.self)
    }

    /// The text in this charset, or nil when it is not one of those that stand in the header of plain mail.
    static func known(_ bytes: some Collection<UInt8>, in charset: String) -> String? {
        switch charset.lowercased() {
        case "utf-8", "utf8", "us-ascii": return String(decoding: bytes, as: UTF8.self)
        case "iso-8859-1", "latin1":
            var text = String.UnicodeScalarView()
            for byte in bytes { text.append(Unicode.Scalar(byte)) }
            return String(text)
        default: return nil
        }
    }
}
