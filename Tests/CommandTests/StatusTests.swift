import Foundation
import TestSupport
import Testing

@Suite struct StatusTests {
    private struct Report: Decodable {
        struct Depth: Decodable, Equatable {
            let kind: String
            let due: Int
            let later: Int
            let sending: Int
            let held: Int
            let inDoubt: Int
            let oldestDue: Double?
        }
        struct Database: Decodable {
            struct Pin: Decodable {
                let holder: String
                let isTooOld: Bool
            }
            let historyUntil: String?
            let historyWithoutPartition: Int
            let oldestSnapshot: Pin?
        }
        struct Lease: Decodable { let leaseLeft: Double }
        struct Pause: Decodable { let kind: String?, reason: String }
        let owed: [Depth]
        let lastHour: [String: [String: Int]]
        let paused: [Pause]
        let workers: [Lease]
        let database: Database
    }

    /// Jobs in every state, history of every outcome, a worker, a stop, and history without a partition.
    private static let trouble = """
        INSERT INTO holdfast.job (run_at, expires_at, in_doubt_at, state, subject_id, subject_gen, priority, queue, kind, subject_kind, audience)
        SELECT now() + delay, now() + interval '9 days', CASE WHEN doubt THEN now() END, state::holdfast.job_state, gen_random_uuid(), 1, 0,
               'mail', 'reservation.confirm', 'reservation', 'invitee'
        FROM (VALUES (interval '-2 hours', false, 'ready'), (interval '-1 hour', false, 'ready'), (interval '1 hour', false, 'ready'),
                     (interval '10 minutes', true, 'ready'), (interval '-1 minute', false, 'running'),
                     (interval '-1 minute', true, 'held')) AS j (delay, doubt, state);
        INSERT INTO holdfast.history (at, job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience)
        SELECT now() - age, 1, 1, gen_random_uuid(), 1, 1, true, outcome, 'appointment.confirmed.by.somebody', 'reservation', 'client'
        FROM (VALUES (interval '1 second', 'sent'), (interval '2 seconds', 'sent'), (interval '3 seconds', 'unknown'),
                     (interval '2 hours', 'failed'), (interval '90 days', 'sent')) AS h (age, outcome);
        INSERT INTO holdfast.worker (id, lease_until) VALUES (gen_random_uuid(), now() + interval '1 day');
        INSERT INTO holdfast.pause (kind, reason, operator) VALUES ('portal.activate', repeat('a long story ', 20), 'ada');
        """

    @Test("A new installation: nothing owed, no workers, exit 0, and not a line is wider than 80 columns")
    func fresh() async throws {
        try await withInstallation { site in
            let result = try await site.must(["status"])
            #expect(result.errors.isEmpty)
            #expect(result.output.contains("workers       none: nothing is sent"))
            #expect(!result.output.contains("STOPPED") && !result.output.contains("WITHOUT PARTITION"))
            #expect(result.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
        }
    }

    @Test("Trouble is on the page: doubt, what is held, stops with their reason, history without a partition")
    func page() async throws {
        try await withInstallation { site in
            try await site.sql(Self.trouble)
            let lines = try await site.must(["status"]).output.split(separator: "\n").map(String.init)
            #expect(lines.allSatisfy { $0.count <= 80 }, "\(lines)")
            #expect(lines.first?.hasPrefix("STOPPED portal.activate since 20") == true)
            func cells(_ start: String) throws -> [String] {
                try #require(lines.first { $0.hasPrefix(start) }).split(separator: " ").map(String.init)
            }
            #expect(try cells("reservation.confirm") == ["reservation.confirm", "2", "2", "1", "1", "2", "2h", "0m"])
            #expect(try cells("the last hour").suffix(2).joined(separator: " ") == "unknown poison")
            #expect(try cells("appointment").suffix(8).joined(separator: " ") == "2 0 0 0 0 0 1 0")
            #expect(lines.contains("              WITHOUT PARTITION: 1 rows"))
            #expect(lines.contains { $0.hasPrefix("workers       ") && $0.contains("lease for 23h") })
        }
    }

    @Test("As JSON: the same numbers for programs")
    func json() async throws {
        try await withInstallation { site in
            try await site.sql(Self.trouble)
            let result = try await site.must(["status", "--json"])
            let report = try JSONDecoder().decode(Report.self, from: result.stdout)
            let depth = try #require(report.owed.first)
            #expect(depth.due == 2 && depth.later == 2 && depth.sending == 1 && depth.held == 1 && depth.inDoubt == 2)
            #expect(try #require(depth.oldestDue) >= 7200)
            #expect(report.lastHour["appointment.confirmed.by.somebody"]?["unknown"] == 1)
            #expect(report.lastHour["appointment.confirmed.by.somebody"]?["failed"] == 0)
            #expect(report.paused.map(\.kind) == ["portal.activate"])
            #expect(report.workers.count == 1 && report.workers[0].leaseLeft > 86_000)
            #expect(report.database.historyWithoutPartition == 1)
            #expect(report.database.historyUntil?.hasPrefix("20") == true)
        }
    }
}
