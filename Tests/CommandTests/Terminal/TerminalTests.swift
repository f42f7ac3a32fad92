import Foundation
import TestSupport
import Testing

/// What people see who run a command in a terminal.
@Suite struct TerminalTests {
    @Test("Before something that cannot be taken back a person is asked, and only a yes is one")
    func confirmation() async throws {
        try await withInstallation { site in
            let other = ["HOLDFAST_ENVIRONMENT": "spring"]
            let question = "Let environment 'spring' serve"
            for answer in ["n\n", "\n", "\u{4}"] {
                let no = try await site.runInTerminal(["adopt"], other, steps: [.see(question), .type(answer)])
                #expect(no.status == 1 && no.screen.contains("holdfast: nothing was changed"), "\(no.screen)")
            }
            let yes = try await site.runInTerminal(["adopt"], other, steps: [.see("[y/N]"), .type("yes\n")])
            #expect(yes.status == 0 && yes.screen.hasSuffix("environment spring serves this database from now on"))
            #expect(try await site.must(["adopt"], other).output.contains("already"))
        }
    }

    @Test("A long command shows a bar, and takes it away")
    func bar() async throws {
        try await withInstallation(ready: false) { site in
            let run = try await site.runInTerminal(["preview", "portal.activate", "--out", "g"])
            #expect(run.status == 0, "\(run.screen)")
            #expect(run.output.contains(/\r\[.*\.{40}.*\]  0 of [0-9]+ files\u{1B}\[K/), "\(run.output)")
            #expect(!run.screen.contains("[") && run.screen.contains("files in g"), "\(run.screen)")
        }
    }

    @Test("The doctor's verdicts are in colour on a terminal")
    func verdicts() async throws {
        try await withInstallation(ready: false) { site in
            let run = try await site.runInTerminal(["doctor"])
            #expect(run.status == 1 && run.output.contains("\u{1B}[0;1;31mfail\u{1B}[0m  "), "\(run.output)")
            #expect(run.output.contains("\u{1B}[0;32mok\u{1B}[0m  "))
        }
    }

    @Test("A result that cannot be written is no success, but a reader that has enough is none of our business")
    func lost() async throws {
        let program = try HoldfastProcess.program.path
        let full = try await run("sh", ["-c", "\(program) man preview > /dev/full"])
        #expect(full.status == 74)
        #expect(full.errors == "holdfast: standard output cannot be written to: No space left on device\n")
        let enough = try await run("bash", ["-c", "\(program) man preview | true; exit ${PIPESTATUS[0]}"])
        #expect(enough.status == 0 && enough.errors.isEmpty, "\(enough.errors)")
    }

    @Test(
        "With NO_COLOR, on a dumb terminal and in a pipe there is no colour",
        arguments: [["NO_COLOR": "1"], ["TERM": "dumb"]])
    func plain(_ changes: [String: String]) async throws {
        try await withInstallation(ready: false) { site in
            let run = try await site.runInTerminal(["doctor"], changes)
            #expect(run.screen.contains("fail") && !run.output.contains("\u{1B}["), "\(run.output)")
            guard changes["TERM"] != nil else { return }
            let long = try await site.runInTerminal(["preview", "portal.activate", "--out", "g"], changes)
            #expect(long.status == 0 && !long.output.contains("\u{1B}["), "no line is drawn again: \(long.output)")
        }
    }
}
