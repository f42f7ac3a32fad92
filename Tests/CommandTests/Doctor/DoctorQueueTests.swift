import Foundation
import TestSupport
import Testing

/// What the doctor says of the queue's state and upkeep.
@Suite struct DoctorQueueTests {
    private static func job(_ columns: String, _ values: String) -> String {
        """
        INSERT INTO holdfast.job (run_at, expires_at, subject_id, subject_gen, priority, queue, kind, subject_kind, audience\(columns))
        SELECT now() - interval '2 hours', now() + interval '9 days', gen_random_uuid(), 1, 0, 'mail', 'reservation.confirm',
          'reservation', 'invitee'\(values);
        """
    }

    @Test(
        "Letters that are late, held, in doubt or brought workers down are warnings; those of a stopped kind are not late"
    )
    func backlog() async throws {
        try await withInstallation { site in
            try await site.sql(
                Self.job("", "") + Self.job("", "") + Self.job(", state", ", 'held'::holdfast.job_state")
                    + Self.job(", crashes", ", 2") + Self.job(", in_doubt_at", ", now() - interval '3 hours'"))
            let checkup = try await site.doctor()
            try checkup.expect("overdue", "warn", "4 letters should have left", "120 minutes")
            try checkup.expect("held", "warn", "1 letter held back", "holdfast release --state held --dry-run")
            try checkup.expect("suspects", "warn", "1 letter brought workers down")
            try checkup.expect("in doubt", "warn", "1 letter in doubt")
            try await site.must(["pause", "--reason", "canary"])
            let stopped = try await site.doctor()
            try stopped.expect("overdue", "ok")
            try stopped.expect("stops", "warn", "1 stop stands", "all letters, since 20", "holdfast resume")
        }
    }

    @Test("Workers: none, one that is lost, and one of another version are warnings")
    func workers() async throws {
        try await withInstallation { site in
            try await site.doctor().expect("workers", "warn", "none is alive", "start 'holdfast worker'")
            try await site.sql(
                """
                INSERT INTO holdfast.worker (id, lease_until, info)
                VALUES (gen_random_uuid(), now() + interval '1 hour', '{"version":"0.0.1"}')
                """)
            try await site.doctor().expect("workers", "warn", "1 worker alive, some with holdfast 0.0.1")
            try await site.sql("INSERT INTO holdfast.worker (id, lease_until) VALUES (gen_random_uuid(), now())")
            try await site.doctor().expect("workers", "warn", "1 lost without a word")
        }
    }

    @Test("History: a week ahead or less is a warning, today without a partition fails, rows without one are a warning")
    func partitions() async throws {
        try await withInstallation { site in
            try await site.doctor().expect("partitions", "ok", "14 days ahead")
            try await site.sql(
                """
                INSERT INTO holdfast.history (at, job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience)
                VALUES (now() - interval '90 days', 1, 1, gen_random_uuid(), 1, 1, true, 'sent', 'reservation.confirm', 'reservation', 'invitee')
                """)
            try await site.doctor().expect("partitions", "warn", "1 row of history", "sort_history()")
            try await site.dropPartitions(after: 5)
            try await site.doctor().expect("partitions", "warn", "5 days ahead", "create_history_partitions()")
            try await site.dropPartitions(after: -1)
            try await site.doctor().expect("partitions", "fail", "no partition for today")
        }
    }

    @Test("Dead rows by the ten thousand are a warning")
    func deadRows() async throws {
        try await withInstallation { site in
            try await site.sql(
                """
                ALTER TABLE holdfast.job SET (autovacuum_enabled = false);
                INSERT INTO holdfast.job (run_at, expires_at, subject_id, subject_gen, priority, queue, kind, subject_kind, audience)
                SELECT now(), now(), gen_random_uuid(), 1, 0, 'mail', 'reservation.confirm', 'reservation', 'invitee'
                FROM generate_series(1, 20500);
                DELETE FROM holdfast.job
                """)
            try await eventually("the server had counted") {
                try await site.sql(
                    "SELECT n_dead_tup > 20000 FROM pg_stat_user_tables WHERE relid = 'holdfast.job'::regclass")
                    == "t"
            }
            try await site.doctor().expect("dead rows", "warn", "VACUUM holdfast.job")
        }
    }

    @Test("Time zones: unknown to the server fails; unknown to this host, or without a name in letters, is a warning")
    func zones() async throws {
        try await withInstallation { site in
            try await site.sql(
                """
                INSERT INTO booking.provider (display_name, email, tz, booking_slug) VALUES
                ('Ada', 'ada@example.org', 'Europe/Berlin', 'ada-l'), ('Bo', 'bo@example.org', 'Asia/Hong_Kong', 'bo-li')
                """)
            try await site.doctor().expect("time zones", "ok", "2 zones in use")
            try await site.doctor(["TZDIR": "/nowhere"]).expect("time zones", "warn", "no time zone database", "tzdata")
            let few = site.folder.appendingPathComponent("zones/Europe")
            try FileManager.default.createDirectory(at: few, withIntermediateDirectories: true)
            try Data("TZif".utf8).write(to: few.appendingPathComponent("Berlin"))
            try await site.doctor(["TZDIR": few.deletingLastPathComponent().path])
                .expect("time zones", "warn", "does not know 1 zone", "[\"Asia/Hong_Kong\"]", "update tzdata")
            try await site.sql("UPDATE booking.provider SET tz = 'Etc/GMT+5' WHERE booking_slug = 'bo-li'")
            try await site.doctor().expect("time zones", "warn", "have no name for 1 zone", "Etc/GMT+5")
            try await site.sql(
                """
                ALTER TABLE booking.provider DROP CONSTRAINT provider_tz_check;
                SET session_replication_role = replica;
                UPDATE booking.provider SET tz = 'Mars/Olympus' WHERE booking_slug = 'bo-li'
                """)
            try await site.doctor().expect("time zones", "fail", "does not know 1 zone", "Mars/Olympus")
        }
    }
}

extension TestInstallation {
    /// Drops the partitions of history for days later than so many from today.
    fileprivate func dropPartitions(after days: Int) async throws {
        try await sql(
            """
            SET client_min_messages = warning;
            DO $$
            DECLARE part regclass;
            BEGIN
              FOR part IN SELECT inhrelid FROM pg_inherits WHERE inhparent = 'holdfast.history'::regclass
                  AND inhrelid::regclass::text > 'holdfast.history_' || to_char(timezone('UTC', now()) + interval '\(days) days', 'YYYYMMDD')
                  AND inhrelid <> 'holdfast.history_default'::regclass LOOP
                EXECUTE 'DROP TABLE ' || part;
              END LOOP;
            END $$
            """)
    }
}
