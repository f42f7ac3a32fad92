import Foundation
import TestSupport
import Testing

/// What becomes of letters when workers and connections come and go in the middle of sending.
@Suite struct StopTests {
    /// A relay that thinks about every letter for a moment.
    private static func slowRelay(_ seconds: Double) throws -> SMTPServer {
        var scenario = RelayScenario()
        scenario.answers["DOT"] = [RelayScenario.Step("250 2.0.0 Ok: queued", delay: seconds)]
        return try SMTPServer.scripted(scenario)
    }

    @Test(
        "SIGTERM or SIGINT in the middle of 300 letters loses none, doubles none and burns no attempt",
        arguments: [(0, SIGTERM), (2, SIGTERM), (70, SIGINT), (150, SIGTERM), (270, SIGTERM)])
    func graceful(after letters: Int, signal: Int32) async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted(.holding(after: letters))
            site.use(server)
            try await site.reserveMany(300)
            let worker = try await site.startWorker()
            try await server.messages(reach: letters)
            worker.signal(signal)
            try await worker.logs("the worker stops")
            try server.release()
            #expect(try await worker.end(within: 40).status == 0)

            let jobs = try await site.jobs()
            #expect(jobs.allSatisfy { $0.state == "ready" && $0.attempts == 0 && $0.inDoubtAt == nil })
            let history = try await site.history()
            #expect(history.allSatisfy { $0.outcome == "sent" })
            #expect(jobs.count + history.count == 300)
            #expect(!jobs.isEmpty, "it was to be stopped in the middle")
            #expect(try await site.sql("SELECT count(*) FROM holdfast.worker") == "0")

            try await site.drain()
            try await server.catchUp()
            #expect(server.messageIDs.count == 300)
            #expect(Set(server.messageIDs).count == 300)
            #expect(Set(try await site.history().compactMap(\.messageId)) == Set(server.messageIDs))
        }
    }

    @Test("Two workers at once send each of 300 letters once")
    func twoWorkers() async throws {
        try await withInstallation { site in
            let server = try Self.slowRelay(0.01)
            site.use(server)
            let first = try await site.startWorker()
            let second = try await site.startWorker()
            try await site.reserveMany(300)
            try await site.settleEverything()
            try await server.catchUp()
            #expect(server.messageIDs.count == 300)
            #expect(Set(server.messageIDs).count == 300)
            for worker in [first, second] {
                worker.signal(SIGTERM)
                #expect(try await worker.end().status == 0)
            }
            let workers = try await site.sql("SELECT count(*) FROM holdfast.history WHERE outcome = 'sent'")
            #expect(workers == "300")
        }
    }

    @Test("A worker killed in the middle: its jobs are put back within 30 seconds, none is lost, few come twice")
    func killed() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted(.holding(after: 80))
            site.use(server)
            try await site.reserveMany(300)
            let worker = try await site.startWorker()
            try await server.messages(reach: 80)
            worker.signal(SIGKILL)
            let killedAt = try await site.sql("SELECT clock_timestamp()")
            #expect(try await worker.end().status == 128 + SIGKILL)
            try server.release()
            #expect(try await site.jobs().contains { $0.state == "running" })

            _ = try await site.startWorker()
            try await site.settleEverything()
            try await server.catchUp()
            let ids = server.messageIDs
            #expect(Set(ids).count == 300)
            // Each session had one letter under way, and at most one more whose outcome was about to be written.
            #expect(ids.count <= 300 + 2 * 4)
            #expect(
                try await site.sql("SELECT count(DISTINCT job_id) FROM holdfast.history WHERE outcome = 'sent'")
                    == "300")
            let slowest = try await site.sql(
                """
                SELECT extract(epoch FROM max(h.at) - greatest('\(killedAt)', max(w.started_at)))
                FROM holdfast.history h, holdfast.worker w WHERE h.reason = 'worker lost'
                """)
            #expect(try #require(Double(slowest)) < 30)
        }
    }

    @Test("Database connections torn down while 200 letters are sent: everything is sent once and the worker lives")
    func connectionsLost() async throws {
        try await withInstallation { site in
            let server = try Self.slowRelay(0.05)
            site.use(server)
            try await site.reserveMany(200)
            let worker = try await site.startWorker()
            for letters in stride(from: 10, through: 170, by: 20) {
                try await server.messages(reach: letters)
                try await site.tearDownConnections()
            }
            try await site.settleEverything()
            #expect(worker.isRunning)
            try await server.catchUp()
            #expect(Set(server.messageIDs).count == 200)
            #expect(server.messageIDs.count == 200)
            #expect(try await site.history().allSatisfy { $0.outcome == "sent" })
            worker.signal(SIGTERM)
            let ended = try await worker.end()
            #expect(ended.status == 0, "\(ended.errors.suffix(600))")
        }
    }

    @Test("A worker whose idle connections died unnoticed still stops with 0 and gives up its lease")
    func connectionsLostBeforeStop() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            site.use(server)
            let worker = try await site.startWorker()
            try await site.tearDownConnections()
            worker.signal(SIGTERM)
            let ended = try await worker.end()
            #expect(ended.status == 0, "\(ended.errors.suffix(600))")
            #expect(try await site.sql("SELECT count(*) FROM holdfast.worker") == "0")
        }
    }
}
