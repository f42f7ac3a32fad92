import Notifications
import Outbox

/// A settlement as the journal keeps it: of a letter that was taken, or may have been.
///
/// Those of refused letters are not kept: a letter that surely was not taken is tried again, and refused again.
struct JournalOutcome: Sendable, Equatable {
    let ticket: Ticket
    let outcome: Outcome
    let next: Settlement.Next
    let reason: String?
    let stage: String?
    let code: Int?
    let enhanced: String?
    let reply: String?
    let queueID: String?
    let tls: String?
    let messageID: String?

    /// Keeps what the settlement says of a letter that was sent, or left in doubt.
    init(_ settlement: Settlement) {
        ticket = settlement.ticket
        outcome = settlement.outcome
        next = settlement.next
        reason = Self.plain(settlement.reason)
        let evidence = settlement.evidence
        stage = Self.plain(evidence.stage)
        code = evidence.code
        enhanced = Self.plain(evidence.enhanced)
        reply = Self.plain(evidence.reply)
        queueID = Self.plain(evidence.queueID)
        tls = Self.plain(evidence.tls)
        messageID = Self.plain(evidence.messageID)
    }

    /// The settlement to be written for it.
    var settlement: Settlement {
        var evidence = Settlement.Evidence()
        evidence.stage = stage
        evidence.code = code
        evidence.enhanced = enhanced
        evidence.reply = reply
        evidence.queueID = queueID
        evidence.tls = tls
        evidence.messageID = messageID
        return Settlement(
            ticket, outcome, next: next, burnsAttempt: true,
            leavesDoubt: outcome == .unknown, reason: reason, evidence: evidence)
    }

    var fields: [String] {
        [
            ticket.journalField, outcome.rawValue, next.journalField, code.map(String.init) ?? "",
            reason ?? "", stage ?? "", enhanced ?? "", reply ?? "", queueID ?? "", tls ?? "", messageID ?? "",
        ]
    }

    /// Reads what `fields` gives.
    init?(fields: some Collection<Substring>) {
        let fields = Array(fields)
        guard fields.count == 11, let ticket = Ticket(journalField: fields[0]),
            let outcome = Outcome(rawValue: String(fields[1])), let next = Settlement.Next(journalField: fields[2])
        else { return nil }
        self.ticket = ticket
        self.outcome = outcome
        self.next = next
        code = Int(fields[3])
        let texts = fields[4...].map { $0.isEmpty ? nil : String($0) }
        (reason, stage, enhanced, reply) = (texts[0], texts[1], texts[2], texts[3])
        (queueID, tls, messageID) = (texts[4], texts[5], texts[6])
    }

    /// A relay's own words may hold anything; in the journal a control character would end the field or the line.
    private static func plain(_ text: String?) -> String? {
        guard let text, !text.isEmpty else { return nil }
        guard text.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return text }
        return String(text.unicodeScalars.map { $0.value < 0x20 || $0.value == 0x7F ? "?" : Character($0) })
    }
}

extension Settlement.Next {
    /// `end`, `hold`, or the milliseconds until the next attempt.
    fileprivate var journalField: String {
        switch self {
        case .end: "end"
        case .hold: "hold"
        case .again(let delay): String(Int64(delay / .milliseconds(1)))
        }
    }

    fileprivate init?(journalField: Substring) {
        if journalField == "end" {
            self = .end
        } else if journalField == "hold" {
            self = .hold
        } else if let milliseconds = Int64(journalField) {
            self = .again(after: .milliseconds(milliseconds))
        } else {
            return nil
        }
    }
}
