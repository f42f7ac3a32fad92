package import BookingLinks
package import Notifications
import Rendering

extension Gallery {
    /// Reads a template folder and writes every letter of it: each kind, in each of its languages and scenarios.
    ///
    /// What is wrong becomes findings, and the rest is still there. The same folder gives the same letters, to the byte.
    /// Blocks while it reads some hundred small files.
    /// - Parameters:
    ///   - directory: the folder; nothing outside it is read.
    ///   - practice: whose letters they are.
    ///   - base: where their links lead; no verifier but `PreviewKey`'s takes them.
    package static func read(templates directory: String, practice: Practice, base: LinkBase) -> Gallery {
        let names = Dictionary(uniqueKeysWithValues: Kind.all.map { ($0.name, $0.templateNames) })
        let (templates, problems) = TemplateSet.partial(directory: directory, kinds: names)
        var folder = ScenarioFolder(directory)
        var desk: WritingDesk
        do {
            let writer = LetterWriter(
                templates: templates, signer: try PreviewKey.signer(base: base), base: base, practice: practice)
            desk = WritingDesk(writer: writer, casts: folder.casts)
        } catch {
            return Gallery(specimens: [], findings: [Finding("preview-key", .error, "No link can be signed: \(error)")])
        }
        for kind in templates.kindNames.compactMap(Kind.named) {
            let scenarios = folder.scenarios(of: kind.name)
            for (name, node) in scenarios.sorted(by: { $0.key < $1.key }) {
                for locale in templates.localeNames(of: kind.name) {
                    let id = SpecimenID(kind: kind.name, locale: locale, scenario: name)
                    desk.write(kind, node, changing: scenarios[ScenarioFolder.ordinary], as: id)
                }
            }
        }
        var told: Set<Finding> = []
        let unused = templates.unusedFiles.map { file in
            Finding("unused", .warning, at: TemplateLocation(file: file), "No letter uses this file: remove it.")
        }
        let all = problems.map(Finding.init) + folder.findings + desk.findings + unused
        let findings = all.filter { told.insert($0).inserted }
        return Gallery(specimens: desk.specimens.sorted { $0.id < $1.id }, findings: findings)
    }
}

/// Where the letters of a gallery are written, one after the other.
private struct WritingDesk {
    let writer: LetterWriter
    let casts: [String: Cast]
    private(set) var specimens: [Specimen] = []
    private(set) var findings: [Finding] = []

    init(writer: LetterWriter, casts: [String: Cast]) {
        self.writer = writer
        self.casts = casts
    }

    mutating func write(_ kind: Kind, _ scenario: JSONNode, changing ordinary: JSONNode?, as id: SpecimenID) {
        let fields = FieldReader(scenario.table ?? [:], at: scenario.place, changing: ordinary?.table ?? [:])
        var reader = ScenarioReader(kind: kind, name: id.scenario, locale: id.locale, casts: casts, fields: fields)
        guard let (title, claim) = reader.read() else {
            findings += reader.fields.findings
            return
        }
        do throws(LetterError) {
            let letter = try writer.write(kind, for: claim)
            specimens.append(Specimen(id: id, title: title, claim: claim, letter: letter))
        } catch {
            findings.append(
                Finding("letter", at: Self.place(of: error) ?? scenario.place, in: id, "No letter: \(error)."))
        }
    }

    /// Where a template asks for something that it is not given.
    private static func place(of error: LetterError) -> TemplateLocation? {
        guard case .ours(let cause as RenderingError) = error, case .missingValues(_, let places) = cause else {
            return nil
        }
        return places.first
    }
}
