import Rendering

/// Reads a scenario file: RFC 8259 without numbers and null, and without two equal keys in one object.
struct JSONReader {
    private static let deepest = 8

    private let file: String
    private var rest: Substring.UnicodeScalarView
    private var line = 1
    private var column = 1

    /// The object that a text is.
    ///
    /// - Throws: the first mistake, with its place.
    static func object(_ text: String, file: String) throws(Finding) -> [String: JSONNode] {
        var reader = JSONReader(file: file, rest: text[...].unicodeScalars)
        reader.skipSpace()
        let place = reader.place
        guard case .object(let object) = try reader.value(depth: 0) else {
            throw Finding("scenario", at: place, "The file must be an object: begin it with { and end it with }.")
        }
        reader.skipSpace()
        if reader.rest.first != nil { throw reader.mistake("Nothing may follow the closing }: remove the rest.") }
        return object
    }

    private init(file: String, rest: Substring.UnicodeScalarView) {
        self.file = file
        self.rest = rest
    }

    private var place: TemplateLocation { TemplateLocation(file: file, line: line, column: column) }

    private func mistake(_ message: String) -> Finding { Finding("scenario", at: place, message) }

    private mutating func value(depth: Int) throws(Finding) -> JSONNode.Value {
        guard depth < Self.deepest else { throw mistake("Nothing in a scenario is nested so deep.") }
        switch rest.first {
        case "{": return .object(try object(depth: depth))
        case "[": return .list(try list(depth: depth))
        case "\"": return .text(try text())
        case "t": return .flag(try word("true", true))
        case "f": return .flag(try word("false", false))
        default:
            throw mistake("Here must be a text in double quotes, true or false, a list in [ ], or an object in { }.")
        }
    }

    private mutating func object(depth: Int) throws(Finding) -> [String: JSONNode] {
        var object: [String: JSONNode] = [:]
        try items(until: "}") { reader throws(Finding) in
            let place = reader.place
            guard reader.rest.first == "\"" else { throw reader.mistake("Here must be a name in double quotes.") }
            let key = try reader.text()
            guard object[key] == nil else {
                throw Finding("scenario", at: place, "\(key) stands twice in this object: remove one of the two.")
            }
            reader.skipSpace()
            guard reader.take() == ":" else {
                throw Finding("scenario", at: place, "A colon must follow the name \(key).")
            }
            reader.skipSpace()
            object[key] = JSONNode(value: try reader.value(depth: depth + 1), place: place)
        }
        return object
    }

    private mutating func list(depth: Int) throws(Finding) -> [JSONNode] {
        var list: [JSONNode] = []
        try items(until: "]") { reader throws(Finding) in
            let place = reader.place
            list.append(JSONNode(value: try reader.value(depth: depth + 1), place: place))
        }
        return list
    }

    /// Reads what stands between two brackets, separated by commas.
    private mutating func items(
        until end: Unicode.Scalar, _ read: (inout JSONReader) throws(Finding) -> Void
    ) throws(Finding) {
        let start = place
        take()
        skipSpace()
        if rest.first == end {
            take()
            return
        }
        while true {
            try read(&self)
            skipSpace()
            let after = mistake("Here must be a comma, or \(end) for the end of what line \(start.line) begins.")
            switch take() {
            case end: return
            case ",": skipSpace()
            default: throw after
            }
        }
    }

    private mutating func word(_ word: String, _ value: Bool) throws(Finding) -> Bool {
        guard rest.starts(with: word.unicodeScalars) else { throw mistake("Is \(word) meant here?") }
        for _ in word.unicodeScalars { take() }
        return value
    }

    private mutating func text() throws(Finding) -> String {
        let start = place
        take()
        var units: [UInt16] = []
        while let scalar = take(), scalar.value >= 0x20 {
            switch scalar {
            case "\"":
                guard let text = String(validating: units, as: UTF16.self) else {
                    throw Finding("scenario", at: start, "Half a surrogate pair (\\uD800 to \\uDFFF) is no character.")
                }
                return text
            case "\\": units.append(try escape())
            default: units.append(contentsOf: String(scalar).utf16)
            }
        }
        throw Finding("scenario", at: start, "The quotation mark is not closed on its line.")
    }

    private mutating func escape() throws(Finding) -> UInt16 {
        let unknown = mistake(
            "There is no such escape; those of JSON are \\\" \\\\ \\/ \\b \\f \\n \\r \\t and \\u1234.")
        switch take() {
        case "\"": return 0x22
        case "\\": return 0x5C
        case "/": return 0x2F
        case "b": return 0x08
        case "f": return 0x0C
        case "n": return 0x0A
        case "r": return 0x0D
        case "t": return 0x09
        case "u":
            let digits = String(String.UnicodeScalarView(rest.prefix(4)))
            guard digits.utf8.count == 4, digits.allSatisfy(\.isHexDigit), let unit = UInt16(digits, radix: 16)
            else { throw unknown }
            for _ in 0..<4 { take() }
            return unit
        default: throw unknown
        }
    }

    private mutating func skipSpace() {
        while let scalar = rest.first, " \t\r\n".unicodeScalars.contains(scalar) { take() }
    }

    @discardableResult
    private mutating func take() -> Unicode.Scalar? {
        guard let scalar = rest.popFirst() else { return nil }
        (line, column) = scalar == "\n" ? (line + 1, 1) : (line, column + 1)
        return scalar
    }
}
