import FoundationEssentials
import Mail

/// A gallery as it was: read from an export, its `letters.json` and each letter's `message.eml`, and nothing else of it.
package struct Baseline: Sendable {
    /// The letters by their names.
    package let letters: [SpecimenID: ReadLetter]

    /// The most octets of `letters.json`.
    private static let maximumIndexLength = 4 << 20

    /// Reads an export.
    ///
    /// Throws ``FolderError`` with a sentence for a folder that is no export, or one that is damaged.
    package init(directory path: String) throws(FolderError) {
        let folder = try OpenFolder(path)
        var letters: [SpecimenID: ReadLetter] = [:]
        for entry in try Self.index(of: folder) {
            guard let id = entry.id else {
                throw Self.damaged(path, "it lists \(entry.kind.debugDescription), which is no letter's name")
            }
            let letter = try Self.letter(id, bytes: entry.bytes, in: folder)
            guard letters.updateValue(letter, forKey: id) == nil else {
                throw Self.damaged(path, "it lists \(id.path) twice")
            }
        }
        self.letters = letters
    }

    private static func index(of folder: borrowing OpenFolder) throws(FolderError) -> [LetterIndexEntry] {
        guard let file = try folder.contents(of: "letters.json", limit: maximumIndexLength) else {
            throw FolderError(
                "\(folder.path) is no export of the gallery: it has no file letters.json; "
                    + "make one with `holdfast preview --out DIR`")
        }
        if file.isCut { throw damaged(folder.path, "it is longer than \(maximumIndexLength) octets") }
        do {
            return try JSONDecoder().decode([LetterIndexEntry].self, from: Data(file.bytes))
        } catch {
            throw damaged(folder.path, "it is not the list that an export writes (\(reason(error)))")
        }
    }

    private static func letter(
        _ id: SpecimenID, bytes: Int, in folder: borrowing OpenFolder
    ) throws(FolderError) -> ReadLetter {
        let place = "\(folder.path)/letter/\(id.path)/message.eml"
        guard let letters = try folder.folder("letter"), let kind = try letters.folder(id.kind),
            let locale = try kind.folder(id.locale), let scenario = try locale.folder(id.scenario),
            let file = try scenario.contents(of: "message.eml", limit: ReadPart.maximumLength)
        else {
            throw FolderError("\(place) is missing, or no regular file, though letters.json lists it; export again")
        }
        guard file.bytes.count == bytes, !file.isCut else {
            throw FolderError("\(place) has not the \(bytes) octets that letters.json says; export again")
        }
        return ReadLetter(file.bytes)
    }

    private static func damaged(_ path: String, _ reason: String) -> FolderError {
        FolderError("\(path)/letters.json cannot be used: \(reason); export again")
    }

    /// Where in the file it is, and what is wrong there, without the file's own words.
    private static func reason(_ error: any Error) -> String {
        switch error {
        case DecodingError.keyNotFound(let key, let context): "`\(key.stringValue)` is missing at \(place(context))"
        case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
            "another type at \(place(context))"
        default: "no JSON"
        }
    }

    private static func place(_ context: DecodingError.Context) -> String {
        let keys = context.codingPath.map { $0.intValue.map { "[\($0)]" } ?? ".\($0.stringValue)" }
        return "$" + keys.joined()
    }
}
