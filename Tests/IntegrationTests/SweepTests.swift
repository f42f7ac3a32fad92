import Foundation
import TestSupport
import Testing

/// What comes due by the clock alone, done by a running worker.
@Suite struct SweepTests {
    /// A zone where it is noon now, give or take half an hour.
    private static let noon = """
        SELECT CASE h WHEN 12 THEN 'UTC' ELSE 'Etc/GMT' || to_char(h - 12, 'SG99') END
        FROM (SELECT extract(hour FROM now() AT TIME ZONE 'UTC')::int AS h) AS utc
        """

    @Test(
        "A worker ends holds that are over, owes the day's digests and forgets old addresses; one that fails stops no other"
    )
    func sweeps() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            site.use(server)
            let zone = try await site.sql(Self.noon).replacing(" ", with: "")
            let hold = try await site.reserve("Siobhán O'Brien", "siobhan@example.org")
            try await site.sql(
                """
                INSERT INTO booking.client (display_name, email, tz) VALUES ('Li Na', 'li.na@example.org', '\(zone)');
                INSERT INTO booking.signup_task (client_id, kind, created_at)
                SELECT id, 'intake_form', now() - interval '2 days' FROM booking.client;
                INSERT INTO booking.address_change (client_id, old_email, new_email, at)
                SELECT id, 'old@example.org', 'new@example.org', now() - interval '31 days' FROM booking.client;
                SET session_replication_role = replica;
                UPDATE booking.reservation SET hold_expires_at = now() - interval '1 second';
                CREATE OR REPLACE FUNCTION holdfast.owe_digests(most int DEFAULT 200) RETURNS int LANGUAGE plpgsql
                AS $$ BEGIN RAISE EXCEPTION 'out of order'; END $$;
                """)
            let worker = try await site.startWorker()
            try await worker.logs("upkeep failed; it is tried again later")
            try await eventually("the hold had ended") {
                try await site.sql("SELECT state FROM booking.reservation WHERE id = '\(hold)'") == "expired"
            }
            try await eventually("the address was forgotten") {
                try await site.sql("SELECT count(*) FROM booking.address_change") == "0"
            }
            #expect(worker.isRunning)
        }
    }

    @Test("A worker owes the day's digest once, however often it looks")
    func digests() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            site.use(server)
            let zone = try await site.sql(Self.noon).replacing(" ", with: "")
            try await site.sql(
                """
                INSERT INTO booking.client (display_name, email, tz) VALUES ('Li Na', 'li.na@example.org', '\(zone)');
                INSERT INTO booking.signup_task (client_id, kind, created_at)
                SELECT id, 'intake_form', now() - interval '2 days' FROM booking.client;
                """)
            for _ in 1...2 {
                let worker = try await site.startWorker()
                try await eventually("a digest was owed") {
                    try await site.sql("SELECT count(*) FROM holdfast.dedupe WHERE key LIKE 'task.digest:%'") == "1"
                }
                worker.signal(SIGTERM)
                #expect(try await worker.end().status == 0)
            }
            let owed =
                "SELECT job_id FROM holdfast.history WHERE kind = 'task.digest' UNION SELECT id FROM holdfast.job WHERE kind = 'task.digest'"
            #expect(try await site.sql("SELECT count(*) FROM (\(owed)) AS j") == "1")
        }
    }
}
