import Foundation
import TestSupport
import Testing

/// What the relay's answers, and the lack of them, mean for a letter.
@Suite struct ReplyTests {
    @Test("A recipient the relay refuses for good: the letter failed, and history has the stage and the codes")
    func refusedForGood() async throws {
        try await withInstallation { site in
            var scenario = RelayScenario()
            scenario.answers["RCPT"] = ["550 5.1.1 <gone@example.org>: no such user"]
            let server = try SMTPServer.scripted(scenario)
            site.use(server)
            try await site.reserve("Long Gone", "gone@example.org")
            try await site.drain()
            let history = try await site.history()
            try #require(history.count == 1)
            #expect(history[0].outcome == "failed" && history[0].final)
            #expect(history[0].stage == "rcpt" && history[0].code == 550 && history[0].enhanced == "5.1.1")
            #expect(history[0].reply?.contains("no such user") == true)
            #expect(history[0].reply?.contains("gone@example.org") == false)
            #expect(try await site.jobs().isEmpty)
        }
    }

    @Test("A recipient the relay refuses for now: the letter is due again later, one attempt spent")
    func refusedForNow() async throws {
        try await withInstallation { site in
            var scenario = RelayScenario()
            scenario.answers["RCPT"] = ["451 4.2.1 Mailbox busy", "250 2.1.5 Ok"]
            let server = try SMTPServer.scripted(scenario)
            site.use(server)
            try await site.reserve("Busy Bee", "busy@example.org")
            try await site.drain()
            let job = try #require(try await site.jobs().first)
            #expect(job.state == "ready" && job.attempts == 1)
            #expect((10...40).contains(job.dueIn), "due in \(job.dueIn) s")
            let retry = try #require(try await site.history().first)
            #expect(retry.outcome == "retry" && !retry.final && retry.stage == "rcpt" && retry.code == 451)

            try await site.hurry()
            try await site.drain()
            #expect(try await site.history().map(\.outcome) == ["retry", "sent"])
            #expect(try await site.history().last?.attempt == 2)
            try await server.catchUp()
            #expect(server.messageIDs.count == 1)
        }
    }

    @Test("No answer to the final dot: the outcome is unknown, and the second copy is the first to the byte")
    func droppedAfterDot() async throws {
        try await withInstallation { site in
            var scenario = RelayScenario()
            scenario.answers["DOT"] = [RelayScenario.Step(nil, then: .close), "250 2.0.0 Ok"]
            let server = try SMTPServer.scripted(scenario)
            site.use(server)
            try await site.reserve("In Doubt", "doubt@example.org")
            try await site.drain()
            let job = try #require(try await site.jobs().first)
            #expect(job.state == "ready" && job.inDoubtAt != nil && job.datedAt != nil && job.dueIn > 60)
            let unknown = try #require(try await site.history().first)
            #expect(unknown.outcome == "unknown" && !unknown.final && unknown.stage == "dot")

            // Another second and another claim: nothing of the letter may follow the clock.
            try await site.hurry()
            try await eventually("the clock showed another second") {
                try await site.sql("SELECT now() > max(in_doubt_at) + interval '1.1 seconds' FROM holdfast.job") == "t"
            }
            try await site.drain()
            try await server.catchUp()
            try #require(server.messages.count == 2)
            #expect(server.messages[0] == server.messages[1])
            let history = try await site.history()
            #expect(history.map(\.outcome) == ["unknown", "sent"])
            #expect(history.map(\.messageId) == [server.messageIDs[0], server.messageIDs[0]])
        }
    }

    @Test(
        "A connection lost before the text was asked for leaves no doubt: the letter is sent later at no cost",
        arguments: ["RCPT", "DATA"])
    func droppedBeforeText(at verb: String) async throws {
        try await withInstallation { site in
            var scenario = RelayScenario()
            scenario.answers[verb] = [
                RelayScenario.Step(nil, then: .close), verb == "DATA" ? "354 Go on" : "250 2.1.5 Ok",
            ]
            let server = try SMTPServer.scripted(scenario)
            site.use(server)
            try await site.reserve("Half Way", "half@example.org")
            let worker = try await site.startWorker()
            try await worker.logs("the relay takes no letters")
            try await eventually("the job waits") { try await site.jobs().allSatisfy { $0.state == "ready" } }
            let job = try #require(try await site.jobs().first)
            #expect(job.attempts == 0 && job.inDoubtAt == nil)
            #expect(try await site.history().isEmpty)
            try await site.hurry()
            try await site.settleEverything()
            try await server.catchUp()
            #expect(server.messageIDs.count == 1)
            let history = try await site.history()
            #expect(history.map(\.outcome) == ["sent"])
            #expect(history.first?.attempt == 1)
        }
    }
}
