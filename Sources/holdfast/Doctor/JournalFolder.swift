import FoundationEssentials
import Glibc

/// What the system says of the folder that a journal is to be in.
struct JournalFolder: Sendable, Equatable {
    /// What is there under its name.
    enum State: Sendable, Equatable {
        /// Nothing; a worker makes it, when it may.
        case missing(canBeMade: Bool)
        /// Something else.
        case noFolder
        /// A folder.
        case folder
    }

    var path: String
    var state: State
    /// Whether this user may write in it, and to the files a journal has there.
    var isWritable = true
    /// Whose it is; nil for this user's.
    var otherOwner: String?
    /// Whether group or others may look into it.
    var isOpenToOthers = false
    /// The type of its file system, such as `ext4`; nil when the system does not say.
    var diskType: String?
    /// How many bytes this user may still write there.
    var freeBytes: UInt64 = .max
    /// Whether another file can be made there.
    var hasFreeFiles = true

    init(path: String, state: State) {
        self.path = path
        self.state = state
    }

    /// Looks at a folder, and leaves it as it is.
    init(_ path: String) {
        var status = Glibc.stat()
        guard stat(path, &status) == 0 else {
            let parent = path.lastIndex(of: "/").map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
            self.init(path: path, state: .missing(canBeMade: errno == ENOENT && access(parent, W_OK | X_OK) == 0))
            return
        }
        self.init(path: path, state: status.st_mode & S_IFMT == S_IFDIR ? .folder : .noFolder)
        isWritable =
            access(path, W_OK | X_OK) == 0 && ["lock", "journal"].allSatisfy { Self.mayWrite("\(path)/\($0)") }
        otherOwner = status.st_uid == geteuid() ? nil : HostDoctor.user(status.st_uid)
        isOpenToOthers = status.st_mode & 0o077 != 0
        diskType = Self.diskType(of: UInt64(status.st_dev))
        var space = statvfs()
        guard statvfs(path, &space) == 0 else { return }
        freeBytes = Self.freeBytes(in: space)
        hasFreeFiles = space.f_files == 0 || space.f_favail > 0
    }

    /// What statvfs(3) says of the room for this user; some file systems without a size say that everything is free.
    static func freeBytes(in space: statvfs) -> UInt64 {
        let (bytes, isTooMuch) = UInt64(space.f_bavail).multipliedReportingOverflow(by: UInt64(space.f_frsize))
        return isTooMuch ? .max : bytes
    }

    private static func mayWrite(_ file: String) -> Bool { access(file, W_OK) == 0 || errno == ENOENT }

    /// The type of the file system on a device, as `/proc/self/mountinfo` has it (proc_pid_mountinfo(5)).
    private static func diskType(of device: UInt64) -> String? {
        let major = device >> 8 & 0xFFF | device >> 32 & ~0xFFF
        let minor = device & 0xFF | device >> 12 & ~0xFF
        guard let mounts = try? Data(contentsOf: URL(filePath: "/proc/self/mountinfo")) else { return nil }
        let lines = String(decoding: mounts, as: UTF8.self).split(separator: "\n").map { $0.split(separator: " ") }
        guard let mount = lines.last(where: { $0.count > 2 && $0[2] == "\(major):\(minor)" }),
            let dash = mount.firstIndex(of: "-"), dash + 1 < mount.endIndex
        else { return nil }
        return String(mount[dash + 1])
    }

    /// Whether its disk is another machine's.
    var isOnNetwork: Bool {
        ["nfs", "nfs4", "cifs", "smb3", "ceph", "afs", "9p", "lustre", "fuse.sshfs", "fuse.glusterfs"].contains(
            diskType)
    }
}

/// What it means for a worker.
extension Diagnosis {
    /// Twice what a journal grows to: it is written anew beside the old one.
    private static let journalSpace: UInt64 = 16 << 20

    static func journal(_ folder: JournalFolder?, user: String) -> Diagnosis {
        let (check, setting) = ("journal", Setting.journal.name)
        guard let folder else {
            return .warn(
                check, "none: a worker that is killed leaves in doubt what it was sending",
                mend: "name a folder of this worker's own in \(setting)")
        }
        let path = folder.path
        switch folder.state {
        case .missing(true): return .ok(check, "\(path) is not there yet; a worker makes it")
        case .missing(false):
            return .fail(check, "\(path) is not there and cannot be made", mend: "make it, for user \(user), mode 0700")
        case .noFolder: return .fail(check, "\(path) is no folder", mend: "name a folder in \(setting)")
        case .folder: return journal(in: folder, check, user) ?? .ok(check, "\(path) can be written, and has room")
        }
    }

    private static func journal(in folder: JournalFolder, _ check: String, _ user: String) -> Diagnosis? {
        let path = folder.path
        if !folder.isWritable {
            return .fail(check, "\(path) cannot be written by user \(user)", mend: "chown -R \(user) \(path)")
        }
        guard folder.freeBytes >= journalSpace, folder.hasFreeFiles else {
            return .fail(
                check, "the disk of \(path) is full, and while the journal cannot be written no letter leaves",
                mend: "make room on it, 16 MiB at least, or name another folder in \(Setting.journal.name)")
        }
        if folder.isOnNetwork {
            return .warn(
                check, "\(path) is on a network disk, which may not tell two workers apart",
                mend: "name a folder on a disk of this machine in \(Setting.journal.name)")
        }
        if let owner = folder.otherOwner {
            return .warn(check, "\(path) belongs to \(owner), not to \(user)", mend: "run as \(owner), or chown it")
        }
        if folder.isOpenToOthers {
            return .warn(check, "others may look into \(path)", mend: "chmod 700 \(path)")
        }
        return nil
    }
}
