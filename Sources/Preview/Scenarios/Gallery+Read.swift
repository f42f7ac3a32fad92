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
        var nothing = WrittenKinds()
        return read(templates: directory, practice: practice, base: base, knowing: &nothing)
    }

    /// The same gallery; kinds that are known as they are now are not written again.
    ///
    /// - Parameter written: what is known of the kinds, for this practice and base alone; afterwards all of them are.
    package static func read(
        templates directory: String, practice: Practice, base: LinkBase, knowing written: inout WrittenKinds
    ) -> Gallery {
        let (templates, problems) = TemplateSet.partial(directory: directory, kinds: Kind.templateNames)
        var folder = ScenarioFolder(directory)
        let writer: LetterWriter
        do {
            writer = LetterWriter(
                templates: templates, signer: try PreviewKey.signer(base: base), base: base, practice: practice)
        } catch {
            return Gallery(specimens: [], findings: [Finding("preview-key", .error, "No link can be signed: \(error)")])
        }
        let castFindings = folder.findings
        for kind in templates.kindNames.compactMap(Kind.named) where !written.knows(kind) {
            var desk = WritingDesk(writer: writer, casts: folder.casts)
            let before = folder.findings
            desk.write(kind, folder.scenarios(of: kind.name), in: templates.localeNames(of: kind.name))
            let found = folder.findings.filter { !before.contains($0) } + desk.findings
            written.learn(kind, desk.specimens, found)
        }
        let (specimens, own) = written.all(of: templates.kindNames)
        var told: Set<Finding> = []
        let unused = templates.unusedFiles.map { file in
            Finding("unused", .warning, at: TemplateLocation(file: file), "No letter uses this file: remove it.")
        }
        let all = problems.map(Finding.init) + castFindings + own + unused
        let findings = all.filter { told.insert($0).inserted }
        return Gallery(specimens: specimens.sorted { $0.id < $1.id }, findings: findings)
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

    mutating func write(_ kind: Kind, _ scenarios: [String: JSONNode], in locales: [String]) {
        for (name, node) in scenarios.sorted(by: { $0.key < $1.key }) {
            for locale in locales {
                let id = SpecimenID(kind: kind.name, locale: locale, scenario: name)
                write(kind, node, changing: scenarios[SpecimenID.ordinary], as: id)
            }
        }
    }

    private mutating func write(_ kind: Kind, _ scenario: JSONNode, changing ordinary: JSONNode?, as id: SpecimenID) {
        let fields = FieldReader(scenario.object ?? [:], at: scenario.place, changing: ordinary?.object ?? [:])
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
