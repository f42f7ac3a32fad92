/// Reads a fixed shape of JSON from left to right.
struct Scanner {
    private var rest: ArraySlice<UInt8>

    init(_ bytes: [UInt8]) {
        rest = bytes[...]
    }

    var isAtEnd: Bool { rest.isEmpty }

    /// Whether exactly this text came next; it is then behind.
    mutating func skip(_ text: StaticString) -> Bool {
        let isNext = text.withUTF8Buffer { rest.starts(with: $0) }
        if isNext {
            rest = rest.dropFirst(text.utf8CodeUnitCount)
        }
        return isNext
    }

    /// The characters up to the closing quote, which is then behind; nil for one that JSON would escape.
    mutating func string() -> ArraySlice<UInt8>? {
        let text = rest.prefix { (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }
        rest = rest.dropFirst(text.count)
        return skip("\"") ? text : nil
    }

    /// A whole number of 0 or more in its shortest spelling.
    mutating func integer() -> Int? {
        let digits = rest.prefix { $0.isDigit }
        guard digits.count <= 16, digits.count == 1 || digits.first != UInt8(ascii: "0") else { return nil }
        rest = rest.dropFirst(digits.count)
        return Int(String(decoding: digits, as: UTF8.self))
    }
}
