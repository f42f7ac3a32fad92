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
            let oldestHeldInDoubt: Double?
            let held: Int
            let heldInDoubt: Int
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
        UPDATE holdfast.job SET claim_no = 1 WHERE id = (SELECT min(id) FROM holdfast.job WHERE state = 'ready');
        INSERT INTO holdfast.worker (id, lease_until, info) VALUES (gen_random_uuid(), now() + interval '1 day', '{"pid": 42, "version": "9",
          "relays": [{"name": "smtps://a.example:465", "breaker": "closed", "limit": 8, "sessionsInUse": 3},
                     {"name": "smtp://b.example:587", "breaker": "open", "limit": 1, "sessionsInUse": 0, "trouble": "421 come back \\u001b[2Jlater"}]}');
        INSERT INTO holdfast.pause (kind, reason, operator) VALUES ('portal.activate', repeat('a long story ', 20) || 'end', 'ada');
        """
    /// A relay whose name fills a line.
    private static let longName = "smtps://relay-\(String(repeating: "x", count: 32)).mail.practice.example:465"

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
            // Its name leaves no room for columns.
            #expect(lines.contains("  appointment.confirmed.by.somebody: sent 2, unknown 1"))
            #expect(lines.contains("              WITHOUT PARTITION: 1 rows"))
            #expect(
                lines.contains {
                    $0.hasPrefix("workers       ") && $0.contains("lease for 23h") && $0.hasSuffix("  pid 42")
                })
            for line in [
                "sent          2.0, 0.4, 0.1 a minute over 1, 5 and 15 minutes",
                "                takes letters, 3 of 8 sessions in use: smtps://a.example:465",
                "                BREAKER OPEN, 0 of 1 sessions in use: smtp://b.example:587",
                "                  421 come back \u{FFFD}[2Jlater", "in doubt      the oldest for 2h 0m",
                "held          1, of them in doubt 1, the oldest for 2h 0m: 'holdfast release",
                "              --state held --dry-run' lists them",
            ] { #expect(lines.contains(line), "\(lines)") }
            #expect(lines.contains { $0.hasPrefix("retries       1, of them due 1, the next at 20") })
            #expect(lines.contains { $0.hasPrefix("ahead         2 for later, until 20") })
        }
    }

    @Test(
        "However wide the terminal is, and in a pipe, no line is wider and nothing is lost",
        arguments: [40, 80, 120, nil])
    func widths(_ columns: Int?) async throws {
        try await withInstallation { site in
            try await site.sql(
                Self.trouble
                    + "UPDATE holdfast.worker SET info = jsonb_set(info, '{relays,0,name}', to_jsonb('\(Self.longName)'::text));"
                    + "INSERT INTO holdfast.pause (kind, reason, operator) VALUES ('*', 'wrong logo, tell zoe@example.org', 'root')"
            )
            let text =
                if let columns {
                    try await site.runInTerminal(["status"], ["NO_COLOR": "1"], columns: columns).output
                } else {
                    try await site.must(["status"]).output
                }
            let lines = text.split(whereSeparator: \.isNewline).map(String.init)
            #expect(lines.allSatisfy { $0.count <= columns ?? 80 }, "\(text)")
            // A word that is wider than the screen goes on in the next line.
            let whole = lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
            let joined = whole.replacing(" ", with: "")
            #expect(!whole.contains("…") || whole.ranges(of: "…").count == 1, "but for the masked address")
            for words in [
                "a long story end", "by root: wrong logo, tell z…@example.org", "takes letters, 3 of 8 sessions in use",
                "BREAKER OPEN, 0 of 1 sessions in use", "421 come back", "lists them", "over 1, 5 and 15 minutes",
                "WITHOUT PARTITION: 1 rows", "pid 42",
            ] { #expect(whole.contains(words), "\(words)\n\(text)") }
            for word in [Self.longName, "appointment.confirmed.by.somebody"] {
                #expect(joined.contains(word), "\(word)\n\(text)")
            }
            if columns == 40 {
                #expect(
                    whole.contains(
                        "reservation.confirm: due 2, later 2, sending 1, held 1, in doubt 2, oldest due 2h 0m"),
                    "\(text)")
                #expect(whole.contains("appointment.confirmed.by.somebody: sent 2, unknown 1"), "\(text)")
            }
        }
    }

    @Test("Letters that an operator holds are counted as held, and not as in doubt")
    func held() async throws {
        try await withInstallation { site in
            try await site.sql(
                """
                INSERT INTO holdfast.job (run_at, expires_at, state, due_before_hold, subject_id, subject_gen, priority, queue, kind, subject_kind, audience)
                SELECT 'infinity', now() + interval '9 days', 'held', now(), gen_random_uuid(), 1, 0, 'mail', 'survey.request', 'client', 'client'
                FROM generate_series(1, 3)
                """)
            let page = try await site.must(["status"]).words
            #expect(
                page.contains("held 3, of them in doubt 0: 'holdfast release --state held --dry-run' lists them"),
                "\(page)")
            let outlook = try JSONDecoder().decode(Report.self, from: try await site.must(["status", "--json"]).stdout)
                .outlook
            #expect(outlook.held == 3 && outlook.heldInDoubt == 0 && outlook.oldestHeldInDoubt == nil)
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
                return output.contains(/takes letters, 0 of \d+ sessions in use: smtp:\/\/127\.0\.0\.1:\d\d/)
                    && output.contains(/BREAKER OPEN, 0 of \d+ sessions in use: smtp:\/\/127\.0\.0\.1:9\n/)
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
            #expect(report.outlook.oldestInDoubt.map { $0 >= 7200 } == true && report.outlook.oldestHeldInDoubt != nil)
            #expect(report.outlook.held == 1 && report.outlook.heldInDoubt == 1)
            #expect(report.outlook.scheduled == 2 && report.outlook.horizon?.hasPrefix("20") == true)
            #expect(report.database.historyWithoutPartition == 1)
            #expect(report.database.historyUntil?.hasPrefix("20") == true)
        }
    }
}
