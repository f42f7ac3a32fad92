import Glibc

/// A journal's file: each append is one write(2) at its end.
///
/// Nothing is synced: the system keeps what was written when the process is killed, and that is all a journal is for.
struct JournalFile: ~Copyable {
    private let descriptor: Int32
    private let path: String
    /// How many bytes it has.
    private(set) var size = 0

    /// A write beyond a limit of the process is an error then, as on a full disk, and not its end (setrlimit(2)).
    private static let sizeLimitIsAnError: Void = { _ = signal(SIGXFSZ, SIG_IGN) }()

    /// Replaces the file at `path` by one with these bytes, as a whole or not at all.
    static func replace(_ path: String, with bytes: [UInt8]) throws(JournalError) -> JournalFile {
        _ = sizeLimitIsAnError
        let fresh = "\(path).new"
        let descriptor = open(fresh, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw JournalError.refused(file: fresh, errno: errno) }
        var file = JournalFile(descriptor: descriptor, path: path)
        try file.append(bytes)
        guard rename(fresh, path) == 0 else { throw JournalError.refused(file: path, errno: errno) }
        return file
    }

    /// The bytes of the file at `path`; none when there is no such file.
    static func read(_ path: String) throws(JournalError) -> [UInt8] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            if errno == ENOENT { return [] }
            throw JournalError.refused(file: path, errno: errno)
        }
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var block = [UInt8](repeating: 0, count: 64 * 1024)
        while true {
            let count = retryingInterrupts { Glibc.read(descriptor, &block, block.count) }
            guard count >= 0 else { throw JournalError.refused(file: path, errno: errno) }
            if count == 0 { return bytes }
            bytes += block[..<count]
        }
    }

    /// A file that is open for appending; closed with this value.
    init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit { close(descriptor) }

    /// Appends whole lines; after a failure the last one may be cut off, and the file is to be replaced.
    mutating func append(_ lines: [UInt8]) throws(JournalError) {
        let count = retryingInterrupts { write(descriptor, lines, lines.count) }
        let failure = count < 0 ? errno : ENOSPC
        size += max(0, count)
        guard count == lines.count else { throw JournalError.refused(file: path, errno: failure) }
    }
}

/// What keeps a second worker off a journal: gone with the process, however it ends (flock(2)).
struct JournalLock: ~Copyable {
    private let descriptor: Int32

    /// Takes the lock of a folder, which is made where it is missing.
    init(folder: String) throws(JournalError) {
        if mkdir(folder, 0o700) != 0, errno != EEXIST { throw JournalError.refused(file: folder, errno: errno) }
        let path = "\(folder)/lock"
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw JournalError.refused(file: path, errno: errno) }
        guard retryingInterrupts({ Int(flock(descriptor, LOCK_EX | LOCK_NB)) }) == 0 else {
            let failure = errno
            close(descriptor)
            throw failure == EWOULDBLOCK ? .inUse(folder: folder) : .refused(file: path, errno: failure)
        }
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }
}

private func retryingInterrupts(_ call: () -> Int) -> Int {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}
