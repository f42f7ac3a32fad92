import FoundationEssentials
import Glibc

/// A folder that is read and out of which nothing leads: names in it are opened from its descriptor, and links are not
/// followed.
///
/// The calls block as long as a disk does.
struct OpenFolder: ~Copyable {
    /// Where it is, for sentences.
    let path: String
    private let descriptor: CInt

    /// A regular file in the folder.
    struct Entry: Sendable {
        let name: String
        /// When it was last written.
        let modified: timespec
        /// Octets.
        let length: Int
        let inode: UInt64

        /// Whether both are the same file in the same version, whatever its name is now.
        func isSameFile(as other: Entry) -> Bool {
            (inode, length, modified.tv_sec, modified.tv_nsec)
                == (other.inode, other.length, other.modified.tv_sec, other.modified.tv_nsec)
        }
    }

    /// Opens the folder of this path; a link somebody names himself is followed.
    ///
    /// Throws `FolderError` when it cannot be read.
    init(_ path: String) throws(FolderError) {
        let descriptor = Glibc.open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FolderError(path, errno) }
        (self.path, self.descriptor) = (path, descriptor)
    }

    private init(path: String, descriptor: CInt) {
        (self.path, self.descriptor) = (path, descriptor)
    }

    deinit { close(descriptor) }

    /// The folder of this name in it; nil when there is none, or something else.
    func folder(_ name: String) throws(FolderError) -> OpenFolder? {
        guard let opened = try open(name, O_DIRECTORY) else { return nil }
        return OpenFolder(path: "\(path)/\(name)", descriptor: opened)
    }

    /// The regular files whose names do not begin with a dot, in no order.
    func files() throws(FolderError) -> [Entry] {
        let names: [String]
        do {
            names = try FileManager.default.contentsOfDirectory(atPath: path)
        } catch {
            throw FolderError("the folder \(path) cannot be listed: \(error)")
        }
        return names.compactMap { name in
            var status = stat()
            guard !name.hasPrefix("."), fstatat(descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0,
                status.st_mode & S_IFMT == S_IFREG
            else { return nil }
            return Entry(
                name: name, modified: status.st_mtim, length: Int(status.st_size), inode: UInt64(status.st_ino))
        }
    }

    /// The first `limit` octets of a regular file, and whether there are more; nil when there is no such file.
    func contents(of name: String, limit: Int) throws(FolderError) -> (bytes: [UInt8], isCut: Bool)? {
        // O_NONBLOCK: opening a pipe would wait for a writer.
        guard let file = try open(name, O_NONBLOCK) else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0 else { throw FolderError("\(path)/\(name)", errno) }
        guard status.st_mode & S_IFMT == S_IFREG else { return nil }
        let bytes = try read(file, upTo: limit + 1, sizeNow: Int(status.st_size), "\(path)/\(name)")
        return (Array(bytes.prefix(limit)), bytes.count > limit)
    }

    /// Nil for what is missing, a link, or of another sort than asked for.
    private func open(_ name: String, _ flags: CInt) throws(FolderError) -> CInt? {
        if name.isEmpty || name == "." || name == ".." || name.utf8.contains(where: { $0 == 0x2F || $0 == 0 }) {
            return nil
        }
        let opened = openat(descriptor, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | flags)
        if opened >= 0 { return opened }
        if [ENOENT, ELOOP, ENOTDIR, ENXIO].contains(errno) { return nil }
        throw FolderError("\(path)/\(name)", errno)
    }

    private func read(_ file: CInt, upTo limit: Int, sizeNow: Int, _ path: String) throws(FolderError) -> [UInt8] {
        var bytes: [UInt8] = []
        while bytes.count < limit {
            // One octet more than there should be, so that the end is seen in one call.
            let room = min(limit - bytes.count, max(sizeNow - bytes.count, 0) + 1)
            var count = 0
            let chunk = [UInt8](unsafeUninitializedCapacity: room) { buffer, filled in
                repeat { count = Glibc.read(file, buffer.baseAddress, room) } while count < 0 && errno == EINTR
                filled = max(count, 0)
            }
            guard count >= 0 else { throw FolderError(path, errno) }
            if count == 0 { break }
            bytes += chunk
        }
        return bytes
    }
}

/// A folder or a file in it cannot be read.
package struct FolderError: Error, Equatable, CustomStringConvertible {
    /// A sentence that names the path and the reason.
    package let description: String

    init(_ description: String) {
        self.description = description
    }

    init(_ path: String, _ code: CInt) {
        description = "\(path) cannot be read: \(String(cString: strerror(code)))"
    }
}
