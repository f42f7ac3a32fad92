import Mustache

/// How values are written into pages, `PAGE` in the first line of every template of `Pages/`.
///
/// Mustache's own escaping goes by character: a quotation mark followed by a combining mark is one character, and would
/// pass unescaped and end an attribute. This one goes by scalar. What HTML refuses in a text (section 13.2.3.5,
/// preprocessing the input stream: controls and noncharacters) is shown as a sign of its own.
struct PageText: MustacheContentType {
    func escapeText(_ text: String) -> String {
        var escaped = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped.append(contentsOf: "&amp;".unicodeScalars)
            case "<": escaped.append(contentsOf: "&lt;".unicodeScalars)
            case ">": escaped.append(contentsOf: "&gt;".unicodeScalars)
            case "\"": escaped.append(contentsOf: "&quot;".unicodeScalars)
            case "'": escaped.append(contentsOf: "&#39;".unicodeScalars)
            default: escaped.append(Self.shown(scalar))
            }
        }
        return String(escaped)
    }

    private static func shown(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        switch scalar.value {
        case 0x09, 0x0A, 0x0D: scalar
        case 0x00...0x1F: Unicode.Scalar(0x2400 + scalar.value) ?? replacement
        case 0x7F: "\u{2421}"
        case 0x80...0x9F, 0xFDD0...0xFDEF: replacement
        case let value where value & 0xFFFE == 0xFFFE: replacement
        default: scalar
        }
    }

    private static let replacement: Unicode.Scalar = "\u{FFFD}"
}
