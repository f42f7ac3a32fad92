/// Turns a template folder into letters ready to render, collecting every problem on the way.
struct TemplateLoader {
    private(set) var problems: [TemplateProblem] = []
    /// The files letters are made of, besides their own.
    private var reached: Set<String> = []
    private var folder: TemplateFolder
    private let kinds: [String: TemplateNames]
    private static let formatFolders = ["_html", "_text", "_inbox"]

    init(directory: String, kinds: [String: TemplateNames]) {
        folder = TemplateFolder(directory)
        self.kinds = kinds
    }

    mutating func load() -> (kinds: [String: TemplateSet.Kind], locales: [String: LocaleWords]) {
        guard folder.problems.isEmpty else {
            problems = folder.problems
            return ([:], [:])
        }
        let locales = loadLocales()
        let formats = Self.formatFolders.map { loadFormat($0) }
        var shared: [String: [String: TemplateFile]] = [:]
        var loaded: [String: TemplateSet.Kind] = [:]
        for (kind, names) in kinds.sorted(by: { $0.key < $1.key }) {
            let names = names.merging(.builtIn)
            for name in names.ambiguous {
                report(.wrongUse, kind, "The kind \(kind) declares \(name) for itself and for an item: rename one.")
            }
            var letters: [String: TemplateSet.Letter] = [:]
            for (locale, file) in files(in: kind, role: .content) {
                if shared[locale] == nil { shared[locale] = loadShared(locale, besides: formats) }
                letters[locale] = letter(file, formats, shared[locale] ?? [:], names)
                reached.insert("_locales/\(locale).json")
                if locales[locale] == nil {
                    report(
                        .localeIncomplete, file.path, "There are no complete words in _locales/\(locale).json for it.")
                    letters[locale] = nil
                }
            }
            let english = "\(TemplateSet.lastLocale).mustache"
            if !folder.entries(kind).contains(english) {
                report(.missingTemplate, "\(kind)/\(english)", "The kind \(kind) has no English template.")
            }
            loaded[kind] = TemplateSet.Kind(names: names, letters: letters)
        }
        reportUndeclaredKinds()
        problems += folder.problems
        return (loaded, locales)
    }

    private mutating func loadLocales() -> [String: LocaleWords] {
        var locales: [String: LocaleWords] = [:]
        for (locale, file) in folder.texts(in: "_locales", ending: ".json") {
            let read = LocaleFile(file.text, path: file.path, locale: locale)
            problems += read.problems
            locales[locale] = read.words
        }
        return locales
    }

    private mutating func loadFormat(_ name: String) -> FormatLibrary {
        let files = files(in: name, role: name == "_html" ? .html : .plain)
        let format = FormatLibrary(folder: name, partials: files.mapValues(FormatLibrary.Partial.init))
        problems += format.problems()
        if format.partials["letter"] == nil {
            report(.unreadable, "\(name)/letter.mustache", "The file is missing: it frames every letter.")
        }
        return format
    }

    private mutating func loadShared(_ locale: String, besides formats: [FormatLibrary]) -> [String: TemplateFile] {
        let pieces = files(in: "_shared/\(locale)", role: .content)
        for (name, file) in pieces {
            problems += file.problems
            if formats.contains(where: { $0.partials[name] != nil }) {
                report(
                    .misplacedContent, file.path, "A format partial has the name \(name) already: rename this piece.")
            }
        }
        return pieces
    }

    private mutating func letter(
        _ file: TemplateFile, _ formats: [FormatLibrary], _ shared: [String: TemplateFile], _ names: TemplateNames
    ) -> TemplateSet.Letter? {
        let check = LetterCheck(file, formats: formats, shared: shared, names: names)
        let found = file.problems + (file.problems.isEmpty ? check.problems : [])
        problems += found
        reached.formUnion(check.reached)
        guard found.isEmpty else { return nil }
        let templates = formats.map { LetterAssembly.assemble(file, in: $0, shared: shared) }
        return TemplateSet.Letter(html: templates[0], text: templates[1], inbox: templates[2], usedAt: check.usedAt)
    }

    private mutating func files(in name: String, role: TemplateFile.Role) -> [String: TemplateFile] {
        folder.texts(in: name, ending: ".mustache").mapValues { TemplateFile($0.text, path: $0.path, role: role) }
    }

    /// The files of shared folders that no letter is made of; a problem may hide who uses them.
    var unusedFiles: [String] {
        let pieces = folder.entries("_shared").map { "_shared/\($0)" }
        let files = (Self.formatFolders + pieces + ["_locales"]).flatMap { name in
            folder.entries(name).map { "\(name)/\($0)" }
        }
        return problems.isEmpty ? files.filter { !reached.contains($0) } : []
    }

    private mutating func reportUndeclaredKinds() {
        for entry in folder.entries() where !entry.hasPrefix("_") && folder.isFolder(entry) && kinds[entry] == nil {
            report(.undeclaredKind, entry, "No kind is called \(entry): correct the folder's name or remove it.")
        }
    }

    private mutating func report(_ code: TemplateProblem.Code, _ path: String, _ message: String) {
        problems.append(TemplateProblem(code: code, location: TemplateLocation(file: path), message: message))
    }
}
