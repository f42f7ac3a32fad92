import FoundationEssentials
import Glibc

/// Why a site could not be written to a folder.
package struct ExportError: Error, CustomStringConvertible {
    /// A sentence that names the way out.
    package let description: String
}

/// Writes a site as plain files, for continuous integration and for people without the tool.
///
/// Nothing is taken away from a folder but what an earlier export wrote there, which a list in it names. Whoever reads
/// meanwhile finds every file whole and every link leading somewhere.
package struct SiteExport {
    /// The list of what was written, a path a line: what makes a folder an export.
    static let list = ".holdfast-export"

    private let folder: String

    /// - Parameter folder: made where it is missing.
    package init(to folder: String) {
        self.folder = folder
    }

    /// Writes the pages, and takes away those of an earlier export that are no more.
    ///
    /// - Parameters:
    ///   - paths: below the folder, such as `letter/portal.activate/en/ordinary/index.html`.
    ///   - force: write also where there are files of somebody else's; theirs stay, unless a page has the same path.
    ///   - progress: called after each file with how many were written.
    ///   - page: makes a page; one that is nil is left out.
    package func write(
        _ paths: [String], force: Bool = false, progress: (Int) -> Void = { _ in }, page: (String) -> Page?
    ) throws(ExportError) {
        let earlier = try earlierPaths(force: force)
        // First, so that a run that is cut short can be made good by the next one.
        try writeList(of: earlier.union(paths))
        for (number, path) in paths.enumerated() {
            if let page = page(path) { try write(Data(page.bytes), to: path) }
            progress(number + 1)
        }
        for path in earlier.subtracting(paths) { try remove(path) }
        try writeList(of: Set(paths))
    }

    private func earlierPaths(force: Bool) throws(ExportError) -> Set<String> {
        let files = FileManager.default
        guard files.fileExists(atPath: folder) else { return [] }
        guard let entries = try? files.contentsOfDirectory(atPath: folder) else {
            throw ExportError(description: "--out: \(folder) is no folder that can be read; name another one")
        }
        if let list = files.contents(atPath: "\(folder)/\(Self.list)") {
            let paths = String(decoding: list, as: UTF8.self).split(separator: "\n").map(String.init)
            return Set(paths.filter(Self.isPlain))
        }
        guard entries.isEmpty || force else {
            throw ExportError(
                description: "--out: \(folder) holds files that are no earlier export; name an empty folder, or say "
                    + "--force to write among them")
        }
        return []
    }

    /// Whether a line of a list can be the path of a page: somebody may have written the list.
    private static func isPlain(_ path: String) -> Bool {
        let names = path.split(separator: "/", omittingEmptySubsequences: false)
        return names.allSatisfy { name in
            !name.isEmpty && !name.hasPrefix(".")
                && name.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != UInt8(ascii: "\\") }
        }
    }

    private func writeList(of paths: Set<String>) throws(ExportError) {
        try write(Data(paths.sorted().map { "\($0)\n" }.joined().utf8), to: Self.list)
    }

    private func write(_ data: Data, to path: String) throws(ExportError) {
        let file = URL(filePath: "\(folder)/\(path)")
        do {
            try FileManager.default.createDirectory(
                at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
            try data.write(to: file, options: .atomic)
        } catch {
            let reason = (error as? CocoaError)?.underlying as? POSIXError
            throw failure("written", path, reason.map { "\($0.code)" } ?? "\(error)")
        }
    }

    /// Takes a page away, and the folders that are empty then: never a folder with something in it, and nothing behind
    /// a link that somebody put in a folder's place.
    private func remove(_ path: String) throws(ExportError) {
        var folders = path.split(separator: "/").dropLast()
        guard folders.indices.allSatisfy({ isFolder(folders[...$0]) }) else { return }
        // Where a folder stands now, or nothing, there is no page to take away.
        guard unlink("\(folder)/\(path)") == 0 || [ENOENT, ENOTDIR, EISDIR].contains(errno) else {
            throw failure("removed", path, String(cString: strerror(errno)))
        }
        while !folders.isEmpty, rmdir(self.path(of: folders)) == 0 { folders.removeLast() }
    }

    private func isFolder(_ names: ArraySlice<Substring>) -> Bool {
        var status = stat()
        return lstat(path(of: names), &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private func path(of names: ArraySlice<Substring>) -> String { "\(folder)/\(names.joined(separator: "/"))" }

    private func failure(_ what: String, _ path: String, _ reason: String) -> ExportError {
        ExportError(description: "--out: \(folder)/\(path) cannot be \(what) (\(reason)); check the folder")
    }
}
