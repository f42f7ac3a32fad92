import Foundation
import TestSupport
import Testing

@testable import holdfast

@Suite struct HelpTests {
    /// Every command there is, found by walking them; a program that cannot describe itself fails as an unknown command.
    static let commands = (try? CommandDescription.read().all.map { Array($0.path.dropFirst()) }) ?? [["unreadable"]]

    @Test("The help of every command fits 80 columns and shows how it is used", arguments: commands)
    func help(_ command: [String]) async throws {
        try await withInstallation(ready: false) { site in
            let result = try await site.run(command + ["--help"])
            #expect(result.status == 0)
            #expect(result.errors.isEmpty)
            let lines = result.output.split(separator: "\n")
            #expect(lines.filter { $0.count > 80 } == [])
            let shown = (["  holdfast"] + command).joined(separator: " ")
            #expect(
                lines.contains { $0.hasPrefix(shown) || $0.contains("=") && $0.contains(shown.dropFirst(2)) },
                "no example")
        }
    }

    @Test(
        "The help of what operators use says how it ends",
        arguments: commands.filter { command in
            let names = ["find", "resend", "retry", "hold", "release", "cancel", "pause", "resume", "status", "doctor"]
            let groups = ["suppressions", "poison", "history"]
            guard let name = command.first else { return false }
            return names.contains(name) || groups.contains(name) && command.count == 2
        })
    func exitCodes(_ command: [String]) async throws {
        try await withInstallation(ready: false) { site in
            let help = try await site.run(command + ["--help"]).output
            #expect(help.contains("Exit codes: "))
        }
    }

    @Test("The first help names every command and every exit code")
    func overview() async throws {
        try await withInstallation(ready: false) { site in
            let output = try await site.run(["--help"]).output
            let names = Self.commands.filter { $0.count == 1 }.flatMap(\.self)
            #expect(names.count > 12)
            for name in names { #expect(output.contains("\n  \(name) ")) }
            for code in ["0", "1", "64", "65", "69", "74", "75", "78"] {
                #expect(output.contains(try Regex("\\s\(code)\\s")))
            }
        }
    }

    @Test(
        "What is no command or option is wrong usage: exit 64, and the sentence names it",
        arguments: [
            (["bogus"], "bogus"), (["worker", "--bogus"], "--bogus"), (["migrate", "extra"], "extra"),
            (["links", "keys", "new"], "--out"), (["links", "verify", "--purpose", "love"], "love"),
            (["links", "keys", "activate"], "kid"), (["pause"], "--reason"), (["worker", "--queue"], "--queue"),
            (["preview", "--out", "-"], "name a kind"), (["preview", "survey.request"], "--send-to"),
            (["preview", "--format", "html"], "--out -"), (["preview", "--listen", "there"], "--listen"),
            (["preview", "--out", "a", "--maildir", "b"], "--maildir"),
        ])
    func wrongUsage(_ arguments: [String], named: String) async throws {
        try await withInstallation(ready: false) { site in
            let result = try await site.run(arguments)
            #expect(result.status == 64)
            #expect(result.output.isEmpty)
            #expect(result.errors.hasPrefix("Error: ") && result.errors.contains(named))
        }
    }

    @Test(
        "A command or option that is nearly right: exit 64, and what was meant",
        arguments: [
            (["statsu"], "'holdfast statsu'", "'holdfast status'"),
            (["wrker", "--drain"], "'holdfast wrker'", "'holdfast worker'"),
            (["links", "key", "list"], "'holdfast links key'", "'holdfast links keys'"),
            (["man", "templates", "chek"], "'holdfast templates chek'", "'holdfast templates check'"),
            (["help", "resned"], "'holdfast resned'", "'holdfast resend'"),
            (["help", "links", "key"], "'holdfast links key'", "'holdfast links keys'"),
            (["status", "--jsn"], "'--jsn'", "'--json'"), (["pause", "--raeson", "x"], "'--raeson'", "'--reason'"),
        ])
    func suggestions(_ arguments: [String], typed: String, meant: String) async throws {
        try await withInstallation(ready: false) { site in
            let result = try await site.run(arguments)
            #expect(result.status == 64 && result.output.isEmpty)
            #expect(result.errors.hasPrefix("Error: ") && result.errors.contains(typed), "\(result.errors)")
            #expect(result.errors.contains("Did you mean \(meant)?"), "\(result.errors)")
        }
    }

    @Test("What is like nothing there is gets the list of what there is")
    func unlike() async throws {
        try await withInstallation(ready: false) { site in
            let result = try await site.run(["links", "xyzzy"])
            #expect(result.status == 64 && !result.errors.contains("Did you mean"))
            #expect(result.errors.contains("There are: keys, verify.\n  See 'holdfast links --help'"))
        }
    }

    @Test("What follows an option is no command that is misspelled, and an address in a complaint is masked")
    func complaints() async throws {
        try await withInstallation(ready: false) { site in
            let value = try await site.run(["history", "--since", "2h"])
            #expect(value.status == 64 && value.errors.contains("Unknown option '--since'"), "\(value.errors)")
            for words in [["find", "ann@example.org", "bo@example.org"], ["suppressions", "ann@example.org"]] {
                let result = try await site.run(words)
                #expect(result.status == 64 && result.errors.contains("…@example.org"), "\(result.errors)")
                #expect(!result.errors.contains("ann@") && !result.errors.contains("bo@"))
            }
        }
    }

    @Test(
        "help COMMAND is what the command's own --help says", arguments: [[], ["resend"], ["links", "keys", "list"]])
    func asked(_ command: [String]) async throws {
        try await withInstallation(ready: false) { site in
            let asked = try await site.must(["help"] + command).output
            #expect(asked.contains("USAGE:"))
            #expect(asked == (try await site.must(command + ["--help"]).output))
        }
    }

    @Test("The README's table has every command")
    func table() throws {
        let readme = try String(
            contentsOf: TestInstallation.repository.appendingPathComponent("README.md"), encoding: .utf8)
        let rows = readme.split(separator: "\n").filter { $0.hasPrefix("| `holdfast ") }
        for command in Self.commands where command.count == 1 {
            let words = rows.map { $0.split { !$0.isLetter }.map(String.init) }
            #expect(words.contains { $0.contains(command[0]) }, "no row about \(command[0])")
        }
    }

    @Test("The README lists exactly the settings of the worker's help, in their order, with the same defaults")
    func readme() async throws {
        try await withInstallation(ready: false) { site in
            let help = try await site.run(["worker", "--help"]).output
            let inHelp = help.matches(of: /\n  (HOLDFAST_[A-Z_]+)  (?:default: )?([^\n]+)/).map { "\($0.1): \($0.2)" }
            let readme = try String(
                contentsOf: TestInstallation.repository.appendingPathComponent("README.md"), encoding: .utf8)
            let inReadme = readme.matches(of: /\n\| `(HOLDFAST_[A-Z_]+)` \| [^|]+ \| ([^|]+) \|/).map {
                "\($0.1): \($0.2)"
            }
            #expect(inHelp.count > 20)
            #expect(inHelp == inReadme)
        }
    }
}
