import Foundation
import Logging
import Notifications
import Outbox
import Testing

@testable import Worker

@Suite("The journal's file")
struct JournalTests {
    private static let logger = Logger(label: "journal") { _ in SwiftLogNoOpLogHandler() }

    @Test("what is noted is in the file at once, and what is done with the next note")
    func notes() throws {
        try withFolder { folder in
            let journal = try open(folder)
            let (first, second) = (Ticket(jobID: 1, claimNumber: 1), Ticket(jobID: 2, claimNumber: 1))
            #expect(journal.note(.began(first)))
            #expect(try contents(folder).begun == [first])
            journal.done([first, Ticket(jobID: 99, claimNumber: 1)])
            #expect(journal.note(.began(second)))
            #expect(try contents(folder).begun == [second])
            #expect(try contents(folder).damagedLines == 0)
        }
    }

    @Test("it is written anew before it grows over its limit, and keeps what is open")
    func rotation() throws {
        try withFolder { folder in
            let journal = try open(folder, sizeLimit: 2000)
            let worker = WorkerID()
            #expect(journal.note(.serving(worker)))
            let open = Ticket(jobID: 1, claimNumber: 1)
            let doubt = JournalOutcome(Settlement(open, .unknown, leavesDoubt: true))
            #expect(journal.note(.outcome(doubt)))
            for number in 2...500 {
                let ticket = Ticket(jobID: Int64(number), claimNumber: 1)
                #expect(journal.note(.began(ticket)))
                journal.done([ticket])
                #expect(journal.size < 2100)
            }
            let contents = try contents(folder)
            #expect(contents.open.first == .outcome(doubt) && contents.open.count <= 2)
            #expect(contents.workers == [worker] && contents.database == "7/5")
        }
    }

    @Test("more open claims than the limit has room for do not make every note a new file")
    func muchOpen() throws {
        try withFolder { folder in
            let journal = try open(folder, sizeLimit: 500)
            for number in 1...300 { #expect(journal.note(.began(Ticket(jobID: Int64(number), claimNumber: 1)))) }
            #expect(try contents(folder).begun.count == 300)
        }
    }

    @Test("a second worker is refused the folder, until the first has ended")
    func lock() throws {
        try withFolder { folder in
            var first: Journal? = try open(folder)
            #expect(first?.trouble == nil)
            #expect(throws: JournalError.inUse(folder: folder)) { try open(folder) }
            first = nil
            _ = try open(folder)
        }
    }

    @Test("a folder that cannot be made, or written, is refused with the setting's name")
    func unusable() throws {
        let error = #expect(throws: JournalError.self) { try open("/proc/no/journal") }
        #expect(error?.description.hasPrefix("HOLDFAST_JOURNAL: /proc/no/journal cannot be used") == true)
        #expect(error?.isTemporary == false)
    }

    @Test("a full disk is an error of the append")
    func full() throws {
        var file = JournalFile(descriptor: Glibc.open("/dev/full", O_WRONLY), path: "/dev/full")
        let error = #expect(throws: JournalError.self) { try file.append([1, 2, 3]) }
        #expect(error == .refused(file: "/dev/full", errno: ENOSPC))
    }

    @Test("while it cannot be written nothing may leave; written anew, it holds what was open all the same")
    func trouble() throws {
        try withFolder { folder in
            let journal = try open(folder, sizeLimit: 300)
            let path = "\(folder)/journal.new"
            // The next file cannot be made: a folder is in its place.
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            var number: Int64 = 0
            repeat { number += 1 } while number < 100 && journal.note(.began(Ticket(jobID: number, claimNumber: 1)))
            #expect(number < 100 && journal.trouble != nil)
            #expect(!journal.note(.began(Ticket(jobID: 200, claimNumber: 1))))
            #expect(!journal.writeAnew())
            try FileManager.default.removeItem(atPath: path)
            #expect(journal.writeAnew() && journal.trouble == nil)
            #expect(try contents(folder).begun.count == Int(number) + 1)
            #expect(journal.note(.began(Ticket(jobID: 300, claimNumber: 1))))
        }
    }

    @discardableResult
    private func open(_ folder: String, sizeLimit: Int = Journal.sizeLimit) throws -> Journal {
        try Journal(
            folder: folder, lock: try JournalLock(folder: folder), database: "7/5", logger: Self.logger,
            sizeLimit: sizeLimit)
    }

    private func contents(_ folder: String) throws -> JournalContents {
        JournalContents(try JournalFile.read(Journal.path(in: folder)))
    }

    private func withFolder(_ body: (String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("journal-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(folder)
    }
}
