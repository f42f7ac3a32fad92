import Foundation
import TestSupport
import Testing

@Suite struct PauseCommandTests {
    private struct Report: Decodable {
        struct Pause: Decodable, Equatable {
            let kind: String?
            let reason: String
        }
        let changed: Bool
        let paused: [Pause]
    }

    private func report(_ result: CommandResult) throws -> Report {
        try JSONDecoder().decode(Report.self, from: result.stdout)
    }

    @Test("Stopping and resuming say what they did, do it once, and are recorded")
    func turns() async throws {
        try await withInstallation { site in
            let pause = ["pause", "--kind", "portal.activate", "--reason", "the portal is down"]
            let first = try await site.must(pause).output
            #expect(first.hasPrefix("letters of kind portal.activate: stopped since 20"))
            #expect(first.hasSuffix(": the portal is down\n"))
            #expect(
                try await site.must(pause).output.hasPrefix(
                    "letters of kind portal.activate: stopped already, since 20"))
            #expect(
                try await site.must(["resume", "--reason", "all well"]).output.hasPrefix(
                    """
                    all letters: nothing was stopped under this name
                    still stopped: letters of kind portal.activate, since 20
                    """))
            #expect(
                try await site.must(["resume", "--kind", "portal.activate", "--reason", "up"]).output
                    == "letters of kind portal.activate: resumed\n")
            #expect(
                try await site.sql(
                    "SELECT action, target, reason FROM holdfast.audit WHERE action IN ('pause', 'resume') ORDER BY at")
                    == "pause|portal.activate|the portal is down\nresume|portal.activate|up")
        }
    }

    @Test("As JSON: whether it changed anything, and everything that is stopped")
    func json() async throws {
        try await withInstallation { site in
            let all = try report(try await site.must(["pause", "--reason", "fire drill", "--json"]))
            #expect(all.changed && all.paused == [.init(kind: nil, reason: "fire drill")])
            #expect(try report(try await site.must(["pause", "--reason", "again", "--json"])).changed == false)
            let over = try report(try await site.must(["resume", "--reason", "over", "--json"]))
            #expect(over.changed && over.paused.isEmpty)
        }
    }

    @Test("A reason steers no terminal, and names nobody, wherever it is shown")
    func harmless() async throws {
        try await withInstallation { site in
            let reason = "\u{1B}[2Jzoe@example.org \u{202E}done"
            let pause = ["pause", "--kind", "portal.activate", "--reason", reason]
            for arguments in [
                pause, pause + ["--json"], ["resume", "--reason", "r"], ["status"], ["status", "--json"],
            ] {
                let result = try await site.must(arguments)
                #expect(result.output.contains("…@example.org"))
                #expect(!result.output.contains("zoe@") && !result.output.contains("\u{1B}"), "\(arguments)")
                if !arguments.contains("--json") { #expect(!result.output.contains("\u{202E}"), "\(arguments)") }
            }
            let kind = try await site.run(["pause", "--kind", "a\u{1B}[2Jb", "--reason", "r"])
            #expect(kind.status == 65 && kind.errors.contains("'a\u{FFFD}[2Jb'"), "\(kind.errors)")
        }
    }

    @Test("A kind that does not exist: exit 65 with those that do; no reason: exit 64")
    func refusals() async throws {
        try await withInstallation { site in
            for command in ["pause", "resume"] {
                let unknown = try await site.run([command, "--kind", "portal.activated", "--reason", "r"])
                #expect(unknown.status == 65)
                #expect(
                    unknown.errors.hasPrefix("holdfast: there is no kind 'portal.activated'; there are: "))
                #expect(unknown.errors.contains("portal.activate") && unknown.errors.contains("reservation.confirm"))
                #expect(try await site.run([command]).status == 64)
                #expect(try await site.run([command, "--reason", " "]).status == 64)
            }
            #expect(try await site.sql("SELECT count(*) FROM holdfast.pause") == "0")
        }
    }
}
