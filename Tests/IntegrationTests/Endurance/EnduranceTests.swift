import Foundation
import TestSupport
import Testing

/// Many rounds of what a practice's worst week brings, one kind at a time; every letter is counted at the relay.
@Suite(.serialized, .enabled(if: Ordeal.table != nil, "deploy/test --full runs these"))
struct EnduranceTests {
    /// The sessions of every worker here, and so the letters that can be in doubt when one dies.
    private static let sessions = 4

    @Test("a worker killed fifty times")
    func killed() async throws {
        try await withInstallation { site in
            let server = try Ordeal.relay()
            site.use(server)
            site.keepJournal()
            let ordeal = try await Ordeal("SIGKILL", letters: 1500, site: site, server: server)
            for _ in 1...50 {
                let worker = try await site.startWorker()
                try await ordeal.wait(forUpTo: 40)
                worker.signal(SIGKILL)
                #expect(try await worker.end().status == 128 + SIGKILL)
            }
            _ = try await site.startWorker()
            try await ordeal.judge(mayDouble: 50 * Self.sessions)
        }
    }

    @Test("a worker stopped fifty times")
    func stopped() async throws {
        try await withInstallation { site in
            let server = try Ordeal.relay()
            site.use(server)
            site.keepJournal()
            let ordeal = try await Ordeal("SIGTERM", letters: 1500, site: site, server: server)
            for _ in 1...50 {
                let worker = try await site.startWorker()
                try await ordeal.wait(forUpTo: 40)
                worker.signal(SIGTERM)
                #expect(try await worker.end().status == 0)
            }
            _ = try await site.startWorker()
            let tally = try await ordeal.judge(mayDouble: 0)
            #expect(tally.attempts == 1 && tally.unknown == 0 && tally.rescued == 0)
        }
    }

    @Test("a database that crashes five times and comes back")
    func databaseRestarted() async throws {
        try await withInstallation(ready: false) { site in
            let cluster = try await PostgresCluster.launch()
            await site.use(cluster)
            // A commit that a crash may take back is not what is tried here.
            try await site.sql("ALTER DATABASE postgres SET synchronous_commit = on")
            try await site.setUp()
            let server = try Ordeal.relay()
            site.use(server)
            site.keepJournal()
            let ordeal = try await Ordeal("PostgreSQL crash", letters: 600, site: site, server: server)
            let worker = try await site.startWorker()
            for _ in 1...5 {
                try await ordeal.wait(forUpTo: 60)
                try await cluster.stop()
                try await cluster.start()
            }
            try await ordeal.judge(mayDouble: 0)
            #expect(worker.isRunning)
        }
    }

    @Test("a storm that tears down every database connection again and again")
    func connectionStorm() async throws {
        try await withInstallation { site in
            let server = try Ordeal.relay()
            site.use(server)
            site.keepJournal()
            let ordeal = try await Ordeal("pg_terminate_backend", letters: 800, site: site, server: server)
            let worker = try await site.startWorker()
            for _ in 1...60 {
                try await ordeal.wait(forUpTo: 8)
                try await site.tearDownConnections()
            }
            try await ordeal.judge(mayDouble: 0)
            #expect(worker.isRunning)
        }
    }

    @Test("a relay that goes away and comes back six times")
    func relayRestarted() async throws {
        try await withInstallation { site in
            let server = try Ordeal.relay()
            let door = try await Door(to: server.port)
            site.use(server, behind: door)
            site.keepJournal()
            let ordeal = try await Ordeal("relay restart", letters: 500, site: site, server: server)
            let worker = try await site.startWorker()
            for _ in 1...6 {
                try await ordeal.wait(forUpTo: 60)
                try door.close()
                try door.open()
                try await site.hurry("in_doubt_at IS NULL")
            }
            try await ordeal.judge(mayDouble: 6 * Self.sessions)
            #expect(worker.isRunning)
        }
    }

    @Test("a host whose clock jumps forth and back by hours")
    func clockStepped() async throws {
        let library = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"
        try #require(
            FileManager.default.isReadableFile(atPath: library), "install libfaketime; deploy/test --full does")
        try await withInstallation { site in
            let server = try Ordeal.relay()
            site.use(server)
            let clock = site.folder.appendingPathComponent("clock")
            try Data("+0s".utf8).write(to: clock)
            site.keepJournal()
            let ordeal = try await Ordeal("clock step", letters: 60, site: site, server: server)
            // A step of the wall clock: the monotonic one goes on, as the kernel's does.
            let worker = try await site.startWorker([
                "LD_PRELOAD": library, "FAKETIME_TIMESTAMP_FILE": clock.path, "FAKETIME_NO_CACHE": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            ])
            for step in ["+2h", "-3h", "+0s", "+400d", "-40d", "+0s"] {
                try Data(step.utf8).write(to: clock)
                try await ordeal.owe(75, untilAllBut: 40)
            }
            let tally = try await ordeal.judge(mayDouble: 0)
            #expect(tally.attempts == 1 && tally.rescued == 0)
            #expect(worker.log.contains("\(Calendar(identifier: .gregorian).component(.year, from: Date()) + 1)-"))
        }
    }

    @Test("a journal that cannot be written, five times")
    func journalFull() async throws {
        try await withInstallation { site in
            let server = try Ordeal.relay()
            site.use(server)
            site.keepJournal()
            let ordeal = try await Ordeal("journal full", letters: 400, site: site, server: server)
            let worker = try await site.startWorker()
            for _ in 1...5 {
                try await ordeal.wait(forUpTo: 40)
                try await worker.limitFileSize("8")
                // Its log is a file as well, so the queue tells.
                try await eventually("the worker gave back what it held") {
                    try await site.sql("SELECT count(*) FROM holdfast.job WHERE state = 'running'") == "0"
                }
                try await worker.limitFileSize("unlimited")
            }
            let tally = try await ordeal.judge(mayDouble: 0)
            #expect(worker.isRunning && tally.attempts == 1 && tally.unknown == 0)
            #expect(worker.log.contains("the journal can be written again"))
        }
    }

    @Test("a worker killed three times, whose jobs another rescues before its journal is read")
    func rescuedBeforeReplay() async throws {
        try await withInstallation { site in
            let server = try Ordeal.relay()
            site.use(server)
            let ordeal = try await Ordeal("rescue before replay", letters: 300, site: site, server: server)
            // It serves another queue, and rescues from all.
            let peer = try await site.start(["worker", "--queue", "other"])
            try await peer.logs("the worker serves its queues")
            site.keepJournal()
            for round in 1...3 {
                let worker = try await site.startWorker()
                try await ordeal.wait(forUpTo: 40)
                worker.signal(SIGKILL)
                try await worker.end()
                try await eventually("its peer rescued, \(round) times") {
                    peer.log.components(separatedBy: "jobs of a lost worker were put back").count > round
                }
            }
            _ = try await site.startWorker()
            try await ordeal.judge(mayDouble: 3 * Self.sessions)
        }
    }
}

extension TestInstallation {
    /// Gives the workers from now on a journal, one at a time.
    fileprivate func keepJournal() {
        settings["HOLDFAST_JOURNAL"] = folder.appendingPathComponent("journal").path
    }
}
