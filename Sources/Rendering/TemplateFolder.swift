import FoundationEssentials
import Glibc

/// The template folder as text: every file that matters, read once, and nothing from outside it.
///
/// Symbolic links are followed only while they stay inside the folder, which is how Kubernetes mounts a ConfigMap.
package struct TemplateFolder {
    /// A file longer than this is no template.
    static let largestFile = 256 * 1024

    /// What could not be read, in the order in which it was asked for.
    package private(set) var problems: [TemplateProblem] = []
    private let root: String

    /// The folder at a path; one that is not there is a problem.
    package init(_ path: String) {
        root = Self.realPath(path) ?? path
        guard Self.isFolder(root) else {
            report(
                .unreadable, ".", "The template folder \(path) does not exist or is no folder: set HOLDFAST_TEMPLATES.")
            return
        }
    }

    /// The names in a folder, sorted, without those that begin with a dot.
    package func entries(_ folder: String = "") -> [String] {
        let all = (try? FileManager.default.contentsOfDirectory(atPath: absolute(folder))) ?? []
        return all.filter { !$0.hasPrefix(".") }.sorted()
    }

    /// Whether the entry is a folder.
    func isFolder(_ entry: String) -> Bool { Self.isFolder(absolute(entry)) }

    /// The files of a folder that end as asked: name without its ending → text.
    ///
    /// A folder that is missing has none.
    package mutating func texts(in folder: String, ending: String) -> [String: (path: String, text: String)] {
        var texts: [String: (path: String, text: String)] = [:]
        for entry in entries(folder) where entry.hasSuffix(ending) {
            let path = "\(folder)/\(entry)"
            guard let text = text(path) else { continue }
            texts[String(entry.dropLast(ending.count))] = (path, text)
        }
        return texts
    }

    /// The text of a file; nil where `problems` then says why it cannot be had.
    package mutating func text(_ path: String) -> String? {
        guard let real = Self.realPath(absolute(path)), let kind = Self.attributes(real) else {
            report(.unreadable, path, "The file cannot be read: check that it exists and its permissions.")
            return nil
        }
        guard real.hasPrefix(root + "/") else {
            report(.outsideFolder, path, "The link leads out of the template folder: put the file itself here.")
            return nil
        }
        guard kind[.type] as? FileAttributeType == .typeRegular, Self.size(kind) <= Self.largestFile
        else {
            report(.unreadable, path, "Only regular files of at most \(Self.largestFile / 1024) KB are templates.")
            return nil
        }
        guard let data = FileManager.default.contents(atPath: real), let text = String(validating: data, as: UTF8.self)
        else {
            report(.unreadable, path, "The file cannot be read as UTF-8 text.")
            return nil
        }
        return text
    }

    private func absolute(_ path: String) -> String { path.isEmpty ? root : "\(root)/\(path)" }

    private mutating func report(_ code: TemplateProblem.Code, _ path: String, _ message: String) {
        problems.append(TemplateProblem(code: code, location: TemplateLocation(file: path), message: message))
    }

    private static func attributes(_ path: String) -> [FileAttributeKey: Any]? {
        try? FileManager.default.attributesOfItem(atPath: path)
    }

    private static func size(_ attributes: [FileAttributeKey: Any]) -> Int {
        (attributes[.size] as? UInt64).map { Int(clamping: $0) } ?? (attributes[.size] as? Int) ?? .max
    }

    /// Where a path really leads, every link followed; nil when it leads nowhere.
    private static func realPath(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func isFolder(_ path: String) -> Bool {
        realPath(path).flatMap(attributes)?[.type] as? FileAttributeType == .typeDirectory
    }
}
