import Foundation
import TestSupport
import Testing

/// Commits whose answer never came: the database did what was asked, and the worker does not know.
@Suite struct LostAnswerTests {
    @Test("A claim whose answer was lost is put back while its worker lives, and the letter is sent once")
    func claim() async throws {
        try await withInstallation(ready: false) { site in
            let cluster = try await PostgresCluster.launch()
            await site.use(cluster)
            try await site.setUp()
            let server = try SMTPServer.scripted()
            site.use(server)
            try await site.sql("ALTER DATABASE postgres SET synchronous_commit = on")
            let worker = try await site.startWorker()

            // A commit that waits for a standby has happened already when its connection is torn down.
            try await site.standby("nobody")
            try await site.reserve("Left Behind", "left.behind@example.org", and: "SET LOCAL synchronous_commit = off")
            try await eventually("the claim's commit waited, and was torn down") {
                try await site.sql(
                    """
                    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
                    WHERE application_name = 'holdfast claim' AND wait_event = 'SyncRep'
                    """) == "t"
            }
            try await site.standby("")
            try await site.settleEverything(within: 45)
            #expect(worker.isRunning)
            try await server.catchUp()
            #expect(server.messageIDs.count == 1)
            #expect(try await site.history().map(\.outcome) == ["sent"])
        }
    }
}

extension TestInstallation {
    /// Lets commits wait for a standby of this name; an empty name lets them all go.
    fileprivate func standby(_ name: String) async throws {
        try await sql("SET synchronous_commit = off; ALTER SYSTEM SET synchronous_standby_names = '\(name)'")
        try await sql("SELECT pg_reload_conf()")
        try await eventually("the setting was read") { try await sql("SHOW synchronous_standby_names") == name }
    }
}
