/// A letter as `letters.json` of an export lists it.
package struct LetterIndexEntry: Codable, Hashable, Sendable {
    /// The kind's name.
    package let kind: String
    /// The language.
    package let locale: String
    /// The scenario's name.
    package let scenario: String
    /// What the scenario says in a sentence.
    package let title: String
    /// The subject line, decoded.
    package let subject: String
    /// The octets of the message.
    package let bytes: Int

    /// Lists a letter.
    package init(_ id: SpecimenID, title: String, subject: String, bytes: Int) {
        (kind, locale, scenario) = (id.kind, id.locale, id.scenario)
        (self.title, self.subject, self.bytes) = (title, subject, bytes)
    }

    /// The letter's name, or nil when it cannot be one: its parts name folders of an export, and lead nowhere else.
    package var id: SpecimenID? {
        let names = [kind, locale, scenario]
        guard names.allSatisfy(Self.isFolderName) else { return nil }
        return SpecimenID(kind: kind, locale: locale, scenario: scenario)
    }

    private static func isFolderName(_ name: String) -> Bool {
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                true
            default: false
            }
        }
        return isPlain && (1...64).contains(name.utf8.count) && !name.hasPrefix(".")
    }
}
