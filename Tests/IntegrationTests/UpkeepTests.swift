import Foundation
import TestSupport
import Testing

/// What a running worker does about what it stores.
@Suite struct UpkeepTests {
    private static func memory(daysAgo days: Int) -> String {
        """
        INSERT INTO holdfast.history (at, job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience)
        VALUES (now() - interval '\(days) days', 1, 1, gen_random_uuid(), 1, 1, true, 'sent', 'portal.activate', 'signup_task', 'client')
        """
    }

    @Test(
        "A worker moves history to its day, drops what is older than HOLDFAST_HISTORY_DAYS, and warns of what it cannot move"
    )
    func keeps() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            site.use(server)
            // Somebody has made a table of that name that is no partition.
            try await site.sql(
                """
                \(Self.memory(daysAgo: 10)); \(Self.memory(daysAgo: 20)); \(Self.memory(daysAgo: 70));
                SELECT format('CREATE TABLE holdfast.history_%s ()', to_char(now() AT TIME ZONE 'UTC' - interval '20 days', 'YYYYMMDD')) \\gexec
                """)
            let first = try await site.startWorker(["HOLDFAST_HISTORY_DAYS": "60"])
            try await first.logs("history was moved into partitions of its days")
            try await first.logs("history fills its default partition")
            #expect(try await site.sql("SELECT count(*) FROM holdfast.history_default") == "1")
            #expect(try await site.sql("SELECT count(*) FROM holdfast.history") == "3")
            let second = try await site.startWorker(["HOLDFAST_HISTORY_DAYS": "60"])
            try await second.logs("days of history were dropped: their time was over")
            #expect(try await site.sql("SELECT count(*) FROM holdfast.history") == "2")
        }
    }
}
