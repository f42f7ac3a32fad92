import Foundation
import TestSupport
import Testing

/// What the doctor says as a whole.
@Suite struct DoctorTests {
    private static let checks = [
        "settings", "database", "pooler", "listen", "schema", "grants", "clock", "environment", "signing key",
        "xmin horizon", "dead rows", "notify queue", "partitions", "time zones", "stops", "overdue", "held", "suspects",
        "in doubt", "workers", "key file", "templates", "journal", "relay",
    ]

    @Test("A healthy installation with a worker at work: every line is ok, exit 0, and the relay's certificate is told")
    func healthy() async throws {
        try await withInstallation { site in
            try site.useProtectedRelay()
            try site.makeJournal()
            _ = try await site.startWorker()
            let checkup = try await site.doctor()
            #expect(checkup.lines.map(\.check) == Self.checks)
            #expect(checkup.lines.filter { $0.verdict != "ok" }.isEmpty, "\(checkup.lines)")
            #expect(checkup.status == 0)
            try checkup.expect("database", "ok", "PostgreSQL 1", "libpq 1")
            try checkup.expect(
                "relay", "ok", "logged in, TLSv1.", "certificate for localhost, until 20", "89 days left")
            try checkup.expect("listen", "ok", "was heard after")
            try checkup.expect("workers", "ok", "1 worker alive")
        }
    }

    @Test("For people: a line for each check, at most 80 columns wide, and a sum at the end")
    func page() async throws {
        try await withInstallation { site in
            try await site.sql("INSERT INTO holdfast.pause (kind, reason, operator) VALUES ('*', 'canary', 'ada')")
            let result = try await site.run(["doctor"])
            #expect(result.status == 1)
            #expect(!result.output.contains("canary"))
            let lines = result.output.split(separator: "\n").map(String.init)
            #expect(lines.filter { $0.count > 80 && !$0.contains("/") } == [])
            #expect(lines.contains { $0.hasPrefix("ok    schema        version ") })
            #expect(lines.contains { $0.hasPrefix("warn  stops         1 stop stands") })
            #expect(lines.contains { $0.hasPrefix("                    - all letters, since 20") })
            #expect(lines.contains("                    mend: holdfast resume --reason TEXT, with --kind for one"))
            #expect(lines.contains { $0.hasPrefix("fail  relay         No connection to the relay") })
            #expect(lines.last == "24 checks: 20 ok, 3 warn, 1 fail")
        }
    }

    @Test("The page is as wide as the terminal; only what is to be copied stays whole", arguments: [40, 80, 120])
    func widths(_ columns: Int) async throws {
        try await withInstallation { site in
            let run = try await site.runInTerminal(["doctor"], ["NO_COLOR": "1"], columns: columns)
            let lines = run.output.split(whereSeparator: \.isNewline).map(String.init)
            let wide = lines.filter { $0.count > columns }
            #expect(wide.allSatisfy { $0.split(separator: " ").contains { $0.count > columns / 2 } }, "\(wide)")
            #expect(lines.contains { $0.count > columns * 3 / 4 })
            let words = lines.joined(separator: " ").split(separator: " ").joined(separator: " ")
            #expect(words.contains("warn workers none is alive: nothing is sent mend: start 'holdfast worker'"))
            #expect(words.hasSuffix("24 checks: 21 ok, 2 warn, 1 fail"), "\(words)")
        }
    }

    @Test("Settings that are wrong are told all at once, and everything else is looked at")
    func settings() async throws {
        try await withInstallation { site in
            let checkup = try await site.doctor([
                "HOLDFAST_SESSIONS": "many", "HOLDFAST_FROM": nil, "HOLDFAST_SPEED": "9", "HOLDFAST_LOG_LEVEL": "loud",
            ])
            try checkup.expect(
                "settings", "fail", "4 settings cannot be used", "HOLDFAST_SESSIONS: must be a number",
                "HOLDFAST_FROM: is not",
                "HOLDFAST_SPEED: is not a setting", "HOLDFAST_LOG_LEVEL")
            try checkup.expect("schema", "ok")
            try checkup.expect("templates", "ok")
            let homeless = try await site.doctor(["HOLDFAST_DATABASE_URL": nil])
            try homeless.expect("settings", "fail", "HOLDFAST_DATABASE_URL: is not set")
            try homeless.expect("key file", "ok")
            try homeless.expect("relay", "fail")
        }
    }

    @Test("A settings file that cannot be read: exit 78, and nothing is looked at")
    func noSettings() async throws {
        try await withInstallation(ready: false) { site in
            let result = try await site.run(["doctor"], ["HOLDFAST_CONFIG_FILE": "/nowhere/holdfast.env"])
            #expect(result.status == 78 && result.output.isEmpty)
            #expect(
                result.errors.hasPrefix("holdfast: HOLDFAST_CONFIG_FILE: the file /nowhere/holdfast.env cannot be read")
            )
        }
    }
}
