/// A letter in one format with its partials and blocks put in: what is printed, in order.
///
/// Made once, when the set is loaded; then only read, by any number of threads.
struct FlatTemplate: Sendable {
    /// One thing to print.
    indirect enum Piece: Sendable {
        /// Bytes of the templates.
        case literal([UInt8])
        /// The value of a name.
        case value(String)
        /// Pieces printed when a flag is set, or once for each item of a list; inverted, when it is not set or has
        /// none.
        case section(String, inverted: Bool, [Piece])
    }

    private var pieces: [Piece] = []
    private let escapesHTML: Bool

    init(escapesHTML: Bool) {
        self.escapesHTML = escapesHTML
    }

    mutating func append(_ piece: Piece) {
        if case .literal(let bytes) = piece, case .literal(let before)? = pieces.last {
            pieces[pieces.count - 1] = .literal(before + bytes)
        } else {
            pieces.append(piece)
        }
    }

    /// Appends a section whose pieces `write` adds to an empty template of the same kind.
    mutating func appendSection(_ name: String, inverted: Bool, _ write: (inout FlatTemplate) -> Void) {
        var inner = FlatTemplate(escapesHTML: escapesHTML)
        write(&inner)
        append(.section(name, inverted: inverted, inner.pieces))
    }

    /// The letter with these values.
    ///
    /// A name without a value goes into `missing`: the letter is then to be refused.
    func print(_ values: TemplateValues, missing: inout Set<String>) -> String {
        var printer = Printer(escapesHTML: escapesHTML, scopes: [values], missing: missing)
        printer.output.reserveCapacity(16 * 1024)
        printer.print(pieces)
        missing = printer.missing
        return String(decoding: printer.output, as: UTF8.self)
    }
}

private struct Printer {
    let escapesHTML: Bool
    /// The letter's values, and behind them those of the items printed now: a name is looked up from the back.
    var scopes: [TemplateValues]
    var missing: Set<String>
    var output: [UInt8] = []

    mutating func print(_ pieces: [FlatTemplate.Piece]) {
        for piece in pieces {
            switch piece {
            case .literal(let bytes): output.append(contentsOf: bytes)
            case .value(let name): print(valueOf: name)
            case .section(let name, let inverted, let inner): printSection(name, inverted: inverted, inner)
            }
        }
    }

    private mutating func print(valueOf name: String) {
        guard case .text(let text)? = value(of: name) else { return }
        guard escapesHTML else { return output.append(contentsOf: text.utf8) }
        // By byte: a quotation mark followed by a combining mark is one character, and would pass unescaped.
        for byte in text.utf8 {
            if let escape = Self.escape(byte) {
                output.append(contentsOf: escape.utf8)
            } else {
                output.append(byte)
            }
        }
    }

    private mutating func printSection(_ name: String, inverted: Bool, _ inner: [FlatTemplate.Piece]) {
        switch value(of: name) {
        case .flag(let isSet)?:
            if isSet != inverted { print(inner) }
        case .list(let items)? where !inverted:
            for item in items {
                scopes.append(item)
                print(inner)
                scopes.removeLast()
            }
        case .list(let items)?:
            if items.isEmpty { print(inner) }
        case .text?, nil: break
        }
    }

    private mutating func value(of name: String) -> TemplateValue? {
        for scope in scopes.reversed() {
            if let value = scope[name] { return value }
        }
        missing.insert(name)
        return nil
    }

    private static func escape(_ byte: UInt8) -> String? {
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
