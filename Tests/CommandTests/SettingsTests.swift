import Foundation
import TestSupport
import Testing

@Suite struct SettingsTests {
    @Test("Everything that is wrong with the settings is told at once, by name")
    func allAtOnce() async throws {
        try await withInstallation(ready: false) { site in
            site.settings = [
                "HOLDFAST_SMTP_ULR": "smtp://127.0.0.1", "HOLDFAST_SESSIONS": "many", "HOLDFAST_LOG_LEVEL": "loud",
            ]
            let result = try await site.run(["worker"])
            #expect(result.status == 78)
            #expect(result.output.isEmpty)
            let lines = result.errors.split(separator: "\n").map(String.init)
            #expect(lines.first == "holdfast: \(lines.count - 1) settings are wrong:")
            let named = lines.dropFirst().map { $0.prefix { $0 != ":" }.trimmingCharacters(in: .whitespaces) }
            #expect(
                Set(named) == [
                    "HOLDFAST_SMTP_ULR", "HOLDFAST_DATABASE_URL", "HOLDFAST_LINK_BASE_URL", "HOLDFAST_SMTP_URL",
                    "HOLDFAST_FROM",
                    "HOLDFAST_PORTAL_URL", "HOLDFAST_SUPPORT_URL", "HOLDFAST_LINK_KEY_FILE", "HOLDFAST_SESSIONS",
                    "HOLDFAST_LOG_LEVEL",
                    "HOLDFAST_ONLY_TO",
                ])
        }
    }

    @Test(
        "One wrong setting is one sentence that names it, exit 78, before anything is connected to",
        arguments: [
            ("HOLDFAST_DATABASE_URL", "postgresql://worker:canary@sec@ret@db/x", "is neither a postgresql:// URI nor"),
            ("HOLDFAST_DATABASE_URL", "mysql://canary@db", "is neither a postgresql:// URI nor"),
            ("HOLDFAST_SMTP_URL", "http://relay.example.org", "does not start with smtp:// or smtps://"),
            ("HOLDFAST_SMTP_URL", "smtp://user:canary@relay.example.org", "holds a password; move it to a file"),
            ("HOLDFAST_SMTP_URL", "smtps://user@relay.example.org", "HOLDFAST_SMTP_PASSWORD_FILE gives no password"),
            ("HOLDFAST_SMTP_URL", "smtp://relay.example.org:0", "has a port that is not a number"),
            ("HOLDFAST_SMTP_PASSWORD_FILE", "/nowhere/password", "the file /nowhere/password cannot be read"),
            ("HOLDFAST_SMTP_CA_FILE", "/nowhere/ca.pem", "names a file that cannot be read"),
            ("HOLDFAST_SMTP_RATE", "fast", "must be a number of letters a second"),
            ("HOLDFAST_SMTP_RATE", "0", "must be a number of letters a second"),
            ("HOLDFAST_SMTP_TOKEN_URL", "http://login.example.org/token", "is no https:// address"),
            ("HOLDFAST_SMTP_TOKEN_URL", "https://login.example.org/token", "needs HOLDFAST_SMTP_TOKEN_CLIENT_ID and"),
            ("HOLDFAST_SMTP_2_URL", "http://relay.example.org", "does not start with smtp:// or smtps://"),
            (
                "HOLDFAST_SMTP_2_URL", "smtps://user@relay.example.org",
                "HOLDFAST_SMTP_2_PASSWORD_FILE gives no password"
            ),
            ("HOLDFAST_SMTP_10_URL", "smtp://relay.example.org", "is not a setting of this version"),
            ("HOLDFAST_SMTP_1_URL", "smtp://relay.example.org", "is not a setting of this version"),
            ("HOLDFAST_EHLO_NAME", "not a name", "is no host name"),
            ("HOLDFAST_FROM", "Nobody <nobody>", "has an address that cannot be used"),
            ("HOLDFAST_REPLY_TO", "a\r\nBcc: b@example.org", "cannot"),
            ("HOLDFAST_BRAND_ACCENT", "blue-ish", "is not a colour such as"),
            ("HOLDFAST_PORTAL_URL", "http://portal.example.net", "must be an https:// address"),
            ("HOLDFAST_DIRECTORY_URL", "http://find.example.net", "must be an https:// address"),
            ("HOLDFAST_DIRECTORY_URL", "https://find.example.net/?all", "must be without ? and #"),
            ("HOLDFAST_WELCOME_URL", "find.example.net", "must be an https:// address"),
            ("HOLDFAST_CRISIS_LINE", "Call\n988", "holds a line break"),
            ("HOLDFAST_CRISIS_LINE", String(repeating: "9", count: 201), "is longer than 200 characters"),
            ("HOLDFAST_BRAND_NAME", "Larkspur\u{7}", "holds a line break or another control character"),
            ("HOLDFAST_LINK_BASE_URL", "http://book.example.net", "https"),
            ("HOLDFAST_ENVIRONMENT", "Production!", "environment"),
            ("HOLDFAST_ONLY_TO", "a@b@c", "must name addresses or domains"),
            ("HOLDFAST_ONLY_TO", "", "is required outside environment prod"),
            ("HOLDFAST_SESSIONS", "65", "must be a number from 1 to 64"),
            ("HOLDFAST_HISTORY_DAYS", "29", "must be a number from 30 to 3650"),
            ("HOLDFAST_LOG_FORMAT", "xml", "must be text or json"),
            ("HOLDFAST_LINK_KEY_FILE", "/nowhere/link.key", "/nowhere/link.key"),
            ("HOLDFAST_TEMPLATE", "/templates", "is not a setting of this version"),
            ("HOLDFAST_CONFIG_FILE", "/nowhere/holdfast.env", "the file /nowhere/holdfast.env cannot be read"),
        ])
    func oneWrong(_ name: String, value: String, says: String) async throws {
        try await withInstallation(ready: false) { site in
            try await site.writeKey()
            let result = try await site.run(["worker"], [name: value])
            #expect(result.status == 78)
            #expect(result.output.isEmpty)
            #expect(result.errors.hasPrefix("holdfast: \(name)"))
            #expect(result.errors.contains(says), "\(result.errors)")
            #expect(result.errors.split(separator: "\n").count == 1)
        }
    }

    @Test("What belongs together is asked for together, by the number of the relay")
    func relays() async throws {
        try await withInstallation(ready: false) { site in
            try await site.writeKey()
            func complaint(_ settings: [String: String]) async throws -> String {
                let result = try await site.run(["worker"], settings.mapValues { $0 })
                #expect(result.status == 78)
                return result.errors
            }
            #expect(
                try await complaint(["HOLDFAST_SMTP_3_URL": "smtp://relay.example.org"])
                    == "holdfast: HOLDFAST_SMTP_2_URL: is not set, but HOLDFAST_SMTP_3_URL is; leave no gap\n")
            #expect(
                try await complaint(["HOLDFAST_SMTP_2_RATE": "14"])
                    == "holdfast: HOLDFAST_SMTP_2_URL: is not set, but HOLDFAST_SMTP_2_RATE is; "
                    + "set it, or remove that one\n")
            #expect(
                try await complaint(["HOLDFAST_SMTP_TOKEN_SCOPE": "mail"])
                    == "holdfast: HOLDFAST_SMTP_TOKEN_URL: is not set, but settings for it are; set it too\n")
            #expect(
                try await complaint(["HOLDFAST_SMTP_CLIENT_KEY_FILE": "/nowhere/key"])
                    == "holdfast: HOLDFAST_SMTP_CLIENT_CERT_FILE: is not set, but its key is\n")
            let secret = site.folder.appendingPathComponent("secret")
            try Data("canary\n".utf8).write(to: secret)
            let two = try await complaint([
                "HOLDFAST_SMTP_2_URL": "smtps://me@relay.example.org", "HOLDFAST_SMTP_2_TOKEN_FILE": "/nowhere/token",
                "HOLDFAST_SMTP_2_PASSWORD_FILE": secret.path, "HOLDFAST_SMTP_TOKEN_FILE": "/nowhere/token",
            ])
            #expect(two.split(separator: "\n").count == 3)
            #expect(two.contains("HOLDFAST_SMTP_2_PASSWORD_FILE is set and so is a token; remove one of them."))
            #expect(two.contains("HOLDFAST_SMTP_URL names no user for the token to log in"))
        }
    }

    @Test("In environment prod everybody may be written to; the list is not required")
    func production() async throws {
        try await withInstallation(ready: false) { site in
            site.settings["HOLDFAST_ENVIRONMENT"] = "prod"
            try await site.setUp()
            let server = try SMTPServer.scripted()
            site.use(server)
            try await site.must(["worker", "--drain"], ["HOLDFAST_ONLY_TO": nil])
        }
    }

    @Test("A key file that others can read, or that holds something else, is refused by name")
    func keyFile() async throws {
        try await withInstallation(ready: false) { site in
            try await site.writeKey()
            let path = try #require(site.settings["HOLDFAST_LINK_KEY_FILE"])
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: path)
            let exposed = try await site.run(["worker"])
            #expect(exposed.status == 78)
            #expect(
                exposed.errors
                    == "holdfast: HOLDFAST_LINK_KEY_FILE: \(path) can be used by others than its owner; "
                    + "run `chmod 600 \(path)`.\n"
            )

            try Data("canary".utf8).write(to: URL(fileURLWithPath: path))
            try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
            let garbage = try await site.run(["worker"])
            #expect(garbage.status == 78)
            #expect(garbage.errors.hasPrefix("holdfast: HOLDFAST_LINK_KEY_FILE: "))
        }
    }

    @Test("Secrets come from the files that _FILE settings name, and everything from a file of settings")
    func fromFiles() async throws {
        try await withInstallation(ready: false) { site in
            let url = site.folder.appendingPathComponent("database-url")
            try Data("\(site.database)\n".utf8).write(to: url)
            try await site.must(["migrate"], ["HOLDFAST_DATABASE_URL": nil, "HOLDFAST_DATABASE_URL_FILE": url.path])

            let file = site.folder.appendingPathComponent("holdfast.env")
            try Data(
                """
                # the database of this installation
                HOLDFAST_DATABASE_URL=\(site.database)
                HOLDFAST_ENVIRONMENT=other

                """.utf8
            ).write(to: file)
            let settings = ["HOLDFAST_DATABASE_URL": nil, "HOLDFAST_CONFIG_FILE": file.path] as [String: String?]
            // The environment's own HOLDFAST_ENVIRONMENT wins over the file's.
            #expect(try await site.must(["adopt"], settings).output.contains("environment test already"))
            let other = try await site.run(["adopt"], settings.merging(["HOLDFAST_ENVIRONMENT": nil]) { $1 })
            #expect(other.status == 64)
            #expect(other.errors.contains("nothing was changed"))
        }
    }

    @Test("A file of settings may be written as shells, containers and Windows do; a line that is none is told")
    func fileForms() async throws {
        try await withInstallation(ready: false) { site in
            let file = site.folder.appendingPathComponent("holdfast.env")
            let settings = ["HOLDFAST_DATABASE_URL": nil, "HOLDFAST_CONFIG_FILE": file.path] as [String: String?]
            let lines = [
                "# HOLDFAST_OLD=1", "", "  # HOLDFAST_FROMM", "export HOLDFAST_DATABASE_URL = \(site.database)",
            ]
            for end in ["\n", "\r\n"] {
                try Data(lines.map { $0 + end }.joined().utf8).write(to: file)
                try await site.must(["migrate"], settings)
            }
            try Data("HOLDFAST_LOG_LEVEL=info\nHOLDFAST_DATABASE_URL \(site.database)\n".utf8).write(to: file)
            let result = try await site.run(["migrate"], settings)
            #expect(result.status == 78)
            #expect(result.errors == "holdfast: HOLDFAST_CONFIG_FILE: line 2 of \(file.path) is no NAME=value\n")
        }
    }

    @Test("A server that is there and refuses the role or the database: exit 78, as waiting for it helps nobody")
    func refusedByServer() async throws {
        try await withInstallation(ready: false) { site in
            for (field, value) in [("user", "nobody-here"), ("dbname", "no-such-database")] {
                var url = try #require(URLComponents(string: site.database))
                url.queryItems = (url.queryItems ?? []) + [URLQueryItem(name: field, value: value)]
                let result = try await site.run(["status"], ["HOLDFAST_DATABASE_URL": url.string])
                #expect(result.status == 78, "\(result.errors)")
                #expect(result.errors.contains("correct the role, password or database in HOLDFAST_DATABASE_URL"))
            }
        }
    }

    @Test("A misspelt setting in the file of settings is told, as one in the environment is")
    func misspeltInFile() async throws {
        try await withInstallation(ready: false) { site in
            try await site.writeKey()
            let file = site.folder.appendingPathComponent("holdfast.env")
            try Data("HOLDFAST_REPLYTO=office@example.org\n".utf8).write(to: file)
            let result = try await site.run(["worker"], ["HOLDFAST_CONFIG_FILE": file.path])
            #expect(result.status == 78)
            #expect(result.errors.hasPrefix("holdfast: HOLDFAST_REPLYTO: is not a setting of this version"))
        }
    }
}
