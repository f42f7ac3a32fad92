import Foundation
import TestSupport
import Testing

/// What becomes of letters while the relay is away or out of order.
@Suite struct RelayOutageTests {
    @Test("Letters wait for a relay that is down, at no cost, and leave when it is back")
    func relayDown() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            let door = try await Door(to: server.port)
            site.use(server, behind: door)
            let worker = try await site.startWorker()
            try door.close()
            try await site.reserveMany(20)
            try await worker.logs("the relay takes no letters")
            try await eventually("every job waits again") { try await site.jobs().allSatisfy { $0.state == "ready" } }
            let jobs = try await site.jobs()
            #expect(jobs.count == 20)
            #expect(jobs.allSatisfy { $0.attempts == 0 && $0.inDoubtAt == nil })
            #expect(try await site.history().isEmpty)

            try door.open()
            try await site.settleEverything()
            try await server.catchUp()
            #expect(server.messageIDs.count == 20)
            #expect(Set(server.messageIDs).count == 20)
            #expect(try await site.history().allSatisfy { $0.outcome == "sent" && $0.attempt == 1 })
        }
    }

    @Test("A relay that takes longer to greet than facts stay fresh still gets the letter, once")
    func slowGreeting() async throws {
        try await withInstallation { site in
            var scenario = RelayScenario()
            scenario.answers["GREETING"] = [RelayScenario.Step("220 scripted.test ESMTP", delay: 6)]
            let server = try SMTPServer.scripted(scenario)
            site.use(server)
            try await site.reserveMany(1)
            _ = try await site.startWorker()
            try await site.settleEverything()
            try await server.catchUp()
            #expect(server.messageIDs.count == 1)
        }
    }

    @Test("A stop does not wait for a relay that says nothing: the letter was never begun")
    func stopAtSilentRelay() async throws {
        try await withInstallation { site in
            var scenario = RelayScenario()
            scenario.answers["GREETING"] = ["220 scripted.test ESMTP", RelayScenario.Step(nil, then: .hang)]
            let server = try SMTPServer.scripted(scenario)
            site.use(server)
            let worker = try await site.startWorker()
            try await site.reserveMany(1)
            try await eventually("the letter is claimed") { try await site.jobs().contains { $0.state == "running" } }
            worker.signal(SIGTERM)
            #expect(try await worker.end(within: 60).status == 0)
            let jobs = try await site.jobs()
            #expect(jobs.map(\.state) == ["ready"])
            #expect(jobs.allSatisfy { $0.attempts == 0 && $0.inDoubtAt == nil })
        }
    }

    @Test("A relay that is restarted in the middle loses no letter; only one it may have taken is in doubt")
    func relayRestarted() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted(.holding(after: 30))
            let door = try await Door(to: server.port)
            site.use(server, behind: door)
            try await site.reserveMany(100)
            let worker = try await site.startWorker()
            try await server.messages(reach: 30)
            try door.close()
            try await worker.logs("the relay takes no letters")
            try server.release()
            try door.open()
            try await eventually("every letter was tried", within: 90) {
                // One that drew the trouble without any doubt waits a minute, so that others try the way first.
                try await site.hurry("in_doubt_at IS NULL")
                return try await site.jobs().allSatisfy { $0.state == "ready" && $0.inDoubtAt != nil }
            }
            let doubtful = try await site.jobs().count
            #expect(doubtful <= 4, "at most one letter a session was under way")
            #expect(try await site.history().count { $0.outcome == "unknown" && !$0.final } == doubtful)
            // The pause before a doubtful letter is sent again is cut short.
            try await site.hurry()
            try await site.settleEverything()
            try await server.catchUp()
            #expect(Set(server.messageIDs).count == 100)
            #expect(server.messageIDs.count <= 100 + doubtful)
        }
    }

    @Test("A drain that the relay ends half-way writes down what was sent, and leaves the rest ready")
    func drainCutShort() async throws {
        try await withInstallation { site in
            var scenario = RelayScenario()
            scenario.answers["MAIL"] =
                Array(repeating: "250 2.1.0 Ok", count: 25) + [
                    RelayScenario.Step("421 4.3.2 Shutting down", then: .close)
                ]
            scenario.answers["GREETING"] =
                Array(repeating: "220 scripted.test ESMTP", count: 5) + ["421 4.3.2 Shutting down"]
            let server = try SMTPServer.scripted(scenario)
            site.use(server)
            try await site.reserveMany(60)
            let result = try await site.run(["worker", "--drain"])
            #expect(result.status == 69)
            #expect(result.errors.hasSuffix(".\n") && result.errors.contains("holdfast: The relay smtp://127.0.0.1:"))
            try await server.catchUp()
            let history = try await site.history()
            #expect(Set(history.compactMap(\.messageId)) == Set(server.messageIDs))
            let jobs = try await site.jobs()
            #expect(jobs.count + history.count == 60)
            #expect(jobs.allSatisfy { $0.state == "ready" && $0.attempts == 0 })
            #expect(try await site.sql("SELECT count(*) FROM holdfast.worker") == "0")
        }
    }
}
