package import Foundation

/// A copy of the repository's template folder for one test, gone with it.
///
/// Of the scenarios it has the ordinary ones alone: that is a letter of each kind in each language, soon written.
package final class TemplateCopy {
    /// The folder.
    package let folder: URL

    /// Copies the folder.
    package init() throws {
        folder = FileManager.default.temporaryDirectory.appendingPathComponent("templates-\(UUID().uuidString)")
        try FileManager.default.copyItem(
            at: TestInstallation.repository.appendingPathComponent("Templates"), to: folder)
        for kind in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
            let file = folder.appendingPathComponent("\(kind)/scenarios.json")
            guard let data = FileManager.default.contents(atPath: file.path) else { continue }
            let scenarios = try JSONSerialization.jsonObject(with: data) as? [String: Any]
            let ordinary = ["ordinary": scenarios?["ordinary"] ?? [:]]
            try JSONSerialization.data(withJSONObject: ordinary).write(to: file)
        }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    /// The text of a file.
    package func read(_ file: String) throws -> String {
        try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
    }

    /// Writes a file.
    package func write(_ file: String, _ text: String) throws {
        try Data(text.utf8).write(to: folder.appendingPathComponent(file))
    }

    /// Replaces a text that must be there.
    package func change(_ file: String, _ text: String, to other: String) throws {
        let old = try read(file)
        guard old.contains(text) else { throw TestSupportError("\(file) does not hold \(text)") }
        try write(file, old.replacing(text, with: other))
    }

    /// Removes a file.
    package func remove(_ file: String) throws {
        try FileManager.default.removeItem(at: folder.appendingPathComponent(file))
    }
}
