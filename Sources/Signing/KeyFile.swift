import Glibc

/// Key files: read only when private, created only when new.
enum KeyFile {
    /// More than any Ed25519 key needs; what is larger is some other file.
    private static let maximumByteCount = 16_384

    /// The contents of a regular file that group and others may not read or write.
    ///
    /// Checked on the open descriptor, so that the file that was checked is the file that is read.
    static func read(_ path: String) throws(SigningError) -> SecretBytes {
        // O_NONBLOCK: opening a pipe would wait for a writer.
        let descriptor = retrying { open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK) }
        guard descriptor >= 0 else { throw unreadable(path, errno) }
        defer { close(descriptor) }
        let contents = SecretBytes(count: try checkedSize(descriptor, path))
        let filled = contents.withBytes { buffer in fill(buffer, from: descriptor) }
        guard filled else { throw unreadable(path, errno) }
        return contents
    }

    /// Creates a file with mode 0600, writes the contents and waits until file and name are on the disk.
    static func create(_ path: String, contents: UnsafeRawBufferPointer) throws(SigningError) {
        let descriptor = retrying { open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600) }
        if descriptor < 0, errno == EEXIST {
            throw SigningError(.keyFileExists, "\(path) exists; a key is never written over. Name a new file.")
        }
        guard descriptor >= 0 else { throw unwritable(path, errno) }
        let written = write(contents, to: descriptor)
        let failure = written ? 0 : errno
        let closed = close(descriptor)
        guard written, closed == 0, syncDirectory(of: path) else {
            let reason = failure == 0 ? errno : failure
            unlink(path)
            throw unwritable(path, reason)
        }
    }

    private static func checkedSize(_ descriptor: CInt, _ path: String) throws(SigningError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw unreadable(path, errno) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw SigningError(.notARegularFile, "\(path) is not a regular file; name the private key's PEM file.")
        }
        guard status.st_mode & 0o077 == 0 else {
            throw SigningError(
                .exposedKeyFile, "\(path) can be used by others than its owner; run `chmod 600 \(path)`.")
        }
        guard status.st_size <= maximumByteCount else {
            throw SigningError(.malformedKey, "\(path) is too large to be a private key.")
        }
        return Int(status.st_size)
    }

    /// Reads exactly as many bytes as the buffer holds; false with `errno` set when the file has fewer.
    private static func fill(_ buffer: UnsafeMutableRawBufferPointer, from descriptor: CInt) -> Bool {
        var rest = buffer[...]
        while !rest.isEmpty {
            let part = UnsafeMutableRawBufferPointer(rebasing: rest)
            errno = EIO
            let count = retrying { Glibc.read(descriptor, part.baseAddress, part.count) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private static func write(_ contents: UnsafeRawBufferPointer, to descriptor: CInt) -> Bool {
        // The umask may have taken the owner's own bits away.
        guard fchmod(descriptor, 0o600) == 0 else { return false }
        var rest = contents[...]
        while !rest.isEmpty {
            let part = UnsafeRawBufferPointer(rebasing: rest)
            let count = retrying { Glibc.write(descriptor, part.baseAddress, part.count) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return fsync(descriptor) == 0
    }

    /// Makes a new name durable: syncing a file does not sync the directory that lists it (fsync(2)).
    private static func syncDirectory(of path: String) -> Bool {
        let directory = path.lastIndex(of: "/").map { String(path[...$0]) } ?? "."
        let descriptor = retrying { open(directory, O_RDONLY | O_CLOEXEC | O_DIRECTORY) }
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return fsync(descriptor) == 0
    }

    private static func retrying<Count: SignedInteger>(_ call: () -> Count) -> Count {
        while true {
            let result = call()
            guard result < 0, errno == EINTR else { return result }
        }
    }

    private static func unreadable(_ path: String, _ code: CInt) -> SigningError {
        SigningError(.unreadableKeyFile, "The key file \(path) cannot be read: \(text(of: code)).")
    }

    private static func unwritable(_ path: String, _ code: CInt) -> SigningError {
        SigningError(.unwritableKeyFile, "The key file \(path) cannot be written: \(text(of: code)).")
    }

    private static func text(of code: CInt) -> String {
        strerror(code).map { String(cString: $0) } ?? "error \(code)"
    }
}
