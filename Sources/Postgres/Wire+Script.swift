import CLibpq
import Glibc

/// Statements without parameters: scripts, LISTEN and the notifications it brings.
extension Wire {
    /// Runs a script in the simple protocol and discards its results; the first error ends it.
    func execute(_ script: String) throws(PostgresError) {
        guard !script.utf8.contains(0) else {
            throw PostgresError(.invalidParameter, "the script has a NUL character")
        }
        let raw = try connected()
        guard PQsendQuery(raw, script) == 1 else { throw lose(.broken) }
        try flush()
        var first: PostgresError?
        while let result = try nextResult() {
            switch result.status {
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: break
            default:
                let error = try failure(of: result)
                if first == nil { first = error }
            }
        }
        if let first { throw first }
    }

    /// Subscribes to a channel; the name is taken literally, case included.
    func listen(_ channel: String) throws(PostgresError) {
        guard !throughPooler else {
            throw PostgresError(
                .unsupported, "LISTEN does not work through a pooler; set the direct address of the database as well")
        }
        guard !channel.isEmpty, !channel.utf8.contains(0), channel.utf8.count < 64 else {
            throw PostgresError(.invalidParameter, "a channel's name has 1 to 63 bytes and no NUL")
        }
        try execute("LISTEN \"\(channel.replacing("\"", with: "\"\""))\"")
    }

    /// The next notification, or nil at the deadline.
    func nextNotification() throws(PostgresError) -> Notification? {
        while true {
            try consumeInput()
            if let notification = takeNotification(from: try connected()) { return notification }
            guard try waitIdle(for: POLLIN) != nil else { return nil }
        }
    }

    private func takeNotification(from raw: OpaquePointer) -> Notification? {
        guard let notify = PQnotifies(raw) else { return nil }
        defer { PQfreemem(notify) }
        return Notification(
            channel: String(cString: notify.pointee.relname), payload: String(cString: notify.pointee.extra),
            backendPID: notify.pointee.be_pid)
    }

    var isInTransaction: Bool {
        get throws(PostgresError) { PQtransactionStatus(try connected()) != PQTRANS_IDLE }
    }

    var isInFailedTransaction: Bool {
        get throws(PostgresError) { PQtransactionStatus(try connected()) == PQTRANS_INERROR }
    }
}
