/// Words that tell a stranger what somebody is treated for, or that they are treated at all.
///
/// A stem stands for every word that begins with it; `dr.` is that word alone.
struct ForbiddenWords: Sendable {
    /// What locks, notices and shared calendars show must not have them.
    let inbox: [String]
    /// No letter has them: reasons, conditions, kinds of clinicians, and who pays (45 CFR 164.502(b), 164.514).
    let letter: [String]
    /// Words of the language take others in front of them, as Arabic's article: a stem may stand inside a word.
    var standInside = false

    /// The words of each language letters are checked in.
    static let byLanguage = [
        "en": ForbiddenWords(
            inbox: ["doctor", "dr.", "clinic", "medic", "health", "session", "assessment", "treat", "care."],
            letter: [
                "therap", "psych", "patient", "counsel", "mental", "treatment", "diagnos", "disorder", "depress",
                "anxi", "addict", "prescri", "medication", "insur", "coverage", "payor", "payer", "referral",
            ]),
        "es": ForbiddenWords(
            inbox: ["doctor", "dr.", "dra.", "clínic", "médic", "salud", "sesión", "sesiones", "consulta"],
            letter: [
                "terap", "psic", "psiq", "pacien", "consejer", "mental", "tratamiento", "diagn", "trastorn", "depres",
                "ansiedad", "adicc", "medicamento", "asegurad", "cobertura", "póliza", "receta",
            ]),
        "ar": ForbiddenWords(
            inbox: ["دكتور", "عياد", "صحة", "صحي", "جلسة"],
            letter: ["علاج", "نفسي", "طبيب", "مريض", "تشخيص", "اكتئاب", "إدمان", "تأمين", "اضطراب"],
            standInside: true),
    ]

    /// The words of a text that are forbidden in it, each once.
    func found(in text: String, of stems: KeyPath<ForbiddenWords, [String]>) -> [String] {
        let words = Set(text.lowercased().split { !$0.isLetter })
        let hits = words.filter { word in
            self[keyPath: stems].contains { stem in
                if stem.hasSuffix(".") { return word == stem.dropLast() }
                return standInside ? word.contains(stem) : word.hasPrefix(stem)
            }
        }
        return hits.map(String.init).sorted()
    }
}
