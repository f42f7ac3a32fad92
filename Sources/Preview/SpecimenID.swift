/// Names one letter of the gallery: a kind of letter, in a language, in a situation.
package struct SpecimenID: Hashable, Sendable, Comparable {
    /// The kind's name, such as `reservation.confirm`.
    package let kind: String
    /// The language the letter is written in, such as `es`.
    package let locale: String
    /// The scenario's name in `scenarios.json`: `[a-z0-9-]+`.
    package let scenario: String

    /// The scenario that every kind has, and of which the others are variants.
    package static let ordinary = "ordinary"

    /// Names a letter; each part has been checked where it was read.
    package init(kind: String, locale: String, scenario: String) {
        self.kind = kind
        self.locale = locale
        self.scenario = scenario
    }

    /// Whether it is the scenario that every kind has.
    var isOrdinary: Bool { scenario == Self.ordinary }

    /// `kind/locale/scenario`, as in paths of the gallery and of an export.
    package var path: String { "\(kind)/\(locale)/\(scenario)" }

    /// In the order of kinds, then scenarios, then languages.
    package static func < (left: SpecimenID, right: SpecimenID) -> Bool {
        (left.kind, left.scenario, left.locale) < (right.kind, right.scenario, right.locale)
    }
}
