import Foundation

/// Domain names as mail needs them: lower-case LDH labels, international ones as A-labels (RFC 5890 to 5892).
///
/// Nothing is guessed: a label whose characters would have to be mapped to something else (full-width letters,
/// ligatures, compatibility forms) is refused, only case and composition are normalised. The rules that depend on a
/// registry (scripts, RFC 5893 direction) are the registry's.
enum DomainName {
    private static let maximumLabelLength = 63
    private static let maximumLength = 253

    static func ascii(_ text: String) throws(MailError) -> String {
        if text.isEmpty { throw MailError(.domain, .empty) }
        if text.utf8.first == UInt8(ascii: "[") { throw MailError(.domain, .addressLiteral) }
        var labels: [String] = []
        for label in text.unicodeScalars.split(separator: ".", omittingEmptySubsequences: false) {
            labels.append(try asciiLabel(String(label)))
        }
        if let last = labels.last, last.utf8.allSatisfy(ASCII.isDigit) { throw MailError(.domain, .numericTopLevel) }
        let domain = labels.joined(separator: ".")
        guard domain.utf8.count <= maximumLength else { throw MailError(.domain, .tooLong(limit: maximumLength)) }
        return domain
    }

    private static func asciiLabel(_ label: String) throws(MailError) -> String {
        if label.isEmpty { throw MailError(.domain, .emptyLabel) }
        let isASCII = label.utf8.allSatisfy { $0 < 0x80 }
        let result = isASCII ? label.lowercased() : try internationalLabel(label)
        let bytes = result.utf8
        guard bytes.allSatisfy({ ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "-") }) else {
            throw MailError(.domain, .forbiddenCharacter)
        }
        guard bytes.first != UInt8(ascii: "-"), bytes.last != UInt8(ascii: "-") else {
            throw MailError(.domain, .misplacedHyphen)
        }
        guard bytes.count <= maximumLabelLength else { throw MailError(.domain, .tooLong(limit: maximumLabelLength)) }
        return result
    }

    private static func internationalLabel(_ label: String) throws(MailError) -> String {
        let normalized = label.lowercased().precomposedStringWithCanonicalMapping
        let scalars = Array(normalized.unicodeScalars)
        guard scalars.allSatisfy(isPermitted), let first = scalars.first, !isMark(first) else {
            throw MailError(.domain, .notRepresentable)
        }
        // A hyphen in the third and fourth place marks an encoded label (RFC 5891 section 4.2.3.1).
        let hasEncodingMark = scalars.count > 3 && scalars[2] == "-" && scalars[3] == "-"
        guard scalars.first != "-", scalars.last != "-", !hasEncodingMark else {
            throw MailError(.domain, .misplacedHyphen)
        }
        guard scalars.count <= maximumLabelLength else {
            throw MailError(.domain, .tooLong(limit: maximumLabelLength))
        }
        return "xn--" + Punycode.encode(scalars)
    }

    /// Letters, digits and marks that stay themselves under NFKC case folding (RFC 5892 sections 2.1 and 2.2).
    private static func isPermitted(_ scalar: Unicode.Scalar) -> Bool {
        // RFC 5892 section 2.6 permits sharp s and final sigma, which folding would change.
        if scalar == "-" || scalar == "\u{DF}" || scalar == "\u{3C2}" { return true }
        if scalar.isASCII { return ASCII.isAlphanumeric(UInt8(scalar.value)) }
        switch scalar.properties.generalCategory {
        case .lowercaseLetter, .otherLetter, .modifierLetter, .nonspacingMark, .spacingMark, .decimalNumber:
            return !scalar.properties.changesWhenNFKCCaseFolded
        default:
            return false
        }
    }

    private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .nonspacingMark, .spacingMark, .enclosingMark: true
        default: false
        }
    }
}
