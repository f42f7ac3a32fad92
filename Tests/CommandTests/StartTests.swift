import Foundation
import TestSupport
import Testing

/// What a worker looks at before it claims anything.
@Suite struct StartTests {
    @Test(
        "A database that cannot be reached: one sentence, exit 69, and nothing of the address's password",
        arguments: [
            "postgresql://worker:canary@127.0.0.1:9/holdfast", "postgresql://worker:canary@/holdfast?host=/nowhere",
            "postgresql://worker:canary@no-such-host.invalid/holdfast",
        ])
    func databaseAway(_ url: String) async throws {
        try await withInstallation(ready: false) { site in
            try await site.writeKey()
            for command in [
                ["worker"], ["migrate"], ["migrate", "--status", "--json"], ["links", "keys", "list"],
                ["adopt", "--yes"],
            ] {
                let result = try await site.run(command, ["HOLDFAST_DATABASE_URL": url])
                #expect(result.status == 69, "\(command)")
                #expect(result.output.isEmpty)
                #expect(result.errors.hasPrefix("holdfast: ") && result.errors.contains("HOLDFAST_DATABASE_URL"))
                #expect(result.errors.split(separator: "\n").count == 1)
            }
        }
    }

    @Test("A password the database refuses is not printed")
    func databaseRefuses() async throws {
        try await withInstallation(ready: false) { site in
            var url = try #require(URLComponents(string: site.database))
            url.user = "nobody-here"
            url.password = "canary"
            let result = try await site.run(["migrate"], ["HOLDFAST_DATABASE_URL": url.string])
            #expect(result.status == 78)
            #expect(result.errors.contains("HOLDFAST_DATABASE_URL") && !result.errors.contains("canary"))
        }
    }

    @Test("A relay that cannot be reached: one sentence, exit 69, and no lease is left behind")
    func relayAway() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            let door = try await Door(to: server.port)
            site.use(server, behind: door)
            try door.close()
            let result = try await site.run(["worker"])
            #expect(result.status == 69)
            #expect(
                result.errors
                    == "holdfast: No connection to the relay smtp://127.0.0.1:\(door.port); "
                    + "check host and port in HOLDFAST_SMTP_URL.\n"
            )
            #expect(try await site.sql("SELECT count(*) FROM holdfast.worker") == "0")
        }
    }

    @Test("No active key, and a key file that is not the active one's: exit 78 and the way out")
    func keys() async throws {
        try await withInstallation(ready: false) { site in
            try await site.must(["migrate"])
            let path = try #require(site.settings["HOLDFAST_LINK_KEY_FILE"])
            try await site.must(["links", "keys", "new", "--kid", "test-1", "--out", path])
            let none = try await site.run(["worker"])
            #expect(none.status == 78)
            #expect(
                none.errors
                    == "holdfast: no key signs links yet: "
                    + "run 'holdfast links keys new' and 'holdfast links keys activate'\n"
            )

            let other = site.folder.appendingPathComponent("other.key").path
            try await site.must(["links", "keys", "new", "--kid", "test-2", "--out", other])
            try await site.must(["links", "keys", "activate", "test-1"])
            let wrong = try await site.run(["worker"], ["HOLDFAST_LINK_KEY_FILE": other])
            #expect(wrong.status == 78)
            #expect(
                wrong.errors.hasPrefix(
                    "holdfast: HOLDFAST_LINK_KEY_FILE: this is not the private half of the active key test-1"))
        }
    }

    @Test(
        "A template with a mistake: exit 78 and its place in the file",
        arguments: [
            ("Hello {{client.nickname}}", "client.nickname"), ("Hello {{client.name", "never ends"),
            ("{{#client.name}}Hello", "{{#client.name}}"),
            ("{{>no_such_partial}}", "no_such_partial"),
        ])
    func templates(_ mistake: String, named: String) async throws {
        try await withInstallation(ready: false) { site in
            try await site.writeKey()
            let folder = site.folder.appendingPathComponent("Templates")
            try FileManager.default.copyItem(
                at: TestInstallation.repository.appendingPathComponent("Templates"), to: folder)
            let file = folder.appendingPathComponent("reservation.confirm/en.mustache")
            let text = try String(contentsOf: file, encoding: .utf8)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let line = try #require(lines.firstIndex { $0.contains("{{>hello}}") })
            try Data(text.replacing(lines[line], with: mistake).utf8).write(to: file)
            let result = try await site.run(["worker"], ["HOLDFAST_TEMPLATES": folder.path])
            #expect(result.status == 78)
            #expect(result.errors.hasPrefix("holdfast: the templates cannot be used:\n"))
            #expect(result.errors.contains("reservation.confirm/en.mustache:\(line + 1):"), "\(result.errors)")
            #expect(result.errors.contains(named))
        }
    }

    @Test("A folder without templates is refused by its setting")
    func noTemplates() async throws {
        try await withInstallation(ready: false) { site in
            try await site.writeKey()
            let result = try await site.run(["worker"], ["HOLDFAST_TEMPLATES": "/nowhere"])
            #expect(result.status == 78)
            #expect(result.errors.contains("/nowhere") && result.errors.contains("HOLDFAST_TEMPLATES"))
        }
    }

    @Test("A copied database: a worker refuses it until it is adopted, and adopting is recorded")
    func copy() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            site.use(server)
            let name = try #require(URLComponents(string: site.database)?.path.dropFirst())
            try await withDatabase(template: String(name)) { copy in
                let changes = ["HOLDFAST_DATABASE_URL": copy]
                let refused = try await site.run(["worker", "--drain"], changes)
                #expect(refused.status == 78)
                #expect(
                    refused.errors == """
                        holdfast: this database is a copy of the one that was adopted, and the people in it may be real: \
                        run 'holdfast adopt' if it is to be served

                        """)
                let unasked = try await site.run(["adopt"], changes)
                #expect(unasked.status == 64)
                #expect(unasked.errors.contains("say --yes"))
                #expect(try await site.run(["worker", "--drain"], changes).status == 78)

                let adopted = try await site.must(["adopt", "--yes", "--reason", "spring tests"], changes)
                #expect(adopted.output == "environment test serves this database from now on\n")
                try await site.must(["worker", "--drain"], changes)
                let audit = try await psql(
                    copy, "SELECT action, target, reason FROM holdfast.audit ORDER BY at DESC LIMIT 1")
                #expect(audit == "adopt|test|spring tests")
                #expect(try await site.must(["adopt"], changes).output.contains("already"))
            }
            try await site.must(["worker", "--drain"])
        }
    }

    @Test("A worker of another environment refuses the database")
    func otherEnvironment() async throws {
        try await withInstallation { site in
            let result = try await site.run(["worker"], ["HOLDFAST_ENVIRONMENT": "staging"])
            #expect(result.status == 78)
            #expect(
                result.errors.hasPrefix(
                    "holdfast: this database belongs to environment 'test' and HOLDFAST_ENVIRONMENT says 'staging'"))
        }
    }

    @Test("Draining an empty queue ends at once with 0; nothing but the log is written, and that to standard error")
    func drainEmpty() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            site.use(server)
            let result = try await site.run(["worker", "--drain"])
            #expect(result.status == 0)
            #expect(result.output.isEmpty)
            #expect(result.errors.contains("the worker has stopped"))
            #expect(try await site.sql("SELECT count(*) FROM holdfast.worker") == "0")
        }
    }

    @Test("A log for collectors is one JSON object a line")
    func jsonLog() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            site.use(server)
            let result = try await site.must(["worker", "--drain"], ["HOLDFAST_LOG_FORMAT": "json"])
            struct Line: Decodable { let time: String, level: String, message: String }
            let lines = try result.errors.split(separator: "\n").map {
                try JSONDecoder().decode(Line.self, from: Data($0.utf8))
            }
            #expect(lines.last?.message == "the worker has stopped")
        }
    }
}
