import Notifications
import Outbox

/// What a journal's bytes say: pure, and indifferent to lines that are torn.
struct JournalContents: Equatable {
    /// The database it belongs to; nil in a journal without its first line.
    private(set) var database: String?
    /// The leases its claims were made under.
    private(set) var workers: [WorkerID] = []
    /// The last record of every claim that is not done, in the order in which they began.
    private(set) var open: [JournalRecord] = []
    /// Lines that cannot be read; the last one may be cut off by the end of the process that wrote it.
    private(set) var damagedLines = 0

    /// Reads a whole journal.
    init(_ bytes: some BidirectionalCollection<UInt8>) {
        var last: [Ticket: JournalRecord] = [:]
        var order: [Ticket] = []
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            if number == 0, let database = Self.database(inFirstLine: line) {
                self.database = database
                continue
            }
            guard let record = JournalRecord(line: line) else {
                damagedLines += 1
                continue
            }
            switch record {
            case .serving(let worker): workers.append(worker)
            case .done(let tickets): for ticket in tickets { last[ticket] = nil }
            case .began(let ticket), .notTaken(let ticket):
                if last.updateValue(record, forKey: ticket) == nil { order.append(ticket) }
            case .outcome(let outcome):
                if last.updateValue(record, forKey: outcome.ticket) == nil { order.append(outcome.ticket) }
            }
        }
        open = order.compactMap { last[$0] }
    }

    /// The first line: which format this is, and of which database.
    static func firstLine(database: String) -> [UInt8] {
        Array("holdfast-journal-1 \(database)\n".utf8)
    }

    private static func database(inFirstLine line: some Collection<UInt8>) -> String? {
        let words = String(decoding: line, as: UTF8.self).split(separator: " ")
        guard words.count == 2, words[0] == "holdfast-journal-1" else { return nil }
        return String(words[1])
    }

    /// Letters that were taken or may have been, as they are to be settled.
    var settlements: [Settlement] {
        open.compactMap { record in
            if case .outcome(let outcome) = record { outcome.settlement } else { nil }
        }
    }

    /// Claims that were begun and surely did not leave: the process ended in the middle of one of them.
    var begun: [Ticket] {
        open.compactMap { record in
            if case .began(let ticket) = record { ticket } else { nil }
        }
    }
}
