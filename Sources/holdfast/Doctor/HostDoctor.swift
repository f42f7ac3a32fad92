import FoundationEssentials
import Glibc
import Notifications
import Preview
import Rendering
import Signing

/// The checks that look at this host: the key file, the templates, the journal's folder.
struct HostDoctor {
    let diagnoses: [Diagnosis]
    /// The key that signs links, where its file can be used.
    let key: PrivateKey?
    /// What letters call time zones, for each language; empty when the templates cannot be used.
    let words: [LocaleWords]

    init(_ settings: DoctorSettings) {
        var diagnoses: [Diagnosis] = []
        key = settings.keyFile.flatMap { path in Self.key(path, &diagnoses) }
        words = Self.templates(settings, &diagnoses)
        diagnoses.append(.journal(settings.journal.map(JournalFolder.init), user: Self.user(geteuid())))
        self.diagnoses = diagnoses
    }

    /// What this host's time zone database says of a name; nil when it has none (tzset(3)).
    static func knowsZone(_ name: String) -> Bool? {
        let folder = ProcessInfo.processInfo.environment["TZDIR"] ?? "/usr/share/zoneinfo"
        guard access(folder, R_OK) == 0 else { return nil }
        let isName = name.utf8.allSatisfy { byte in
            UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte | 0x20 || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
                || "/_+-".utf8.contains(byte)
        }
        var status = Glibc.stat()
        return isName && stat("\(folder)/\(name)", &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// A user's name, or the number of one without a name.
    static func user(_ number: uid_t) -> String {
        getpwuid(number).map { String(cString: $0.pointee.pw_name) } ?? "uid \(number)"
    }

    private static func key(_ path: String, _ diagnoses: inout [Diagnosis]) -> PrivateKey? {
        do {
            let key = try PrivateKey(contentsOfFile: path)
            diagnoses.append(.ok("key file", "\(path) holds a key that only its owner may read"))
            return key
        } catch {
            diagnoses.append(.fail("key file", saying: "\(Setting.linkKeyFile.name): \(error)"))
            return nil
        }
    }

    private static func templates(_ settings: DoctorSettings, _ diagnoses: inout [Diagnosis]) -> [LocaleWords] {
        let folder = settings.templates
        do {
            let templates = try TemplateSet(directory: folder, kinds: Kind.templateNames)
            let words = words(of: templates)
            let languages = words.keys.sorted().joined(separator: ", ")
            diagnoses.append(
                letters(settings) ?? .ok("templates", "\(templates.kindNames.count) kinds of letters, in \(languages)"))
            return Array(words.values)
        } catch {
            diagnoses.append(
                .fail(
                    "templates", "the templates in \(folder) cannot be used", error.problems.map(\.description),
                    mend: "correct them, or name another folder in \(Setting.templates.name)"))
            return []
        }
    }

    /// What keeps the ordinary letters from leaving as they are; nil for nothing, and where settings they need are wrong.
    private static func letters(_ settings: DoctorSettings) -> Diagnosis? {
        guard let practice = settings.practice, let base = settings.linkBase else { return nil }
        let gallery = Gallery.read(templates: settings.templates, practice: practice, base: base)
        let ordinary = Gallery(
            specimens: gallery.specimens.filter { $0.id.scenario == SpecimenID.ordinary }, findings: gallery.findings)
        let errors = ordinary.checked().findings.filter { $0.severity == .error }
        guard !errors.isEmpty else { return nil }
        return .fail(
            "templates", "letters are not as they must be",
            errors.map { [$0.location ?? $0.letter, $0.message].compactMap(\.self).joined(separator: ": ") },
            mend: "see 'holdfast templates check'")
    }

    private static func words(of templates: TemplateSet) -> [String: LocaleWords] {
        templates.kindNames.reduce(into: [:]) { words, kind in
            for locale in templates.localeNames(of: kind) {
                words[locale] = words[locale] ?? (try? templates.words(kind: kind, locale: locale))
            }
        }
    }
}
