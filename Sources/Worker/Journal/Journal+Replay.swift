package import Logging
import Notifications
import Outbox
package import Postgres

extension Journal {
    /// Takes a folder's journal: settles what the last worker with it left behind, before this one claims anything.
    ///
    /// What the relay took is settled also when another worker has put the job back meanwhile, as long as nobody has
    /// claimed it since. Letters in doubt are settled as in doubt, letters that surely did not leave go back at once, and
    /// the last worker's leases are ended. Reading and writing the file block the calling thread for moments.
    ///
    /// Throws `JournalError`, or what the database says; then nothing in the journal is lost.
    package static func open(folder: String, on connection: Connection, logger: Logger) async throws -> Journal {
        let lock = try JournalLock(folder: folder)
        let database = try await Installation.identifier(of: connection)
        let bytes = try JournalFile.read(path(in: folder))
        let contents = JournalContents(bytes)
        if contents.database == nil, !bytes.isEmpty { throw JournalError.unknownFormat(file: path(in: folder)) }
        if contents.database == database {
            try await replay(contents, to: Outbox(connection), logger)
        } else if !contents.open.isEmpty {
            throw JournalError.otherDatabase(folder: folder)
        }
        return try Journal(folder: folder, lock: lock, database: database, logger: logger)
    }

    private static func replay(_ contents: JournalContents, to outbox: Outbox, _ logger: Logger) async throws {
        let settlements = contents.settlements
        let settled = try await outbox.settle(settlements)
        let putBack = try await outbox.putBackBegun(contents.begun)
        for worker in Set(contents.workers) {
            // What is still held under these leases was claimed and never begun.
            try await outbox.putBack(worker)
            try await outbox.remove(worker)
        }
        let late = settlements.count { $0.outcome == .sent && !settled.contains($0.ticket.jobID) }
        let findings: [(Logger.Level, StaticString, Int)] = [
            (.notice, "letters of the last run were settled from the journal", settled.count),
            (.notice, "letters the last run had begun and not sent were put back", putBack.count),
            (.warning, "letters of the last run were settled already, or taken over and sent again", late),
            (.warning, "lines of the journal cannot be read", contents.damagedLines),
        ]
        for (level, sentence, count) in findings where count > 0 { logger.event(level, sentence, [.count: count]) }
    }
}
