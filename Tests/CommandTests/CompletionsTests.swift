import Foundation
import TestSupport
import Testing

@Suite struct CompletionsTests {
    /// A shell, how it is started without anybody's settings, and how it reads the script.
    private static let shells = [
        ("bash", ["--norc", "--noprofile", "-i"], "source <(holdfast completions bash)"),
        ("zsh", ["-f", "-i"], "autoload -U compinit; compinit -D -u; source <(holdfast completions zsh)"),
        ("fish", ["--no-config", "-i"], "holdfast completions fish | source"),
    ]

    @Test("A shell completes a command, a command of a command, and an option", arguments: shells)
    func completes(_ shell: String, _ options: [String], _ load: String) async throws {
        try await withInstallation(ready: false) { site in
            let session = try site.terminal(
                options, ["HOME": site.folder.path, "PS1": "$ "], columns: 120, program: shell,
                steps: [
                    .type("\(load); echo lo''aded\r"), .see("loaded"),
                    .type("holdfast templ\t"), .see("holdfast templates"), .type("ch\t"),
                    .see("holdfast templates check"), .type("--js\t"), .see("holdfast templates check --json"),
                    .type("\u{15}holdfast pause --kind survey.r\t"), .see("--kind survey.request"),
                    .type("\u{15}exit\r"),
                ])
            let run = try await session.run()
            #expect(run.status == 0, "\(run.screen)")
        }
    }

    @Test("Another shell is wrong usage, and those that there are are named")
    func unknown() async throws {
        try await withInstallation(ready: false) { site in
            let result = try await site.run(["completions", "tcsh"])
            #expect(result.status == 64 && result.errors.contains("'bash', 'zsh' or 'fish'"), "\(result.errors)")
        }
    }
}
