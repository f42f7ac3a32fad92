internal import Glibc

/// A token in a file that another program keeps fresh, such as a cloud vendor's agent or a mounted secret.
///
/// The file is read at every login, so that a new token serves at once, and looked at before a session is used again.
package final class TokenFile: TokenSource {
    private let path: String

    /// Names the file; its first line is the token.
    package init(path: String) { self.path = path }

    /// `TOKEN_FILE`.
    package var setting: String { "TOKEN_FILE" }

    /// The first line of the file as it is now.
    package func token(isWanted: () -> Bool) throws(TokenFailure) -> BearerToken {
        guard let bytes = read() else { throw .fileUnreadable }
        let line = bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard let token = BearerToken(String(decoding: line, as: UTF8.self)) else { throw .fileUnusable }
        return token
    }

    /// Nothing: the file is read anew anyway.
    package func discard(_ token: BearerToken) {}

    /// Whether the file still holds this token.
    ///
    /// True also while it cannot be read: the session is open, and what is wrong is told at the next login.
    package func isCurrent(_ token: BearerToken, at now: ContinuousClock.Instant) -> Bool {
        guard let latest = try? self.token(isWanted: { true }) else { return true }
        return latest == token
    }

    /// The beginning of the file, more than any token has; nil when it cannot be read.
    private func read() -> [UInt8]? {
        // O_NONBLOCK: opening a pipe would wait for a writer.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var count = 0
        let capacity = BearerToken.longest + 2
        let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, filled in
            while filled < capacity {
                count = Glibc.read(descriptor, buffer.baseAddress.map { $0 + filled }, capacity - filled)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                filled += count
            }
        }
        return count < 0 ? nil : bytes
    }
}
