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
        struct Lease: Decodable {
            struct Relay: Decodable { let name: String, breaker: String, trouble: String? }
            let leaseLeft: Double
            let pid: String?
            let relays: [Relay]
        }
        struct Outlook: Decodable {
            let sentPerMinute: [String: Double]
            let retries: Int
            let retriesDue: Int
            let nextRetry: String?
            let oldestInDoubt: Double?
            let oldestHeld: Double?
            let scheduled: Int
            let horizon: String?
        }
        struct Pause: Decodable { let kind: String?, reason: String }
        let owed: [Depth]
        let outlook: Outlook
        let lastHour: [String: [String: Int]]
        let paused: [Pause]
        let workers: [Lease]
        let database: Database
    }

    /// Jobs in every state, history of every outcome, a worker, a stop, and history without a partition.
    private static let trouble = """
        INSERT INTO holdfast.job (run_at, expires_at, in_doubt_at, state, subject_id, subject_gen, priority, queue, kind, subject_kind, audience)
        SELECT now() + delay, now() + interval '9 days', CASE WHEN doubt THEN now() - interval '2 hours' END, state::holdfast.job_state, gen_random_uuid(), 1, 0,
               'mail', 'reservation.confirm', 'reservation', 'invitee'
        FROM (VALUES (interval '-2 hours', false, 'ready'), (interval '-1 hour', false, 'ready'), (interval '1 hour', false, 'ready'),
                     (interval '10 minutes', true, 'ready'), (interval '-1 minute', false, 'running'),
                     (interval '-1 minute', true, 'held')) AS j (delay, doubt, state);
        INSERT INTO holdfast.history (at, job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience)
        SELECT now() - age, 1, 1, gen_random_uuid(), 1, 1, true, outcome, 'appointment.confirmed.by.somebody', 'reservation', 'client'
        FROM (VALUES (interval '1 second', 'sent'), (interval '2 seconds', 'sent'), (interval '3 seconds', 'unknown'),
                     (interval '2 hours', 'failed'), (interval '90 days', 'sent')) AS h (age, outcome);
        UPDATE holdfast.job SET attempts = 1 WHERE id = (SELECT min(id) FROM holdfast.job WHERE state = 'ready');
        INSERT INTO holdfast.worker (id, lease_until, info) VALUES (gen_random_uuid(), now() + interval '1 day', '{"pid": 42, "version": "9",
          "relays": [{"name": "smtps://a.example:465", "breaker": "closed", "limit": 8, "sessionsInUse": 3},
                     {"name": "smtp://b.example:587", "breaker": "open", "limit": 1, "sessionsInUse": 0, "trouble": "421 come back \\u001b[2Jlater"}]}');
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
            #expect(
                lines.contains {
                    $0.hasPrefix("workers       ") && $0.contains("lease for 23h") && $0.hasSuffix("  pid 42")
                })
            for line in [
                "sent          2.0, 0.4, 0.1 a minute over 1, 5 and 15 minutes",
                "                smtps://a.example:465  takes letters, 3 of 8 sessions in use",
                "                smtp://b.example:587  BREAKER OPEN, 0 of 1 sessions in use",
                "                  421 come back \u{FFFD}[2Jlater", "in doubt      the oldest for 2h 0m",
            ] { #expect(lines.contains(line), "\(lines)") }
            #expect(lines.contains { $0.hasPrefix("retries       1, of them due 1, the next at 20") })
            #expect(lines.contains { $0.hasPrefix("ahead         2 for later, until 20") })
            #expect(lines.contains { $0.hasPrefix("held          the oldest for ") })
        }
    }

    @Test("A running worker's relays are on the page, also one that takes nothing")
    func relays() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            site.use(server)
            _ = try await site.startWorker(["HOLDFAST_SMTP_2_URL": "smtp://127.0.0.1:9"])
            try await eventually("the worker told of its relays") {
                let output = try await site.must(["status"]).output
                return output.contains("smtp://127.0.0.1:\(server.port)  takes letters, 0 of ")
                    && output.contains("smtp://127.0.0.1:9  BREAKER OPEN, 0 of ")
            }
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
            #expect(report.workers[0].relays.map(\.trouble) == [nil, "421 come back \u{1B}[2Jlater"])
            #expect(report.outlook.sentPerMinute == ["last1Minute": 2, "last5Minutes": 0.4, "last15Minutes": 2 / 15])
            #expect(report.outlook.retries == 1 && report.outlook.retriesDue == 1 && report.outlook.nextRetry != nil)
            #expect(report.outlook.oldestInDoubt.map { $0 >= 7200 } == true && report.outlook.oldestHeld != nil)
            #expect(report.outlook.scheduled == 2 && report.outlook.horizon?.hasPrefix("20") == true)
            #expect(report.database.historyWithoutPartition == 1)
            #expect(report.database.historyUntil?.hasPrefix("20") == true)
        }
    }
}
