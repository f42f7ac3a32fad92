import Foundation
import TestSupport
import Testing

@Suite struct PoisonCommandTests {
    @Test("Poison is listed, shown and owed again, once; the letter leaves by a worker that is alone with it")
    func requeue() async throws {
        try await withPoison { site, job in
            #expect(try await site.must(["poison", "list"]).output.contains("\(job)"))
            let shown = try await site.must(["poison", "show", job]).output
            #expect(shown.hasPrefix("job \(job): reservation.confirm to the invitee\n"))
            #expect(!shown.contains("zoe"))
            let requeue = ["poison", "requeue", job, "--reason", "mended", "--request-id", "r"]
            let first = try await site.must(requeue).output
            #expect(first.hasPrefix("job \(job) is owed again, as job "))
            #expect(try await site.must(requeue).output == first)
            #expect(try await site.must(["poison", "list"]).output == "no letter has brought workers down\n")
            #expect(try await site.run(["poison", "show", job]).status == 1)
            #expect(
                try await site.sql("SELECT crashes, state FROM holdfast.job WHERE kind = 'reservation.confirm'")
                    == "2|ready")
        }
    }

    @Test("What no longer fits is refused with the reason, as JSON too; what is no poison is said to be none: exit 1")
    func refused() async throws {
        try await withPoison { site, job in
            try await site.sql("UPDATE booking.reservation SET state = 'cancelled'")
            let result = try await site.run(["poison", "requeue", job, "--reason", "x", "--json"])
            #expect(result.status == 1)
            #expect(result.output.contains("\"refusal\":\"its subject changed since"))
            #expect(result.errors.contains("holdfast find"))
            let none = try await site.run(["poison", "requeue", "4711", "--reason", "x"])
            #expect(none.status == 1 && none.errors.contains("4711"))
            #expect(try await site.run(["poison", "requeue", job]).status == 64)
            #expect(
                try await site.run(["poison", "requeue", job, "--reason", "x"], ["HOLDFAST_ONLY_TO": nil]).status == 78)
            #expect(try await site.sql("SELECT count(*) FROM holdfast.audit WHERE action = 'poison requeue'") == "0")
        }
    }

    /// An installation with a hold whose confirmation brought workers down.
    private func withPoison(_ body: (TestInstallation, String) async throws -> Void) async throws {
        try await withInstallation { site in
            try await site.sql(
                """
                INSERT INTO booking.provider (id, display_name, email, tz, booking_slug)
                VALUES ('00000000-0000-4000-8000-000000000001', 'Dr. Quinn', 'quinn@example.org', 'UTC', 'quinn');
                INSERT INTO booking.reservation (provider_id, invitee_name, invitee_email, invitee_tz, starts_at, ends_at, place)
                VALUES ('00000000-0000-4000-8000-000000000001', 'Zoe', 'zoe@example.org', 'UTC', now() + interval '5 days',
                        now() + interval '5 days 1 hour', 'virtual');
                WITH gone AS (DELETE FROM holdfast.job WHERE kind = 'reservation.confirm' RETURNING *)
                INSERT INTO holdfast.history (job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience, reason)
                SELECT id, 3, subject_id, 0, subject_gen, true, 'poison', kind, subject_kind, audience, 'three crashes' FROM gone
                """)
            try await body(site, try await site.sql("SELECT job_id FROM holdfast.history WHERE outcome = 'poison'"))
        }
    }
}
