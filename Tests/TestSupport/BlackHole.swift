import Foundation

/// A port that never answers: connections to it are neither accepted nor refused.
///
/// Its queue of connections that wait to be accepted is full, so that Linux drops every further SYN.
package final class BlackHole {
    /// The port on 127.0.0.1.
    package let port: Int
    private var descriptors: [Int32] = []

    /// Opens the hole.
    package init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        descriptors.append(listener)
        port = try SMTPServer.bindLoopback(listener)
        guard listen(listener, 0) == 0 else { throw TestSupportError("no socket can listen on 127.0.0.1") }
        for _ in 0..<4 {
            let caller = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue), 0)
            descriptors.append(caller)
            // Whether it is queued or dropped: once the queue is full nobody gets in.
            _ = SMTPServer.connectLoopback(caller, port)
        }
    }

    deinit {
        for descriptor in descriptors { close(descriptor) }
    }
}
