import Foundation
import TestSupport
import Testing

/// Letters that were in flight when workers went down.
@Suite struct SuspectTests {
    @Test("Suspects are carried one by one, with nothing else in flight, and a drain sends them too")
    func alone() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted(.holding(after: 2))
            site.use(server)
            try await site.reserveMany(4)
            try await site.sql(
                "UPDATE holdfast.job SET crashes = 2 WHERE id IN (SELECT id FROM holdfast.job ORDER BY id LIMIT 2)")
            let worker = try await site.start(["worker", "--drain"])
            // The first two are those without a past; then a suspect is in DATA.
            try await server.messages(reach: 3)
            let running = try await site.sql("SELECT crashes, claimed_alone FROM holdfast.job WHERE state = 'running'")
            #expect(running == "2|t")
            #expect(try await site.history().map(\.outcome) == ["sent", "sent"])
            try server.release()
            #expect(try await worker.end().status == 0)
            try await server.catchUp()
            #expect(Set(server.messageIDs).count == 4 && server.messageIDs.count == 4)
        }
    }

    @Test("A worker killed with a suspect alone in flight makes it poison; others go on")
    func poison() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted(.holding(after: 0))
            site.use(server)
            try await site.reserve("Poison", "poison@example.org")
            try await site.sql("UPDATE holdfast.job SET crashes = 2")
            let worker = try await site.startWorker()
            try await server.messages(reach: 1)
            worker.signal(SIGKILL)
            try await worker.end()
            try server.release()

            let next = try await site.startWorker()
            try await next.logs("left the queue as poison")
            let history = try await site.history()
            #expect(history.map(\.outcome) == ["poison"] && history.first?.final == true)
            try await site.reserve("Innocent", "innocent@example.org")
            try await site.settleEverything()
            #expect(try await site.history().map(\.outcome) == ["poison", "sent"])
        }
    }
}
