import Foundation
import TestSupport
import Testing

@Suite struct HistoryCommandTests {
    @Test("Every row of a stretch is exported once, as CSV that another program reads and as JSON lines")
    func export() async throws {
        try await withHistory { site in
            let csv = try await site.must(["history", "export", "--since", "2026-01-01"]).output
            let script = """
                import csv, io, json, sys
                rows = list(csv.DictReader(io.StringIO(sys.stdin.read(), newline="")))
                print(json.dumps([[r["job"], r["outcome"], r["reply"], r["isFinal"], r["code"]] for r in rows]))
                """
            let python = ProcessInfo.processInfo.environment["TEST_PYTHON"] ?? "/usr/bin/python3"
            let read = try await run(python, ["-c", script], stdin: Data(csv.utf8))
            let rows = try JSONDecoder().decode([[String]].self, from: read.stdout)
            #expect(rows.count == 30)
            #expect(rows.first == ["0", "sent", "2.0.0 Ok, \"queued\"\nas X", "true", "250"])
            let lines = try await site.must(["history", "export", "--since", "2026-01-01", "--format", "ndjson"]).output
            let jobs = try lines.split(separator: "\n").map {
                try JSONDecoder().decode(Job.self, from: Data($0.utf8)).job
            }
            #expect(jobs == Array(0..<30))
        }
    }

    @Test("From and until, as a day, an instant or so long ago; nothing there: exit 1; upside down: exit 64")
    func span() async throws {
        try await withHistory { site in
            let some = try await site.must([
                "history", "export", "--since", "2026-01-01T01:00:00Z", "--until", "2026-01-01T03:00:00Z",
            ]).output
            #expect(some.matches(of: /digest/).count == 2)
            let none = try await site.run(["history", "export", "--since", "5s", "--format", "ndjson"])
            #expect(none.status == 1 && none.output.isEmpty && none.errors.contains("no history"))
            let odd = try await site.run(["history", "export", "--since", "2h", "--until", "2026-01-01"])
            #expect(odd.status == 64)
            for since in ["soon", "-2h", "2", "0d", "", "1000000000w"] {
                #expect(try await site.run(["history", "export", "--since=\(since)"]).status == 64, "\(since)")
            }
        }
    }

    @Test("It ends when nobody reads any more, and does not read years for nobody")
    func unread() async throws {
        try await withHistory { site in
            try await site.sql(
                """
                INSERT INTO holdfast.history (at, job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience)
                SELECT timestamptz '2025-01-01 00:00+00' + n * interval '1 hour', n, 1, gen_random_uuid(), 1, 1, true, 'sent', 'task.digest',
                  'client', 'client' FROM generate_series(0, 4999) AS n
                """)
            let commits = "SELECT xact_commit FROM pg_stat_database WHERE datname = current_database()"
            let before = try #require(Int(try await site.sql(commits)))
            let program = try HoldfastProcess.program.path
            let first = try await run(
                "bash", ["-c", "\(program) history export --since 2025-01-01 | head -n 1; exit ${PIPESTATUS[0]}"],
                environment: site.settings.merging(["PATH": "/usr/bin:/bin"]) { own, _ in own })
            #expect(first.status == 0 && first.output.hasPrefix("at,job,") && first.errors.isEmpty, "\(first.errors)")
            // Each hour would be a statement of its own.
            #expect(try #require(Int(try await site.sql(commits))) - before < 3000)
        }
    }

    private struct Job: Decodable { let job: Int }

    /// An installation with thirty rows of history, one an hour from the beginning of 2026.
    private func withHistory(_ body: (TestInstallation) async throws -> Void) async throws {
        try await withInstallation { site in
            try await site.sql(
                """
                INSERT INTO holdfast.history (at, job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience, code,
                  reply)
                SELECT timestamptz '2026-01-01 00:00+00' + n * interval '1 hour', n, 1, gen_random_uuid(), 1, 1, true, 'sent', 'task.digest',
                  'client', 'client', 250, E'2.0.0 Ok, "queued"\\nas X'
                FROM generate_series(0, 29) AS n
                """)
            try await body(site)
        }
    }
}
