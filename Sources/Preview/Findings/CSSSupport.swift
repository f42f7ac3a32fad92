import FoundationEssentials

/// What mail programs make of CSS and HTML: `Assets/css-support.json`, which the letter's page reads as well.
///
/// The file is an object of `source`, `clients` and the sections of ``CSSFeature/Section``. A section maps what a
/// letter writes (`border-radius`, `display:flex`, `calc`, `rem`, `@media`, `prefers-color-scheme`, `>`, `:hover`,
/// `svg`, `hidden`) to the programs that do not or only partly understand it, what is lost there, and a sentence.
/// What is understood everywhere, or was never measured, is not listed.
package struct CSSSupport: Sendable, Decodable {
    /// A mail program.
    package struct Client: Sendable, Decodable {
        /// Its name as a sentence has it.
        package let name: String
        /// So many people read with it that a letter must be right there.
        package let isMajor: Bool
    }

    /// What a letter is without something it uses.
    package enum Loss: String, Sendable, Decodable {
        /// Boxes or words stand elsewhere or over each other.
        case layout
        /// Something can no longer be read, heard or used.
        case words
        /// It is plainer, and everything is there: a letter may use it as an extra, and no finding tells of it.
        case look
    }

    /// Who does not understand something.
    package struct Support: Sendable, Decodable {
        /// The programs that do not understand it.
        package let unsupported: [String]
        /// The programs that understand some of it, or only for some accounts.
        package let partly: [String]
        /// What a letter is without it.
        package let loss: Loss
        /// What happens there, and what to write instead.
        package let effect: String
    }

    /// Where the facts are from.
    package let source: String
    /// The mail programs by the names the sections have for them.
    package let clients: [String: Client]
    private let sections: [CSSFeature.Section: [String: Support]]

    /// Reads the table.
    package init(from decoder: any Decoder) throws {
        let fields = try decoder.container(keyedBy: Key.self)
        source = try fields.decode(String.self, forKey: Key("source"))
        clients = try fields.decode([String: Client].self, forKey: Key("clients"))
        sections = try CSSFeature.Section.allCases.reduce(into: [:]) { sections, section in
            sections[section] = try fields.decode([String: Support].self, forKey: Key(section.rawValue))
        }
    }

    private struct Key: CodingKey {
        let stringValue: String
        var intValue: Int? { nil }

        init(_ name: String) { stringValue = name }
        init?(stringValue: String) { self.init(stringValue) }
        init?(intValue: Int) { nil }
    }

    /// The table of this program.
    package static let bundled: CSSSupport = {
        do {
            return try JSONDecoder().decode(CSSSupport.self, from: Data(PackageResources.css_support_json))
        } catch {
            preconditionFailure("css-support.json is a part of this program and cannot be read: \(error)")
        }
    }()

    /// What is listed of a section, in alphabetical order.
    func names(in section: CSSFeature.Section) -> [String] { sections[section]?.keys.sorted() ?? [] }

    /// Who does not understand a feature; nil for one that is not listed.
    package func support(of feature: CSSFeature) -> Support? { sections[feature.section]?[feature.name] }
}
