import Foundation
import Glibc
import Testing

@testable import holdfast

/// Verdicts on what no test can bring about on a real machine.
@Suite struct DiagnosisTests {
    @Test("A standby fails, and a server older than what is tested is a warning")
    func server() {
        func verdict(_ version: Int, isStandby: Bool = false) -> Diagnosis {
            .database(
                place: "db:5432/x", version: version, library: 150_018, isStandby: isStandby, isReadOnly: isStandby)
        }
        #expect(verdict(150_018).finding == "PostgreSQL 15.18 at db:5432/x, with libpq 15.18")
        #expect(verdict(140_022).verdict == .warn)
        let standby = verdict(150_018, isStandby: true)
        #expect(standby.verdict == .fail && standby.remedy?.contains("target_session_attrs=read-write") == true)
    }

    @Test(
        "Clocks that differ by more than five seconds, the answer's own time left out, are a warning",
        arguments: [
            (4.9, 0.0, true), (-4.9, 0, true), (5.2, 0, false), (-5.2, 0, false), (6.0, 1.5, true),
            (-90.004, 0.2, false),
        ])
    func clock(_ server: Double, doubt: Double, isFine: Bool) {
        let diagnosis = Diagnosis.clock(queue: 0, server: server, doubt: doubt)
        #expect(diagnosis.verdict == (isFine ? .ok : .warn))
        if server == -90.004 { #expect(diagnosis.finding.hasPrefix("the server's is 90.00 s behind ours")) }
    }

    @Test(
        "Whoever keeps an old snapshot is named, with what ends it",
        arguments: [
            ("session", "4711", "pg_terminate_backend(4711)"),
            ("replication slot", "old", "pg_drop_replication_slot('old')"),
            ("prepared transaction", "733", "ROLLBACK PREPARED"), ("standby", "12", "hot_standby_feedback"),
        ])
    func snapshot(_ holder: String, _ name: String, remedy: String) {
        let diagnosis = Diagnosis.staleSnapshot(holder, name, seconds: holder == "replication slot" ? nil : 7200)
        #expect(diagnosis.verdict == .warn && diagnosis.finding.hasPrefix("\(holder) \(name) has kept a snapshot"))
        #expect(diagnosis.remedy?.contains(remedy) == true)
        #expect(diagnosis.finding.contains("120 minutes") == (holder != "replication slot"))
    }

    @Test("Partitions that ended fail, as if there were none")
    func partitions() {
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        func verdict(_ days: Double?) -> Diagnosis.Verdict {
            Diagnosis.partitions(until: days.map { now + $0 * 86_400 }, defaultRows: 0, now: now).verdict
        }
        #expect([nil, -1, 6.5, 7.5].map(verdict) == [.fail, .fail, .warn, .ok])
    }

    @Test("A queue of notifications that fills is a warning, and half full it fails")
    func notifyQueue() {
        #expect([0.05, 0.2, 0.6].map { Diagnosis.notifyQueue(usage: $0).verdict } == [.ok, .warn, .fail])
    }

    @Test(
        "Room is counted in blocks, and more of them than 64 bits hold the octets of is room",
        arguments: [(UInt(0), UInt64(0)), (3, 12_288), (1 << 51, 1 << 63), (1 << 52, .max), (.max, .max)])
    func room(blocks: UInt, bytes: UInt64) {
        var space = statvfs()
        (space.f_bavail, space.f_frsize) = (blocks, 4096)
        #expect(JournalFolder.freeBytes(in: space) == bytes)
    }

    @Test("A disk that is full or another machine's, and files that are somebody else's")
    func journal() {
        func verdict(_ change: (inout JournalFolder) -> Void) -> Diagnosis {
            var folder = JournalFolder(path: "/j", state: .folder)
            change(&folder)
            return .journal(folder, user: "mailer")
        }
        #expect(verdict { _ in }.verdict == .ok)
        #expect(verdict { $0.freeBytes = 1 << 20 }.verdict == .fail)
        #expect(verdict { $0.hasFreeFiles = false }.verdict == .fail)
        #expect(verdict { $0.diskType = "nfs4" }.verdict == .warn)
        #expect(verdict { $0.diskType = "ext4" }.verdict == .ok)
        #expect(verdict { $0.isWritable = false }.remedy == "chown -R mailer /j")
    }
}
