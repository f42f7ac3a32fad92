import CLibpq

/// Owns what PQcancel needs, taken beforehand: usable from any thread, also while the connection is in use.
final class Canceller: Sendable {
    // An address and not a pointer, because it crosses threads: libpq never changes a PGcancel, and "PQcancel can
    // safely be invoked" from another thread than the connection's (PostgreSQL manual, 34.7).
    private let address: UInt

    /// Nil when libpq has no memory left.
    init?(for connection: OpaquePointer) {
        guard let cancel = PQgetCancel(connection) else { return nil }
        address = UInt(bitPattern: cancel)
    }

    deinit {
        PQfreeCancel(OpaquePointer(bitPattern: address))
    }

    /// Asks the server to cancel what the connection is running; blocks until the server has taken the request.
    func send() {
        // The text is not used: a request that cannot be sent shows as a statement that runs to its deadline.
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { text in
            _ = PQcancel(OpaquePointer(bitPattern: address), text.baseAddress, Int32(text.count))
        }
    }
}
