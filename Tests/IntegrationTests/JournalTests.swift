import Foundation
import TestSupport
import Testing

/// Workers that are killed, and what their journal tells the next start.
@Suite struct JournalTests {
    /// A worker's settings with a journal in this test's folder.
    private static func journal(_ site: TestInstallation, _ name: String = "journal") -> [String: String?] {
        ["HOLDFAST_JOURNAL": site.folder.appendingPathComponent(name).path]
    }

    /// Kills a worker once the relay has taken `letters`, none of which it could settle.
    private static func killUnsettled(
        _ letters: Int, _ site: TestInstallation, _ server: SMTPServer
    ) async throws {
        let worker = try await site.startWorker(journal(site))
        // Settling needs this table; claiming does not.
        let lock = try await site.holding("LOCK TABLE holdfast.history IN ACCESS EXCLUSIVE MODE")
        try await site.reserveMany(letters)
        try await server.messages(reach: letters)
        try await eventually("the journal knew of every 250") {
            let journal = try String(contentsOf: site.folder.appendingPathComponent("journal/journal"), encoding: .utf8)
            // Neither names nor addresses, which both say so.
            guard !journal.lowercased().contains("visitor") else { throw TestSupportError("it names somebody") }
            return journal.components(separatedBy: "\tsent\t").count == letters + 1
        }
        worker.signal(SIGKILL)
        try await worker.end()
        // What the worker asked for is still to be done, when the lock goes.
        try await site.endSessions("holdfast settle")
        try lock.end()
        #expect(try await site.jobs().count == letters)
    }

    @Test("Killed after the 250 and before the settle: the next start settles the letters as sent and sends none again")
    func killedBeforeSettle() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            site.use(server)
            try await Self.killUnsettled(3, site, server)

            let next = try await site.startWorker(Self.journal(site))
            try await site.settleEverything()
            #expect(next.log.contains("settled from the journal"))
            let history = try await site.history()
            #expect(history.map(\.outcome) == ["sent", "sent", "sent"])
            #expect(history.allSatisfy { $0.code == 250 && $0.reply?.hasPrefix("250 ") == true && $0.attempt == 1 })
            try await server.catchUp()
            #expect(server.messageIDs.count == 3)
            #expect(Set(history.compactMap(\.messageId)) == Set(server.messageIDs))
        }
    }

    @Test("The same when another worker has rescued the letters first")
    func rescuedFirst() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            site.use(server)
            try await Self.killUnsettled(3, site, server)
            // Another worker finds the lease over, and has not claimed the letters yet.
            try await site.rescueAsPeer()
            #expect(try await site.jobs().allSatisfy { $0.state == "ready" })

            _ = try await site.startWorker(Self.journal(site))
            try await site.settleEverything()
            #expect(
                try await site.history().map(\.outcome).sorted() == [
                    "sent", "sent", "sent", "unknown", "unknown", "unknown",
                ])
            try await server.catchUp()
            #expect(server.messageIDs.count == 3)
        }
    }

    @Test("Killed between the dot and the reply: unknown once, and the same letter comes once more")
    func killedInDoubt() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted(.holding(after: 0))
            site.use(server)
            let worker = try await site.startWorker(Self.journal(site))
            try await site.reserve("In Doubt", "in.doubt@example.org")
            try await server.messages(reach: 1)
            worker.signal(SIGKILL)
            try await worker.end()
            try server.release()

            _ = try await site.startWorker(Self.journal(site))
            let history = try await site.history()
            #expect(history.map(\.outcome) == ["unknown"] && history.first?.stage == "dot")
            let job = try #require(try await site.jobs().first)
            #expect(job.state == "ready" && job.attempts == 1 && job.inDoubtAt != nil && job.dueIn > 600)
            try await site.hurry()
            try await site.settleEverything()
            try await server.catchUp()
            #expect(server.messageIDs.count == 2 && Set(server.messageIDs).count == 1)
            #expect(try await site.history().map(\.outcome) == ["unknown", "sent"])
        }
    }

    @Test("Killed before the dot: the letter is sent once, without doubt; those not begun are not accused")
    func killedBeforeDot() async throws {
        try await withInstallation { site in
            var scenario = RelayScenario()
            scenario.answers["DATA"] = [RelayScenario.Step("354 go on", isHeld: true)]
            let server = try SMTPServer.scripted(scenario)
            site.use(server)
            var settings = Self.journal(site)
            settings["HOLDFAST_SESSIONS"] = "1"
            try await site.reserveMany(2)
            let worker = try await site.startWorker(settings)
            #expect(server.awaitCommand("DATA"))
            worker.signal(SIGKILL)
            try await worker.end()
            #expect(try await site.jobs().map(\.state) == ["running", "running"])
            try server.release()

            let next = try await site.start(["worker", "--drain"], settings)
            #expect(try await next.end().status == 0)
            let history = try await site.history()
            #expect(history.map(\.outcome) == ["retry", "sent", "sent"])
            #expect(history.first?.reason == "worker lost before the letter left")
            try await server.catchUp()
            #expect(server.messageIDs.count == 2 && Set(server.messageIDs).count == 2)
        }
    }

    @Test("Begun, given up by a stop, and the database away: the next start accuses nobody of a crash")
    func givenUpUnwritten() async throws {
        try await withInstallation { site in
            var scenario = RelayScenario()
            // The first is the worker's own look at its relay.
            scenario.answers["GREETING"] = ["220 relay.test", RelayScenario.Step("220 relay.test", isHeld: true)]
            let server = try SMTPServer.scripted(scenario)
            site.use(server)
            let worker = try await site.startWorker(Self.journal(site))
            try await site.reserve("Given Up", "given.up@example.org")
            try await eventually("a courier had begun") {
                try String(contentsOf: site.folder.appendingPathComponent("journal/journal"), encoding: .utf8)
                    .contains("\nB\t")
            }
            let lock = try await site.holding("LOCK TABLE holdfast.job IN SHARE MODE")
            worker.signal(SIGTERM)
            try await worker.end(within: 120)
            #expect(worker.log.contains("outcomes were not written before the stop"))
            try lock.end()
            try server.release()

            _ = try await site.startWorker(Self.journal(site))
            try await site.settleEverything()
            #expect(try await site.history().map(\.outcome) == ["sent"])
        }
    }

    @Test("A folder that another worker uses is refused with exit 75 and the setting's name")
    func shared() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            site.use(server)
            _ = try await site.startWorker(Self.journal(site))
            let second = try await site.run(["worker"], Self.journal(site))
            #expect(second.status == 75)
            #expect(second.errors.contains("HOLDFAST_JOURNAL: another worker uses"))
            _ = try await site.startWorker(Self.journal(site, "another"))
        }
    }

    @Test("A journal of another database is refused with exit 78 while it holds letters, and a torn one is read")
    func otherDatabase() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            site.use(server)
            try await Self.killUnsettled(1, site, server)
            let file = site.folder.appendingPathComponent("journal/journal")
            let bytes = try Data(contentsOf: file)
            try (Data("holdfast-journal-1 1/1\n".utf8) + bytes.drop { $0 != 0x0A }.dropFirst()).write(to: file)
            let refused = try await site.run(["worker"], Self.journal(site))
            #expect(refused.status == 78)
            #expect(refused.errors.contains("HOLDFAST_JOURNAL") && refused.errors.contains("another database"))

            try (bytes + Data("S\t1/1\tsent\t".utf8)).write(to: file)
            let worker = try await site.startWorker(Self.journal(site))
            try await site.settleEverything()
            #expect(worker.log.contains("lines of the journal cannot be read"))
            #expect(try await site.history().map(\.outcome) == ["sent"])
        }
    }

    @Test("A journal that cannot be written: no letter leaves, none is accused, and all do once it can")
    func fullDisk() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            site.use(server)
            let worker = try await site.startWorker(Self.journal(site))
            // What is written to this process's files fails now, as on a full disk; its log too.
            try await worker.limitFileSize("8")
            try await site.reserveMany(5)
            try await eventually("a letter was claimed and given back") {
                try await site.sql("SELECT count(*) FROM holdfast.job WHERE claim_no > 0 AND state = 'ready'") != "0"
            }
            try await eventually("every letter was given back") {
                try await site.sql("SELECT count(*) FROM holdfast.job WHERE state = 'ready'") == "5"
            }
            try await server.catchUp()
            #expect(server.messageIDs.isEmpty)
            try await worker.limitFileSize("unlimited")
            try await site.settleEverything()
            try await worker.logs("the journal can be written again")
            try await server.catchUp()
            #expect(server.messageIDs.count == 5 && Set(server.messageIDs).count == 5)
            let history = try await site.history()
            #expect(history.count == 5 && history.allSatisfy { $0.outcome == "sent" && $0.attempt == 1 })
            worker.signal(SIGTERM)
            #expect(try await worker.end().status == 0)
        }
    }

    @Test("A stop leaves a journal that holds nothing open, and without the setting systemd's folder is used")
    func stop() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            site.use(server)
            let state = site.folder.appendingPathComponent("state")
            try FileManager.default.createDirectory(at: state, withIntermediateDirectories: false)
            try await site.reserveMany(20)
            try await site.drain(["STATE_DIRECTORY": state.path])
            let text = try String(contentsOf: state.appendingPathComponent("journal/journal"), encoding: .utf8)
            #expect(text.hasPrefix("holdfast-journal-1 ") && text.split(separator: "\n").count == 2)
            #expect(!text.contains("visitor"))
        }
    }
}

extension SMTPServer {
    /// Waits until the relay has read this command.
    fileprivate func awaitCommand(_ line: String) -> Bool {
        while let event = self.await("command", within: 60) {
            if event.line == line { return true }
        }
        return false
    }
}
