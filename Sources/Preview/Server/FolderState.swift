import Glibc

/// A folder as it is: every file below it, by what tells that it is another file or another version.
///
/// Compared, not subscribed to: inotify is silent on network mounts and on folders that another machine or a
/// container's host writes to, and a template folder has a few hundred files. No file is opened.
struct FolderState: Sendable, Equatable {
    struct Mark: Sendable, Hashable {
        let device: UInt64
        let inode: UInt64
        let size: Int64
        let modified: Int64
        let changed: Int64
        /// Written so lately that the next write may get the very same time.
        let isYoung: Bool
    }

    /// By path below the folder; the folder itself is `.`.
    private(set) var marks: [String: Mark] = [:]

    /// File systems count time in steps of up to ten milliseconds; a folder looks different once more after that.
    private static let youth: Int64 = 50_000_000
    /// Folders of templates are three deep.
    private static let deepest = 4

    /// Looks at a folder now; one that is not there is empty.
    ///
    /// - Parameter recursing: whether at what is below it too; links are looked at, and not descended into.
    init(_ folder: String, recursing: Bool = true) {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        let youngest = Self.nanoseconds(now) - Self.youth
        marks["."] = Self.mark(folder, youngest)
        if recursing { look(folder, "", 1, youngest) }
    }

    /// The files that are not as they were, in alphabetical order, without the folders they are in.
    func changes(since earlier: FolderState) -> [String] {
        let paths = Set(marks.keys).union(earlier.marks.keys)
        let changed = paths.filter { marks[$0] != earlier.marks[$0] }
        return changed.filter { path in
            path != "." && !changed.contains { $0.hasPrefix(path + "/") }
        }.sorted()
    }

    private mutating func look(_ folder: String, _ prefix: String, _ depth: Int, _ youngest: Int64) {
        guard let stream = opendir(folder) else { return }
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { tuple in
                tuple.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            // As templates are read: names with a dot are no templates, but what editors leave.
            guard !name.hasPrefix(".") else { continue }
            let path = "\(folder)/\(name)"
            marks[prefix + name] = Self.mark(path, youngest)
            if depth < Self.deepest, Self.isFolder(path, Int32(entry.pointee.d_type)) {
                look(path, "\(prefix)\(name)/", depth + 1, youngest)
            }
        }
    }

    /// Not every file system tells in a listing what an entry is (readdir(3)).
    private static func isFolder(_ path: String, _ type: Int32) -> Bool {
        guard type == Int32(DT_UNKNOWN) else { return type == Int32(DT_DIR) }
        var status = stat()
        return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    private static func mark(_ path: String, _ youngest: Int64) -> Mark? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        let changed = nanoseconds(status.st_ctim)
        return Mark(
            device: UInt64(status.st_dev), inode: UInt64(status.st_ino), size: Int64(status.st_size),
            modified: nanoseconds(status.st_mtim), changed: changed, isYoung: changed > youngest)
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }
}
