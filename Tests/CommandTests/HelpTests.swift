import Foundation
import TestSupport
import Testing

@Suite struct HelpTests {
    static let commands = [
        [], ["migrate"], ["worker"], ["adopt"], ["bounces"], ["links"], ["links", "keys"], ["links", "keys", "new"],
        ["links", "keys", "activate"], ["links", "keys", "list"], ["links", "verify"], ["pause"], ["resume"],
        ["status"], ["doctor"], ["templates"], ["templates", "check"], ["preview"],
    ]

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

    @Test("The first help names every command and every exit code")
    func overview() async throws {
        try await withInstallation(ready: false) { site in
            let output = try await site.run(["--help"]).output
            for name in [
                "migrate", "worker", "status", "doctor", "pause", "resume", "links", "templates", "preview", "adopt",
                "bounces",
            ] {
                #expect(output.contains("\n  \(name) "))
            }
            for code in ["0", "1", "64", "65", "69", "75", "78"] { #expect(output.contains("\(code) ")) }
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
