import Foundation
import TestSupport
import Testing

/// Workers that reach the database through PgBouncer in transaction mode.
@Suite struct PoolerTests {
    @Test(
        "Through a pooler, with or without a direct connection for LISTEN, 100 letters are sent once each",
        arguments: [true, false])
    func sends(hasDirect: Bool) async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            site.use(server)
            let pooler = try await Pgbouncer(before: site.database, in: site.folder)
            site.keep(pooler)
            site.settings["HOLDFAST_DATABASE_URL"] = pooler.url
            if hasDirect { site.settings["HOLDFAST_LISTEN_DATABASE_URL"] = site.database }
            let worker = try await site.startWorker()
            let notice = "a pooler carries no notifications: polling instead"
            if !hasDirect { try await worker.logs(notice) }
            try await site.reserveMany(50)
            try await site.settleEverything()
            try await site.reserveMany(50, startingIn: "90 days")
            try await site.settleEverything()
            try await server.catchUp()
            #expect(server.messageIDs.count == 100 && Set(server.messageIDs).count == 100)
            #expect(worker.log.contains(notice) != hasDirect)
            try await Self.expectNothingLeaked(through: pooler)
            worker.signal(SIGTERM)
            let ended = try await worker.end()
            #expect(ended.status == 0, "\(ended.errors.suffix(600))")
            #expect(!ended.errors.contains(" error "))
        }
    }

    @Test("Commands work through a pooler alone")
    func commands() async throws {
        try await withInstallation(ready: false) { site in
            let pooler = try await Pgbouncer(before: site.database, in: site.folder)
            site.keep(pooler)
            site.settings["HOLDFAST_DATABASE_URL"] = pooler.url
            try await site.setUp()
            try await site.must(["pause", "--reason", "fire drill"])
            #expect(try await site.must(["status"]).output.contains("STOPPED all letters"))
            try await site.must(["resume", "--reason", "over"])
            #expect(try await site.run(["migrate", "--status"]).status == 0)
            try await Self.expectNothingLeaked(through: pooler)
        }
    }

    /// Another client of the same pooler finds its server connections as they come from the server.
    private static func expectNothingLeaked(through pooler: Pgbouncer) async throws {
        for _ in 1...4 {
            let session = try await psql(
                pooler.url,
                """
                SELECT current_setting('statement_timeout'), current_setting('enable_seqscan'),
                  (SELECT count(*) FROM pg_prepared_statements), (SELECT count(*) FROM pg_listening_channels())
                """)
            #expect(session == "0|on|0|0")
        }
    }
}
