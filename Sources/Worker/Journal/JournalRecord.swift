import FoundationEssentials
import Notifications
import Outbox

/// One line of the journal; pure, written and read without any file.
///
/// A line is fields between tabs: a letter for the record, its values, and at the end a checksum of what stands before,
/// so that a line that was cut off is told from a whole one. No value names anybody: the reply is the scrubbed one that
/// history keeps.
enum JournalRecord: Sendable, Equatable {
    /// The lease under which the claims that follow are made.
    case serving(WorkerID)
    /// A courier began with the claim; nothing of it has left.
    case began(Ticket)
    /// What is to be settled if nothing more is heard: doubt before the final dot leaves, or the relay's yes.
    case outcome(JournalOutcome)
    /// The relay surely did not take the letter.
    case notTaken(Ticket)
    /// The reports on these claims are written.
    case done([Ticket])

    /// The line, with its end of line.
    var line: [UInt8] {
        var line: [UInt8] = []
        line.reserveCapacity(256)
        for field in fields {
            line.append(contentsOf: field.utf8)
            line.append(Self.tab)
        }
        line.append(contentsOf: Self.checksum(line).utf8)
        line.append(UInt8(ascii: "\n"))
        return line
    }

    private static let tab = UInt8(ascii: "\t")

    private var fields: [String] {
        switch self {
        case .serving(let worker): ["W", worker.rawValue.uuidString]
        case .began(let ticket): ["B", ticket.journalField]
        case .outcome(let outcome): ["S"] + outcome.fields
        case .notTaken(let ticket): ["N", ticket.journalField]
        case .done(let tickets): ["X", tickets.map(\.journalField).joined(separator: ",")]
        }
    }

    /// Reads a line without its end of line; nil when it is not one this program wrote, or not all of it.
    init?(line: some BidirectionalCollection<UInt8>) {
        guard let end = line.lastIndex(of: Self.tab),
            line[line.index(after: end)...].elementsEqual(Self.checksum(line[...end]).utf8),
            let text = String(validating: line[..<end], as: UTF8.self)
        else { return nil }
        guard let record = Self(text.split(separator: "\t", omittingEmptySubsequences: false)) else { return nil }
        self = record
    }

    private init?(_ fields: [Substring]) {
        guard fields.count >= 2 else { return nil }
        switch fields[0] {
        case "W":
            guard let worker = UUID(uuidString: String(fields[1])) else { return nil }
            self = .serving(WorkerID(rawValue: worker))
        case "B":
            guard let ticket = Ticket(journalField: fields[1]) else { return nil }
            self = .began(ticket)
        case "S":
            guard let outcome = JournalOutcome(fields: fields.dropFirst()) else { return nil }
            self = .outcome(outcome)
        case "N":
            guard let ticket = Ticket(journalField: fields[1]) else { return nil }
            self = .notTaken(ticket)
        case "X":
            let tickets = fields[1].split(separator: ",").map { Ticket(journalField: $0) }
            guard tickets.allSatisfy({ $0 != nil }) else { return nil }
            self = .done(tickets.compactMap(\.self))
        default: return nil
        }
    }

    /// FNV-1a, 32 bits: it guards against lines cut off or run together, not against malice.
    private static func checksum(_ bytes: some Sequence<UInt8>) -> String {
        let sum = bytes.reduce(UInt32(2_166_136_261)) { ($0 ^ UInt32($1)) &* 16_777_619 }
        return String(sum, radix: 16)
    }
}

extension Ticket {
    var journalField: String { "\(jobID)/\(claimNumber)" }

    init?(journalField: some StringProtocol) {
        let numbers = journalField.split(separator: "/", omittingEmptySubsequences: false).map { Int64($0) }
        guard numbers.count == 2, let job = numbers[0], let claim = numbers[1] else { return nil }
        self.init(jobID: job, claimNumber: claim)
    }
}
