import Rendering

/// The scenarios of a template folder as they are written: `<kind>/scenarios.json`, and the casts of `_scenarios`.
struct ScenarioFolder {
    private static let castFolder = "_scenarios"

    private var folder: TemplateFolder
    private var ownFindings: [Finding] = []
    /// The people, by the name of their file.
    private(set) var casts: [String: Cast] = [:]

    /// Reads the casts.
    init(_ directory: String) {
        folder = TemplateFolder(directory)
        guard folder.problems.isEmpty else { return }
        for (name, file) in folder.texts(in: Self.castFolder, ending: ".json") {
            casts[name] = Cast.read(file.text, file: file.path, findings: &ownFindings)
        }
    }

    /// What could not be read.
    var findings: [Finding] { ownFindings + folder.problems.map(Finding.init) }

    /// The scenarios of a kind by their names, each an object that may still hold anything; none where `findings` says
    /// why.
    mutating func scenarios(of kind: String) -> [String: JSONNode] {
        let path = "\(kind)/scenarios.json"
        let file = TemplateLocation(file: path)
        guard folder.entries(kind).contains("scenarios.json") else {
            refuse(file, "The kind \(kind) has no scenarios: write at least an \(SpecimenID.ordinary) one.")
            return [:]
        }
        guard let text = folder.text(path) else { return [:] }
        var scenarios: [String: JSONNode]
        do { scenarios = try JSONReader.object(text, file: path) } catch {
            ownFindings.append(error)
            return [:]
        }
        for (name, node) in scenarios where node.object == nil || !Self.isName(name) {
            refuse(node.place, "Each scenario is an object under a name of a-z, 0-9 and -.")
            scenarios[name] = nil
        }
        if scenarios[SpecimenID.ordinary] == nil {
            refuse(
                file, "The kind \(kind) has no scenario \(SpecimenID.ordinary): the others say what differs from it.")
        }
        return scenarios
    }

    private mutating func refuse(_ place: TemplateLocation, _ message: String) {
        ownFindings.append(Finding("scenario", at: place, message))
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty
            && name.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
