/// What only all languages of a letter beside each other show.
enum LanguageRules {
    /// Kinds that are not written in a language that most are written in, and languages that few are written in.
    ///
    /// Readers of such a language get these letters in English.
    static func missing(among letters: [SpecimenID]) -> [Finding] {
        let kinds = Set(letters.map(\.kind))
        let written = Dictionary(grouping: letters, by: \.locale).mapValues { Set($0.map(\.kind)) }
        return written.sorted { $0.key < $1.key }.flatMap { locale, own in
            let missing = kinds.subtracting(own).sorted()
            if own.count * 2 > kinds.count {
                return missing.map { kind in
                    Finding(
                        "language-missing", .warning,
                        "There is no \(kind)/\(locale).mustache: its readers get the letter in English; write it.")
                }
            }
            let names = own.sorted().joined(separator: ", ")
            let message =
                "Only \(own.count) of \(kinds.count) kinds are written in \(locale) (\(names)): its readers get the "
                + "others in English until they are written."
            return [Finding("language-missing", .warning, message)]
        }
    }

    /// Languages whose letters are checked for no words.
    static func unlisted(_ letters: [SpecimenID]) -> [Finding] {
        Set(letters.map(\.language)).subtracting(ForbiddenWords.byLanguage.keys).sorted().map { language in
            Finding(
                "words-unlisted", .warning,
                "Letters in \(language) are not checked for private words: list them in ForbiddenWords.swift.")
        }
    }

    /// The rule about words that are the same in two languages.
    static let untranslated = "untranslated"

    /// Subjects and preheaders that are the same as in another language.
    ///
    /// - Parameter scene: a kind in one scenario, in its languages.
    static func untranslated(_ scene: [OpenedLetter]) -> [Finding] {
        let sorted = scene.sorted { $0.id < $1.id }
        return sorted.indices.flatMap { index in
            sorted[..<index].flatMap { other in
                let letter = sorted[index]
                let isSameLine = letter.preheader != nil && letter.preheader == other.preheader
                let same =
                    (letter.read.subject == other.read.subject ? ["subject"] : []) + (isSameLine ? ["preheader"] : [])
                return same.map { part in
                    let message = "The \(part) is the same as in \(other.id.locale): translate it."
                    return Finding(untranslated, .warning, in: letter.id, message)
                }
            }
        }
    }
}
