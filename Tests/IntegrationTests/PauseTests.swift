import Foundation
import TestSupport
import Testing

/// The operator's stop switch, thrown while workers send.
@Suite struct PauseTests {
    @Test(
        "Stopped in the middle of 60 letters, two workers finish those in DATA, begin no other, and go on when resumed")
    func inTheMiddle() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted(.holding(after: 10))
            site.use(server)
            try await site.reserveMany(60)
            let workers = [try await site.startWorker(), try await site.startWorker()]
            try await server.messages(reach: 10)
            try await site.must(["pause", "--reason", "wrong logo"])
            for worker in workers { try await worker.logs("the stop switch was turned") }
            try server.release()
            try await eventually("nothing was being sent") {
                try await site.sql("SELECT count(*) FROM holdfast.job WHERE state = 'running'") == "0"
            }
            try await server.catchUp()
            let sent = server.messageIDs.count
            // Each of the eight sessions had one letter under way at most.
            #expect((10...18).contains(sent))
            #expect(try await site.history().count { $0.outcome == "sent" } == sent)
            let jobs = try await site.jobs()
            #expect(jobs.count == 60 - sent && jobs.allSatisfy { $0.state == "ready" && $0.attempts == 0 })

            try await site.must(["resume", "--reason", "the logo is right"])
            try await site.settleEverything()
            try await server.catchUp()
            #expect(server.messageIDs.count == 60 && Set(server.messageIDs).count == 60)
        }
    }

    @Test("With one kind stopped the others are sent; a worker that drains ends, and what is stopped stays owed")
    func oneKind() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.maildir(at: site.inbox.folder)
            site.use(server)
            try await site.reserve("Zoë O'Neil", "zoe@example.org")
            _ = try await site.signUp("李小龍", "bruce@example.org")
            try await site.must(["pause", "--kind", "reservation.confirm", "--reason", "wrong logo"])
            try await site.drain()
            #expect(try await site.inbox.messages().map(\.toName) == ["李小龍"])
            #expect(try await site.sql("SELECT kind, state FROM holdfast.job") == "reservation.confirm|ready")
            try await site.must(["resume", "--kind", "reservation.confirm", "--reason", "the logo is right"])
            try await site.drain()
            #expect(try await site.inbox.messages().count == 2)
        }
    }

    @Test("Resumed while the connection that hears of it is gone, letters leave at once all the same")
    func resumedUnheard() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            site.use(server)
            let listener = "listener_\(UUID().uuidString.prefix(8).lowercased())"
            try await site.sql("CREATE ROLE \(listener) LOGIN SUPERUSER")
            var address = try #require(URLComponents(string: site.database))
            address.user = listener
            try await site.must(["pause", "--reason", "wrong logo"])
            let worker = try await site.startWorker(["HOLDFAST_LISTEN_DATABASE_URL": address.string])
            try await worker.logs("the stop switch was turned")
            try await site.sql("ALTER ROLE \(listener) NOLOGIN")
            try await site.endSessions("holdfast listen")

            try await site.reserve("Unheard", "unheard@example.org")
            try await site.must(["resume", "--reason", "the logo is right"])
            try await site.settleEverything()
            // Not claimed and given back over and over before.
            #expect(try await site.sql("SELECT outcome, claim_no FROM holdfast.history") == "sent|1")
            try await site.sql("DROP ROLE \(listener)")
        }
    }
}
