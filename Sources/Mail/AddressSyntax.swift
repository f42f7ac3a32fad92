/// The character rules of an address and the grammar of its local part (RFC 5321 section 4.1.2, RFC 6531 section 3.3).
enum AddressSyntax {
    /// Refuses every character that is never right in an address, wherever it stands.
    static func checkCharacters(of text: String) throws(MailError) {
        for scalar in text.unicodeScalars {
            if let problem = problem(with: scalar) { throw MailError(.address, problem) }
        }
    }

    private static func problem(with scalar: Unicode.Scalar) -> MailError.Problem? {
        if scalar.isASCII {
            if scalar.value < 0x20 || scalar.value == 0x7F { return .controlCharacter }
            if scalar == " " { return .space }
            return scalar == "<" || scalar == ">" ? .angleBracket : nil
        }
        switch scalar.properties.generalCategory {
        case .control, .lineSeparator, .paragraphSeparator: return .controlCharacter
        case .spaceSeparator: return .space
        case .format: return HeaderText.isBidirectionalControl(scalar) ? .bidirectionalControl : .invisibleCharacter
        case .surrogate, .unassigned, .privateUse: return .forbiddenCharacter
        default: return scalar.properties.isDefaultIgnorableCodePoint ? .invisibleCharacter : nil
        }
    }

    /// Checks a dot-string or a quoted string; both may hold non-ASCII text (RFC 6531).
    static func checkLocalPart(_ text: String) throws(MailError) {
        let bytes = Array(text.utf8)
        guard let first = bytes.first else { throw MailError(.localPart, .empty) }
        guard bytes.count <= EmailAddress.maximumLocalPartLength else {
            throw MailError(.localPart, .tooLong(limit: EmailAddress.maximumLocalPartLength))
        }
        if first == ASCII.quote {
            try checkQuoted(bytes)
        } else {
            try checkDotString(bytes)
        }
    }

    private static func checkDotString(_ bytes: [UInt8]) throws(MailError) {
        var previousIsDot = true
        for byte in bytes {
            let isDot = byte == UInt8(ascii: ".")
            if isDot && previousIsDot { throw MailError(.localPart, .misplacedDot) }
            guard isDot || byte >= 0x80 || ASCII.isAtomText(byte) else {
                throw MailError(.localPart, .forbiddenCharacter)
            }
            previousIsDot = isDot
        }
        if previousIsDot { throw MailError(.localPart, .misplacedDot) }
    }

    private static func checkQuoted(_ bytes: [UInt8]) throws(MailError) {
        guard bytes.count > 2 else { throw MailError(.localPart, .unbalancedQuote) }
        var isEscaped = false
        for byte in bytes.dropFirst().dropLast() {
            if isEscaped {
                guard byte < 0x80 else { throw MailError(.localPart, .forbiddenCharacter) }
                isEscaped = false
            } else if byte == ASCII.backslash {
                isEscaped = true
            } else if byte == ASCII.quote {
                throw MailError(.localPart, .unbalancedQuote)
            }
        }
        guard !isEscaped, bytes.last == ASCII.quote else { throw MailError(.localPart, .unbalancedQuote) }
    }
}
