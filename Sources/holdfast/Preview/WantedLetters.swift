import Notifications
import Preview

/// The letters that a command line names.
struct WantedLetters {
    let kind: String
    /// Nil: all of them, or the ordinary one where one letter is wanted.
    let scenario: String?
    /// Nil: all of them, or English where one letter is wanted.
    let locale: String?

    private static let english = "en"

    /// Every letter that fits.
    ///
    /// Throws a `CommandFailure` that names what there is when a name is unknown, and the mistakes that keep a kind from
    /// being written.
    func all(in gallery: Gallery) throws -> [Specimen] {
        var letters = gallery.specimens
        if !letters.contains(where: { $0.id.kind == kind }), Kind.named(kind) != nil {
            let mistakes = gallery.problems.map {
                [$0.location, $0.message].compactMap(\.self).joined(separator: ": ")
            }
            throw CommandFailure(
                .no, "\(kind) cannot be written until the templates are mended:\n" + mistakes.joined(separator: "\n"))
        }
        letters = try Self.narrowed(letters, to: kind, "kind", by: \.kind)
        if let scenario { letters = try Self.narrowed(letters, to: scenario, "scenario of \(kind)", by: \.scenario) }
        if let locale { letters = try Self.narrowed(letters, to: locale, "language of \(kind)", by: \.locale) }
        return letters
    }

    /// The one letter.
    ///
    /// Throws as `all`.
    func one(in gallery: Gallery) throws -> Specimen {
        let one = WantedLetters(kind: kind, scenario: scenario ?? SpecimenID.ordinary, locale: locale ?? Self.english)
        guard let letter = try one.all(in: gallery).first else {
            throw CommandFailure(.unusableInput, "there is no such letter of \(kind)")
        }
        return letter
    }

    private static func narrowed(
        _ letters: [Specimen], to name: String, _ what: String, by part: KeyPath<SpecimenID, String>
    ) throws -> [Specimen] {
        let fitting = letters.filter { $0.id[keyPath: part] == name }
        guard fitting.isEmpty else { return fitting }
        let names = Set(letters.map { $0.id[keyPath: part] }).sorted()
        let guess = Spelling.nearest(to: name, among: names).map { "; did you mean '\($0)'?" } ?? "."
        throw CommandFailure(
            .unusableInput, "there is no \(what) '\(name)'\(guess) There are: \(names.joined(separator: ", "))")
    }
}
