import Notifications
import Outbox
import Testing

@testable import Worker

@Suite("The journal's lines")
struct JournalRecordTests {
    static let first = Ticket(jobID: 17, claimNumber: 1)
    static let second = Ticket(jobID: 9_000_000_000, claimNumber: 23)

    /// The relay took it, and said something with a control character.
    static var sent: Settlement {
        var evidence = Settlement.Evidence()
        evidence.stage = "accepted"
        evidence.code = 250
        evidence.enhanced = "2.0.0"
        evidence.reply = "250 2.0.0 Ok: queued as 4\t4Z"
        evidence.queueID = "44Z"
        evidence.tls = "TLSv1.3 TLS_AES_256_GCM_SHA384"
        evidence.messageID = "a.b@example.org"
        return Settlement(second, .sent, burnsAttempt: true, evidence: evidence)
    }

    static let doubt = Settlement(
        first, .unknown, next: .again(after: .seconds(900)), burnsAttempt: true, leavesDoubt: true,
        reason: "no reply to the final dot")

    static let records: [JournalRecord] = [
        .serving(WorkerID()), .began(first), .outcome(JournalOutcome(doubt)), .outcome(JournalOutcome(sent)),
        .notTaken(second), .done([first, second]),
    ]

    @Test("each is read as it was written", arguments: records)
    func roundTrip(_ record: JournalRecord) {
        let line = record.line
        #expect(line.last == UInt8(ascii: "\n") && line.count { $0 == UInt8(ascii: "\n") } == 1)
        #expect(JournalRecord(line: line.dropLast()) == record)
    }

    @Test("each cut off at any byte is none", arguments: records)
    func torn(_ record: JournalRecord) {
        let line = record.line.dropLast()
        for end in 0..<line.count { #expect(JournalRecord(line: line[..<end]) == nil, "cut off at \(end)") }
    }

    @Test("each with any byte changed is none", arguments: records)
    func changed(_ record: JournalRecord) {
        let line = Array(record.line.dropLast())
        for place in line.indices {
            var other = line
            other[place] ^= 1
            #expect(JournalRecord(line: other) == nil, "changed at \(place)")
        }
    }

    @Test("what is to be settled comes back, but for control characters of the relay")
    func settlement() {
        let sent = JournalOutcome(Self.sent).settlement
        #expect(sent.ticket == Self.second && sent.outcome == .sent && sent.next == .end && sent.burnsAttempt)
        #expect(sent.evidence.reply == "250 2.0.0 Ok: queued as 4?4Z" && sent.evidence.queueID == "44Z")
        #expect(sent.evidence.code == 250 && sent.evidence.tls == Self.sent.evidence.tls && !sent.leavesDoubt)
        let doubt = JournalOutcome(Self.doubt).settlement
        #expect(doubt.next == .again(after: .seconds(900)) && doubt.leavesDoubt && doubt.reason == Self.doubt.reason)
    }
}
