import Logging
import Notifications
import Outbox
import Synchronization

/// What this worker does with letters, noted on the local disk before it happens and before the database knows.
///
/// A worker that was killed, or could not reach the database, is told by it at the next start which letters the relay
/// took, which are in doubt, and which surely did not leave. It covers a process that ends, not a machine that is lost.
/// One worker at a time has a folder. Any thread may note; each note is one short write, on the caller's thread.
package final class Journal: Sendable {
    private struct State: ~Copyable {
        var file: JournalFile
        /// The lease the claims are made under now.
        var worker: WorkerID?
        /// The last record of every claim that is not done.
        var open: [Ticket: JournalRecord] = [:]
        /// Claims that are done, to be noted with the next record.
        var done: [Ticket] = []
        /// The size from which it is written anew.
        var limit: Int
        var trouble: JournalError?

        /// Keeps in memory what is written, and what is to be written once it can be.
        mutating func remember(_ record: JournalRecord) {
            switch record {
            case .serving(let worker): self.worker = worker
            case .began(let ticket), .notTaken(let ticket): open[ticket] = record
            case .outcome(let outcome): open[outcome.ticket] = record
            case .done: break
            }
        }
    }

    /// A journal larger than this is written anew with what is open.
    static let sizeLimit = 8 << 20

    private let state: Mutex<State>
    private let lock: JournalLock
    private let folder: String
    private let firstLine: [UInt8]
    private let sizeLimit: Int
    private let logger: Logger

    /// Starts a journal that has nothing in it yet; whatever the folder's last one held is gone.
    init(
        folder: String, lock: consuming JournalLock, database: String, logger: Logger, sizeLimit: Int = sizeLimit
    ) throws(JournalError) {
        self.lock = lock
        self.folder = folder
        self.logger = logger
        self.sizeLimit = sizeLimit
        firstLine = JournalContents.firstLine(database: database)
        let file = try JournalFile.replace(Self.path(in: folder), with: firstLine)
        state = Mutex(State(file: file, limit: sizeLimit))
    }

    static func path(in folder: String) -> String { "\(folder)/journal" }

    /// Why it cannot be written now; nothing is sent meanwhile.
    package var trouble: JournalError? { state.withLock { $0.trouble } }

    /// Its size in bytes, for metrics.
    package var size: Int { state.withLock { $0.file.size } }

    /// Notes a record; false when it cannot be written, and then the letter must not leave.
    func note(_ record: JournalRecord) -> Bool {
        perform { state throws(JournalError) in
            state.remember(record)
            guard state.trouble == nil else { return }
            let done = state.done.isEmpty ? [] : JournalRecord.done(state.done).line
            try state.file.append(done + record.line)
            state.done.removeAll(keepingCapacity: true)
            if state.file.size >= state.limit { try writeAnew(&state) }
        }
    }

    /// Learns that the reports on these claims are written; noted with the next record, as nothing hangs on it.
    func done(_ tickets: [Ticket]) {
        state.withLock { state in
            for ticket in tickets where state.open.removeValue(forKey: ticket) != nil { state.done.append(ticket) }
        }
    }

    /// Writes it anew with what is open; false when that cannot be done.
    ///
    /// That is how it comes back after trouble, and how it is left behind by a worker that stops.
    @discardableResult
    func writeAnew() -> Bool {
        perform { state throws(JournalError) in
            try writeAnew(&state)
            state.trouble = nil
        }
    }

    private func writeAnew(_ state: inout State) throws(JournalError) {
        var bytes = firstLine
        if let worker = state.worker { bytes += JournalRecord.serving(worker).line }
        for record in state.open.values { bytes += record.line }
        state.file = try JournalFile.replace(Self.path(in: folder), with: bytes)
        state.done.removeAll(keepingCapacity: true)
        // What is open alone may be more than the limit.
        state.limit = max(sizeLimit, bytes.count * 2)
    }

    /// Does something with the state and logs where trouble begins and ends; false while there is trouble.
    private func perform(_ body: (inout State) throws(JournalError) -> Void) -> Bool {
        let (before, after) = state.withLock { state in
            let before = state.trouble
            do throws(JournalError) { try body(&state) } catch { state.trouble = error }
            return (before, state.trouble)
        }
        if let after, before == nil {
            logger.event(.error, "the journal cannot be written: no letter leaves until it can", [.error: after])
        } else if before != nil, after == nil {
            logger.event(.notice, "the journal can be written again")
        }
        return after == nil
    }
}
