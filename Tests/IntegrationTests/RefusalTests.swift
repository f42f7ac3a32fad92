import Foundation
import TestSupport
import Testing

/// Refusals for good: whom they are blamed on, and who is not written to any more.
@Suite struct RefusalTests {
    @Test("An address that does not exist is suppressed with its letter, and the next letter to it is not sent")
    func deadAddress() async throws {
        try await withInstallation { site in
            var scenario = RelayScenario()
            scenario.answers["RCPT"] = ["550 5.1.1 <gone@example.org>: no such user", "250 2.1.5 Ok"]
            let server = try SMTPServer.scripted(scenario)
            site.use(server)
            try await site.reserve("Long Gone", "Gone@Example.org")
            try await site.drain()
            #expect(
                try await site.sql(
                    """
                    SELECT s.address, s.reason, s.evidence = h.job_id, s.until > now() + interval '29 days'
                    FROM holdfast.suppression s, holdfast.history h WHERE h.audience <> 'provider'
                    """) == "gone@example.org|hard_bounce|t|t")
            try await site.reserve("Long Gone", "gone@example.org")
            try await site.drain()
            let history = try await site.history()
            #expect(history.map(\.outcome) == ["failed", "suppressed"])
            #expect(history.first?.reply?.lowercased().contains("gone") == false)
            try await server.catchUp()
            #expect(server.messageIDs.isEmpty)
        }
    }

    @Test("A relay that refuses one recipient after the other by policy is in trouble itself: letters wait for it")
    func refusedByPolicy() async throws {
        try await withInstallation { site in
            var scenario = RelayScenario()
            scenario.answers["RCPT"] =
                Array(repeating: "550 5.7.1 Our systems do not like you", count: 6) + ["250 2.1.5 Ok"]
            let server = try SMTPServer.scripted(scenario)
            site.use(server)
            site.settings["HOLDFAST_SESSIONS"] = "1"
            let worker = try await site.startWorker()
            try await site.reserveMany(30)
            try await worker.logs("the relay refuses one recipient after the other by policy")
            try await worker.logs("the relay takes no letters")
            try await eventually("what is left is sent", within: 120) {
                // A letter that met the trouble would wait a minute for the others to try the way.
                try await site.hurry()
                return try await site.jobs().isEmpty
            }
            let history = try await site.history()
            #expect(
                history.count { $0.outcome == "failed" } == 4, "the fifth raised the alarm, and none failed after it")
            #expect(history.count { $0.outcome == "sent" } == 26)
            #expect(try await site.sql("SELECT count(*) FROM holdfast.suppression") == "0")
            try await worker.logs("the relay takes letters again")
        }
    }

    @Test("Codes that contradict each other are logged, and suppress nobody")
    func contradiction() async throws {
        try await withInstallation { site in
            var scenario = RelayScenario()
            scenario.answers["RCPT"] = ["550 4.1.1 who?"]
            let server = try SMTPServer.scripted(scenario)
            site.use(server)
            let worker = try await site.startWorker()
            try await site.reserve("Two Tongues", "two@example.org")
            try await worker.logs("the relay's codes contradict each other")
            try await eventually("the letter failed") { try await site.history().map(\.outcome) == ["failed"] }
            #expect(try await site.sql("SELECT count(*) FROM holdfast.suppression") == "0")
        }
    }

    @Test("A letter whose deadline passes while the relay thinks about DATA does not leave, and history says why")
    func deadlineInTheDialogue() async throws {
        try await withInstallation { site in
            var scenario = RelayScenario()
            scenario.answers["DATA"] = [RelayScenario.Step("354 Go on", isHeld: true)]
            let server = try SMTPServer.scripted(scenario)
            site.use(server)
            try await site.reserve("Too Late", "late@example.org")
            try await site.sql("UPDATE holdfast.job SET expires_at = now() + interval '15 seconds'")
            let worker = try await site.startWorker()
            try await eventually("its time is over, in the middle of the dialogue", within: 60) {
                try await site.sql("SELECT bool_and(now() > expires_at) FROM holdfast.job") != "f"
            }
            try server.release()
            try await eventually("the letter ended") { try await site.history().map(\.outcome) == ["expired"] }
            #expect(try await site.history().first?.reason == "its deadline passed")
            worker.signal(SIGTERM)
            _ = try await worker.end(within: 60)
            try await server.catchUp()
            #expect(server.messageIDs.isEmpty)
        }
    }
}
