import Foundation
import Glibc
import TestSupport
import Testing

/// `holdfast status --watch` in a terminal of its own.
@Suite struct WatchTests {
    private static let watch = ["status", "--watch", "--every", "0.1"]
    private static let job = """
        INSERT INTO holdfast.job (run_at, expires_at, subject_id, subject_gen, priority, queue, kind, subject_kind, audience)
        VALUES (now() - interval '1 minute', now() + interval '9 days', gen_random_uuid(), 1, 0, 'mail', 'survey.request', 'client', 'client')
        """

    @Test("The page follows the queue and the window, and q gives the terminal back")
    func follows() async throws {
        try await withInstallation { site in
            let session = try site.terminal(
                Self.watch, columns: 80, rows: 24,
                steps: [
                    .see("holdfast status, every 0.1 s"), .see("  nothing"), .tell("empty"), .see("survey.request"),
                    .look("whole"), .tell("owed"),
                    .see("STOPPED survey.request"), .resize(columns: 40, rows: 8), .see("below"), .look("small"),
                    .type("G"), .see("snapshots"), .resize(columns: 100, rows: 30), .miss("above"), .look("large"),
                    .type("q"),
                ])
            async let run = session.run()
            try await site.reaches("empty")
            try await site.sql(Self.job)
            try await site.reaches("owed")
            try await site.must(["pause", "--kind", "survey.request", "--reason", "wrong words"])
            let result = try await run
            #expect(result.status == 0 && result.isRestored, "\(result.output.suffix(300))")
            #expect(result.screen.isEmpty, "the first screen is as it was: \(result.screen)")
            for (name, look) in result.looks {
                #expect(look.split(separator: "\n").last?.contains("q ends") == true, "\(name):\n\(look)")
            }
        }
    }

    @Test(
        "Every way out gives the terminal back",
        arguments: [
            (TerminalRun.Step.type("\u{3}"), Int32(0)), (.signal(SIGINT), 130), (.signal(SIGTERM), 143),
            (.signal(SIGHUP), 129), (.signal(SIGQUIT), 131),
        ])
    func ends(_ step: TerminalRun.Step, status: Int32) async throws {
        try await withInstallation { site in
            let run = try await site.runInTerminal(Self.watch, steps: [.see("q ends"), step])
            #expect(run.status == status && run.isRestored && run.screen.isEmpty, "\(run)")
        }
    }

    @Test("Stopped and continued, it takes the terminal again and draws everything anew")
    func continued() async throws {
        try await withInstallation { site in
            let run = try await site.runInTerminal(
                Self.watch,
                steps: [.see("q ends"), .signal(SIGSTOP), .signal(SIGCONT), .look("again"), .type("q")])
            #expect(run.status == 0 && run.isRestored && run.looks["again"]?.contains("workers") == true)
            #expect(run.output.ranges(of: "\u{1B}[?1049h").count == 2, "\(run.output)")
            #expect(run.output.ranges(of: "\u{1B}[2J").count == 2)
        }
    }

    @Test("Nothing is drawn while nothing changes, and what changes is drawn without clearing the screen")
    func quiet() async throws {
        try await withInstallation { site in
            let session = try site.terminal(
                Self.watch, ["NO_COLOR": "1"],
                steps: [.see("q ends"), .look("before"), .tell("quiet"), .see("survey.request"), .type("q")])
            async let run = session.run()
            try await site.reaches("quiet")
            try await site.sql(Self.job)
            let output = try await run.output
            #expect(output.ranges(of: "\u{1B}[2J").count == 1)
            #expect(output.ranges(of: "workers").count == 1, "\(output)")
        }
    }

    @Test("Another window is filled at once, also long before the next look: nothing is cut off")
    func resized() async throws {
        try await withInstallation { site in
            try await site.sql(Self.job)
            try await site.must(["pause", "--reason", "wrong logo, and the whole story of how it came to be"])
            let run = try await site.runInTerminal(
                ["status", "--watch", "--every", "3600"], ["NO_COLOR": "1"],
                steps: [
                    .see("q ends"), .look("wide"), .resize(columns: 40, rows: 40), .see("survey.request: due 1"),
                    .look("narrow"), .resize(columns: 120, rows: 40), .see("holdfast status, every 3600"),
                    .look("wider"),
                    .type("q"),
                ])
            #expect(run.status == 0 && run.isRestored)
            let looks = ["wide": 80, "narrow": 40, "wider": 120]
            for (name, columns) in looks {
                let page = try #require(run.looks[name]).split(separator: "\n").dropLast().map(String.init)
                #expect(page.allSatisfy { $0.count <= columns && !$0.hasSuffix("…") }, "\(name): \(page)")
                #expect(page.joined(separator: " ").contains(/how\s+it\s+came\s+to\s+be/), "\(name): \(page)")
            }
            #expect(run.output.ranges(of: "\u{1B}[2J").count == 3, "drawn anew for each window, and not otherwise")
        }
    }

    @Test("While the database is away the page stays, and the last line says so; without it at the start: exit 69")
    func outage() async throws {
        try await withInstallation { site in
            let name = try #require(URLComponents(string: site.database)?.path.dropFirst())
            let session = try site.terminal(
                Self.watch,
                steps: [
                    .see("q ends"), .tell("up"), .see("not read: "), .look("away"), .tell("away"), .see("q ends"),
                    .type("q"),
                ])
            async let run = session.run()
            try await site.reaches("up")
            let admin = try #require(ProcessInfo.processInfo.environment["TEST_DATABASE_URL"])
            try await psql(admin, "ALTER DATABASE \"\(name)\" ALLOW_CONNECTIONS false")
            try await psql(admin, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)'")
            try await site.reaches("away")
            try await psql(admin, "ALTER DATABASE \"\(name)\" ALLOW_CONNECTIONS true")
            let result = try await run
            #expect(result.status == 0 && result.isRestored)
            #expect(result.looks["away"]?.contains("workers") == true)
            let gone = try await site.runInTerminal(
                Self.watch, ["HOLDFAST_DATABASE_URL": "postgresql://localhost:1/x"])
            #expect(gone.status == 69 && gone.isRestored && gone.screen.hasPrefix("holdfast: "), "\(gone.screen)")
        }
    }

    @Test("Without a terminal: wrong usage, but JSON comes line by line until nobody reads")
    func pipe() async throws {
        try await withInstallation { site in
            let refused = try await site.run(["status", "--watch"])
            #expect(refused.status == 64 && refused.errors.contains("--json"), "\(refused.errors)")
            let dumb = try await site.runInTerminal(["status", "--watch"], ["TERM": "dumb"])
            #expect(dumb.status == 64 && dumb.screen.contains("--json"))
            let program = try HoldfastProcess.program.path
            let lines = try await run(
                "sh", ["-c", "\(program) status --watch --every 0.1 --json | head -n 3"],
                environment: site.settings.merging(["PATH": "/usr/bin:/bin"]) { own, _ in own })
            #expect(lines.output.split(separator: "\n").count == 3)
            #expect(lines.output.split(separator: "\n").allSatisfy { $0.hasPrefix("{\"database\":") })
            for every in ["0", "-1", "nan", "1e9", "soon"] {
                #expect(try await site.run(["status", "--watch", "--every=\(every)"]).status == 64)
            }
            #expect(try await site.run(["status", "--every", "3"]).status == 64)
        }
    }

    @Test("As JSON it survives the database's absence, too, and says so beside the lines")
    func pipeOutage() async throws {
        try await withInstallation { site in
            let name = try #require(URLComponents(string: site.database)?.path.dropFirst())
            let admin = try #require(ProcessInfo.processInfo.environment["TEST_DATABASE_URL"])
            let watch = try await site.start(Self.watch + ["--json"])
            try await eventually("a line was written") { !watch.output.isEmpty }
            try await psql(admin, "ALTER DATABASE \"\(name)\" ALLOW_CONNECTIONS false")
            try await psql(admin, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '\(name)'")
            try await watch.logs("holdfast: not read: ")
            try await psql(admin, "ALTER DATABASE \"\(name)\" ALLOW_CONNECTIONS true")
            let before = watch.output.count
            try await eventually("more lines were written") { watch.output.count > before }
            watch.signal(SIGTERM)
            try await watch.end()
        }
    }
}
