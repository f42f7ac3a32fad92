/// A parameter of `Content-Type` or `Content-Disposition`, such as `method=REQUEST` or a file name.
///
/// The value is written as a token or a quoted string when it is short ASCII, and otherwise as RFC 2231 has it:
/// percent-encoded UTF-8, in numbered sections when it is long, never cut inside a scalar.
package struct MIMEParameter: Hashable, Sendable, Redacted {
    /// The name, a token.
    package let name: String

    /// The value.
    package let value: String

    /// The longest value, in UTF-8 octets; file systems stop at 255.
    package static let maximumLength = 1_000

    /// Checks name and value; throws ``MailError`` for a name that is no token and for controls, line breaks and
    /// direction controls in the value.
    package init(_ name: String, _ value: String) throws(MailError) {
        try self.init(name, value, field: .contentType)
    }

    init(_ name: String, _ value: String, field: MailError.Field) throws(MailError) {
        guard ContentType.isToken(name) else { throw MailError(field, .malformed) }
        guard value.utf8.count <= Self.maximumLength else {
            throw MailError(field, .tooLong(limit: Self.maximumLength))
        }
        try HeaderText.check(value, direction: .none, field: field)
        self.init(checked: name, value)
    }

    private init(checked name: String, _ value: String) {
        self.name = name
        self.value = value
    }

    static let utf8 = MIMEParameter(checked: "charset", "utf-8")

    static func boundary(_ value: String) -> MIMEParameter { MIMEParameter(checked: "boundary", value) }

    /// The longest `name=value` that is left in one piece.
    private static let sectionLength = 72

    /// The parameter as one token, or as several when its value is long; without the separating semicolons.
    var sections: [[UInt8]] {
        let prefix = Array(name.utf8) + [ASCII.equals]
        if value.utf8.allSatisfy(ASCII.isPrintable) {
            let isToken = ContentType.isToken(value)
            let text = isToken ? Array(value.utf8) : ASCII.quotedString(value.utf8)
            if prefix.count + text.count <= Self.sectionLength { return [prefix + text] }
        }
        return extendedSections
    }

    /// RFC 2231 sections 3 and 4.
    private var extendedSections: [[UInt8]] {
        let charset = Array("utf-8''".utf8)
        var values = [charset]
        // The name, `*nnn*=`, and one semicolon stand beside the value.
        let room = Self.sectionLength - name.utf8.count - 7
        for scalar in value.unicodeScalars {
            let unit = Self.percentEncoded(scalar)
            if values[values.count - 1].count + unit.count > room { values.append([]) }
            values[values.count - 1].append(contentsOf: unit)
        }
        if values.count == 1 { return [Array("\(name)*=".utf8) + values[0]] }
        return values.enumerated().map { Array("\(name)*\($0.offset)*=".utf8) + $0.element }
    }

    private static func percentEncoded(_ scalar: Unicode.Scalar) -> [UInt8] {
        var unit: [UInt8] = []
        for byte in String(scalar).utf8 {
            if ASCII.isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") {
                unit.append(byte)
            } else {
                ASCII.appendEscape(UInt8(ascii: "%"), byte, to: &unit)
            }
        }
        return unit
    }

    /// A whole field: its value, then the parameters, folded between them.
    static func fieldBytes(_ name: String, _ value: String, _ parameters: [MIMEParameter]) -> [UInt8] {
        var tokens = [Array(value.utf8)]
        for section in parameters.flatMap(\.sections) {
            tokens[tokens.count - 1].append(UInt8(ascii: ";"))
            tokens.append(section)
        }
        var writer = FieldWriter(name: name)
        for token in tokens { writer.append(token) }
        return writer.finished()
    }
}
