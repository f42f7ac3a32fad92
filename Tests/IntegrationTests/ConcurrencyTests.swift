import Foundation
import TestSupport
import Testing

/// How many sessions a relay gets.
@Suite struct ConcurrencyTests {
    @Test("A worker begins with five sessions, whatever it may have, and claims no more than they can start")
    func slowStart() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted(.holding(after: 0))
            site.use(server)
            site.settings["HOLDFAST_SESSIONS"] = "16"
            try await site.reserveMany(100)
            let worker = try await site.startWorker()
            try await server.messages(reach: 5)
            try await server.catchUp()
            #expect(server.sessions == 1 + 5, "the look before the start, and five")
            // Five in hand; ahead of them ten, or twice or four times as many while the first five were fetched.
            let claimed = try await site.jobs().count { $0.state == "running" }
            #expect(claimed <= 5 + 40)
            try server.release()
            try await site.settleEverything()
            try await server.catchUp()
            #expect(Set(server.messageIDs).count == 100 && server.messageIDs.count == 100)
            worker.signal(SIGTERM)
            #expect(try await worker.end().status == 0)
        }
    }

    @Test("A stop in the middle of the slow start gives back what no session carries, at once and at no cost")
    func stopWhileParked() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted(.holding(after: 0))
            site.use(server)
            site.settings["HOLDFAST_SESSIONS"] = "16"
            try await site.reserveMany(100)
            let worker = try await site.startWorker()
            try await server.messages(reach: 5)
            worker.signal(SIGTERM)
            try await worker.logs("the worker stops")
            try server.release()
            #expect(try await worker.end().status == 0)
            let (jobs, history) = (try await site.jobs(), try await site.history())
            #expect(jobs.allSatisfy { $0.state == "ready" && $0.attempts == 0 && $0.inDoubtAt == nil })
            #expect(history.count >= 5 && history.allSatisfy { $0.outcome == "sent" })
            #expect(jobs.count + history.count == 100)
            #expect(try await site.sql("SELECT count(*) FROM holdfast.worker") == "0")
        }
    }

    @Test("A relay that asks for fewer now and then gets fewer at a time, and every letter in the end")
    func throttled() async throws {
        try await withInstallation { site in
            var scenario = RelayScenario()
            let busy = RelayScenario.Step("421 4.3.2 Too many connections", then: .close)
            let welcome = RelayScenario.Step("220 scripted.test ESMTP")
            scenario.answers["GREETING"] = [welcome, welcome, welcome, busy, welcome, busy, welcome]
            let server = try SMTPServer.scripted(scenario)
            site.use(server)
            site.settings["HOLDFAST_SESSIONS"] = "8"
            try await site.reserveMany(100)
            _ = try await site.startWorker()
            try await site.settleEverything()
            try await server.catchUp()
            #expect(Set(server.messageIDs).count == 100 && server.messageIDs.count == 100)
            #expect(try await site.history().allSatisfy { $0.outcome == "sent" && $0.attempt == 1 })
        }
    }
}

extension SMTPServer {
    /// How many sessions said hello so far.
    fileprivate var sessions: Int { commands.count { $0.hasPrefix("EHLO") } }
}
