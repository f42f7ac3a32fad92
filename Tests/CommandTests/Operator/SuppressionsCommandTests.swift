import Foundation
import TestSupport
import Testing

@Suite struct SuppressionsCommandTests {
    private static let why = ["--reason", "asked on the phone"]

    @Test("An address is added, shown masked, found, and lifted; each is recorded without it")
    func life() async throws {
        try await withInstallation { site in
            let address = "zoe.lovelace@example.org"
            #expect(
                try await site.must(["suppressions", "add", address] + Self.why).output
                    == "z…@example.org: added\n")
            #expect(
                try await site.must(["suppressions", "add", address.uppercased()] + Self.why).output
                    .hasSuffix(": stands already; nothing was changed\n"))
            let list = try await site.must(["suppressions", "list"]).output
            #expect(list.contains("z…@example.org") && list.contains("manual") && !list.contains("lovelace"))
            #expect(try await site.must(["suppressions", "list", address]).output.contains("for good"))
            let lifted = try await site.must(["suppressions", "remove", address] + Self.why).output
            #expect(lifted == "z…@example.org: lifted all (manual)\n")
            #expect(try await site.must(["suppressions", "list"]).output == "nobody is suppressed\n")
            let again = try await site.run(["suppressions", "remove", address] + Self.why)
            #expect(again.status == 1 && again.errors.contains("nothing binds that address"))
            let one = try await site.run(["suppressions", "list", address])
            #expect(one.status == 1 && one.output == "it is not suppressed\n")
            let audit = try await site.sql(
                "SELECT a FROM holdfast.audit a WHERE action LIKE 'suppressions%' ORDER BY at")
            #expect(audit.split(separator: "\n").count == 3)
            #expect(audit.contains("asked on the phone") && !audit.lowercased().contains("lovelace"))
        }
    }

    @Test(
        "Under one request it is lifted once, and a second time it is said that nothing was; until 30 days is one wish")
    func requests() async throws {
        try await withInstallation { site in
            let (zoe, bo) = ("zoe@example.org", "bo@example.org")
            let add = ["suppressions", "add", bo, "--until", "30d", "--request-id", "u"] + Self.why
            #expect(try await site.must(add).output == "b…@example.org: added\n")
            #expect(try await site.must(add).output.contains("done before, under the same request"))
            #expect(try await site.count("holdfast.audit WHERE request_id = 'u'") == 1)
            let remove = ["suppressions", "remove", zoe, "--request-id", "q"] + Self.why
            try await site.must(["suppressions", "add", zoe] + Self.why)
            #expect(try await site.must(remove).output == "z…@example.org: lifted all (manual)\n")
            try await site.must(["suppressions", "add", zoe] + Self.why)
            #expect(
                try await site.must(remove).output
                    == "z…@example.org: lifted all (manual) before, under the same request; nothing was changed\n")
            #expect(
                try await site.must(remove + ["--json"]).output == #"{"isDoneBefore":true,"lifted":{"all":"manual"}}"#
                    + "\n")
            #expect(try await site.must(["suppressions", "list", zoe]).output.contains("for good"))
        }
    }

    @Test("Addresses are shown to whoever says why, which is recorded first")
    func shown() async throws {
        try await withInstallation { site in
            try await site.must(["suppressions", "add", "zoe@example.org", "--class", "survey"] + Self.why)
            let silent = try await site.run(["suppressions", "list", "--show-addresses"])
            #expect(silent.status == 64 && silent.errors.contains("--reason"))
            #expect(try await site.sql("SELECT count(*) FROM holdfast.audit WHERE action = 'show_addresses'") == "0")
            let rows = try await site.must(["suppressions", "list", "--json", "--show-addresses"] + Self.why).stdout
            struct Row: Decodable, Equatable {
                let address: String
                let `class`: String
                let until: Date?
            }
            #expect(
                try JSONDecoder().decode([Row].self, from: rows)
                    == [Row(address: "zoe@example.org", class: "survey", until: nil)])
            #expect(
                try await site.sql("SELECT target, reason FROM holdfast.audit WHERE action = 'show_addresses'")
                    == "suppressed addresses|asked on the phone")
        }
    }

    @Test("What is exported is imported again as it was; the same request changes nothing")
    func roundTrip() async throws {
        try await withInstallation { site in
            let text = """
                \u{FEFF}address,class,until,reason
                zoe@example.org,task,2037-05-01T00:00:00Z,opt_out
                # from the old system
                bo@example.org
                """
            let first = try await site.must(
                ["suppressions", "import", "-", "--request-id", "r1"] + Self.why, stdin: text)
            #expect(first.output == "2 added, 0 changed, 0 stood already\n")
            let again = try await site.must(
                ["suppressions", "import", "-", "--request-id", "r1"] + Self.why, stdin: text)
            #expect(again.output.hasPrefix("done before"))
            let exported = try await site.must(["suppressions", "export"] + Self.why).output
            #expect(
                exported == """
                    address,class,until,reason
                    bo@example.org,all,,manual
                    zoe@example.org,task,2037-05-01T00:00:00Z,opt_out

                    """)
            try await site.sql("DELETE FROM holdfast.suppression")
            let file = site.folder.appendingPathComponent("list.csv")
            try exported.write(to: file, atomically: true, encoding: .utf8)
            let report = try await site.must(["suppressions", "import", file.path, "--json"] + Self.why).output
            #expect(report == "{\"added\":2,\"changed\":0,\"doneBefore\":0,\"stood\":0}\n")
            #expect(try await site.must(["suppressions", "export"] + Self.why).output == exported)
            #expect(
                try await site.must(["suppressions", "export", "--format", "ndjson"] + Self.why).output
                    .split(separator: "\n").count == 2)
        }
    }

    @Test("An address may come from standard input; what is none is refused without being repeated")
    func piped() async throws {
        try await withInstallation { site in
            #expect(
                try await site.must(["suppressions", "add", "-"] + Self.why, stdin: "zoe@example.org\n").output
                    == "z…@example.org: added\n")
            let list = ["suppressions", "list", "-"]
            #expect(try await site.must(list, stdin: "zoe@example.org").output.contains("z…@example.org"))
            try await site.must(["suppressions", "remove", "-"] + Self.why, stdin: "zoe@example.org\n")
            let wrong = try await site.run(list, stdin: "canary\n")
            #expect(wrong.status == 64 && wrong.errors.contains("name@example.org"))
        }
    }

    @Test("A list with mistakes: every wrong line by its number, none quoted, nothing imported, exit 65")
    func mistakes() async throws {
        try await withInstallation { site in
            let list = "good@example.org\nsecret person\nbo@example.org,none\n"
            let result = try await site.run(["suppressions", "import", "-"] + Self.why, stdin: list)
            #expect(result.status == 65)
            #expect(result.errors.contains("line 2: ") && result.errors.contains("line 3: "))
            #expect(!result.errors.contains("secret"))
            #expect(try await site.sql("SELECT count(*) FROM holdfast.suppression") == "0")
            #expect(try await site.run(["suppressions", "import", "/nowhere/list"] + Self.why).status == 65)
            let endless = try await site.run(["suppressions", "import", "/dev/zero"] + Self.why)
            #expect(endless.status == 65 && endless.errors.contains("at most 32 MiB"), "\(endless.errors)")
        }
    }

    @Test(
        "What is no address, class, cause or moment, and what has no reason, is wrong usage, and is not repeated",
        arguments: [
            ["add", "canary", "--reason", "x"], ["add", "a@example.org"], ["add", "a@example.org", "--reason", " "],
            ["add", "a@example.org", "--class", "none", "--reason", "x"],
            ["add", "a@example.org", "--cause", "love", "--reason", "x"],
            ["add", "a@example.org", "--until", "soon", "--reason", "x"],
            ["add", "a@example.org", "--until", "1000000000w", "--reason", "x"],
            ["add", "a@example.org", "--request-id", String(repeating: "x", count: 201), "--reason", "x"],
            ["add", "a@example.org", "--request-id", "", "--reason", "x"], ["remove", "canary", "--reason", "x"],
            ["remove", "a@example.org"], ["list", "canary"], ["import", "-"], ["export"],
            ["export", "--reason", "x", "--format", "xml"],
        ])
    func usage(_ arguments: [String]) async throws {
        try await withInstallation { site in
            let result = try await site.run(["suppressions"] + arguments)
            #expect(result.status == 64 && result.output.isEmpty, "\(result.errors)")
            #expect(try await site.sql("SELECT count(*) FROM holdfast.suppression") == "0")
        }
    }

    @Test("What is over binds nobody: it is not listed, nor exported; and nobody imports what would be over at once")
    func over() async throws {
        try await withInstallation { site in
            try await site.must(["suppressions", "add", "zoe@example.org", "--until", "30d"] + Self.why)
            let list = ["suppressions", "list", "zoe@example.org"]
            #expect(try await site.must(list).output.contains("z…@example.org"))
            try await site.sql("UPDATE holdfast.suppression SET until = now() - interval '1 minute'")
            let one = try await site.run(list)
            #expect(one.status == 1 && one.output == "it is not suppressed\n")
            #expect(try await site.must(["suppressions", "list"]).output == "nobody is suppressed\n")
            let export = ["suppressions", "export"] + Self.why
            #expect(try await site.must(export).output == "address,class,until,reason\n")
            let text = "ann@example.org\nbea@example.org,all,2020-01-01\n\ncho@example.org,task,2019-01-01T09:00:00Z\n"
            let past = try await site.run(["suppressions", "import", "-"] + Self.why, stdin: text)
            #expect(past.status == 65 && past.errors.contains("line 2: until has passed"), "\(past.errors)")
            #expect(past.errors.contains("line 4: until has passed") && !past.errors.contains("line 1"))
            #expect(try await site.count("holdfast.suppression") == 1)
        }
    }

    @Test("A moment that has passed is refused; one ahead binds until then")
    func until() async throws {
        try await withInstallation { site in
            let add = ["suppressions", "add", "zoe@example.org"] + Self.why
            let past = try await site.run(add + ["--until", "2020-01-01"])
            #expect(past.status == 64 && past.errors.contains("--until"))
            #expect(try await site.must(add + ["--until", "30d", "--json"]).output == "{\"outcome\":\"added\"}\n")
            #expect(
                try await site.sql("SELECT until - now() BETWEEN '29 days' AND '31 days' FROM holdfast.suppression")
                    == "t")
        }
    }
}
