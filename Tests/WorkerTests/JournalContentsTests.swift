import Notifications
import Outbox
import Testing

@testable import Worker

@Suite("What a journal says")
struct JournalContentsTests {
    private typealias Lines = JournalRecordTests
    private let head = JournalContents.firstLine(database: "7/5")
    private let worker = WorkerID()

    private func journal(_ records: [JournalRecord]) -> [UInt8] {
        records.reduce(into: head) { $0 += $1.line }
    }

    @Test("the last word on each claim counts, and claims that are done are forgotten")
    func lastWord() {
        let third = Ticket(jobID: 3, claimNumber: 1)
        let contents = JournalContents(
            journal([
                .serving(worker), .began(Lines.first), .began(third), .began(Lines.second),
                .outcome(JournalOutcome(Lines.doubt)), .outcome(JournalOutcome(Lines.sent)), .done([third]),
            ]))
        #expect(contents.database == "7/5" && contents.workers == [worker] && contents.damagedLines == 0)
        #expect(contents.settlements.map(\.outcome) == [.unknown, .sent] && contents.begun.isEmpty)
    }

    @Test("a letter that was begun, refused, or whose dot left are three things")
    func states() {
        #expect(JournalContents(journal([.began(Lines.first)])).begun == [Lines.first])
        let refused = JournalContents(
            journal([.began(Lines.first), .outcome(JournalOutcome(Lines.doubt)), .notTaken(Lines.first)]))
        #expect(refused.begun.isEmpty && refused.settlements.isEmpty && refused.open == [.notTaken(Lines.first)])
    }

    @Test("a journal cut off at any byte says what its whole lines say")
    func torn() {
        let records: [JournalRecord] = [
            .serving(worker), .began(Lines.first), .outcome(JournalOutcome(Lines.doubt)), .began(Lines.second),
            .outcome(JournalOutcome(Lines.sent)),
        ]
        let bytes = journal(records)
        for end in head.count...bytes.count {
            let whole = records.indices.last { journal(Array(records[...$0])).count - 1 <= end }.map { $0 + 1 } ?? 0
            var expected = JournalContents(journal(Array(records[..<whole])))
            let contents = JournalContents(bytes[..<end])
            #expect(contents.open == expected.open && contents.workers == expected.workers, "cut off at \(end)")
            expected = contents
            #expect(expected.damagedLines <= 1)
        }
    }

    @Test("a torn line in the middle is passed over, and told")
    func tornInside() {
        let half = JournalRecord.outcome(JournalOutcome(Lines.doubt)).line.prefix(20)
        let bytes =
            journal([.began(Lines.first)]) + half + [UInt8(ascii: "\n")] + JournalRecord.began(Lines.second).line
        let contents = JournalContents(bytes)
        #expect(contents.begun == [Lines.first, Lines.second] && contents.damagedLines == 1)
    }

    @Test(
        "without its first line it belongs to no database",
        arguments: ["", "something else\n", "holdfast-journal-2 7/5\n"])
    func foreign(_ text: String) {
        #expect(JournalContents(Array(text.utf8)).database == nil)
    }
}
