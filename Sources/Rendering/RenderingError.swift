/// Why a letter could not be rendered.
///
/// It names names and places in files, never a value.
package enum RenderingError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The set was loaded without this kind.
    case unknownKind(String)
    /// The template asked for a declared name that the caller gave no value for.
    case missingValues(names: [String], usedAt: [TemplateLocation])
    /// The caller gave a value under a name the kind does not declare.
    case undeclaredValue(name: String)
    /// The caller gave a text where a flag is declared, or the like.
    case wrongValueKind(name: String)
    /// A value holds a control character, a line break among them.
    case controlCharacter(name: String)
    /// A value declared as `url` is not an absolute https, http or mailto address in plain ASCII.
    case invalidURL(name: String)
    /// A value declared as `color` is not `#` and six hexadecimal digits.
    case invalidColor(name: String)
    /// The rendered subject or preheader is empty or not one line.
    case malformedInboxLine(kind: String)

    /// A sentence that names the way out.
    package var description: String {
        switch self {
        case .unknownKind(let kind):
            "No template is loaded for the kind \(kind): declare it when the template set is loaded."
        case .missingValues(let names, let places):
            "No value was given for \(names.joined(separator: ", ")), used at "
                + "\(places.map(\.description).joined(separator: ", ")): supply it or guard its use with a flag."
        case .undeclaredValue(let name):
            "A value was given for \(name), which the kind does not declare: declare it or leave it out."
        case .wrongValueKind(let name):
            "The value given for \(name) is not of the kind it is declared as (text, flag or list)."
        case .controlCharacter(let name):
            "The value of \(name) holds a control character or line break: correct the stored text."
        case .invalidURL(let name):
            "The value of \(name) is not an absolute https, http or mailto address in plain ASCII."
        case .invalidColor(let name):
            "The value of \(name) is not a colour written as # and six hexadecimal digits."
        case .malformedInboxLine(let kind):
            "The subject or preheader of \(kind) came out empty or not as one line: correct the template."
        }
    }
}
