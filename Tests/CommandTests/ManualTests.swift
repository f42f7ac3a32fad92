import Foundation
import TestSupport
import Testing

@testable import holdfast

@Suite struct ManualTests {
    @Test("groff and mandoc find nothing wrong with any page, and there is one for each command")
    func lint() async throws {
        try await withInstallation(ready: false) { site in
            #expect(try await site.must(["man", "--out", "man1"]).output.hasSuffix(" pages in man1\n"))
            let folder = site.folder.appendingPathComponent("man1")
            let commands = try CommandDescription.read().all.map { $0.path.joined(separator: "-") }
            let files = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(Set(files) == Set(commands.map { "\($0).1" }))
            let paths = files.map { folder.appendingPathComponent($0).path }
            for path in paths {
                let groff = try await run("groff", ["-ww", "-z", "-mandoc", "-Tutf8", path])
                #expect(groff.status == 0 && groff.errors.isEmpty, "\(groff.errors)")
            }
            let lint = try await run("mandoc", ["-Tlint", "-Wwarning"] + paths)
            #expect(lint.status == 0, "\(lint.output)\(lint.errors)")
        }
    }

    @Test("A reader sees what the help says: purpose, options, examples to copy, exit codes, commands")
    func read() async throws {
        try await withInstallation(ready: false) { site in
            func page(_ words: [String]) async throws -> String {
                let source = try await site.must(["man"] + words).stdout
                return try await run("mandoc", ["-Tutf8", "-Owidth=78"], stdin: source).output
                    .replacing(/.\u{8}/, with: "")
            }
            let program = try await page([])
            #expect(
                program.contains("migrate") && program.contains(/75\s+try again later/) && program.contains("SEE ALSO"))
            let verify = try await page(["links", "verify"])
            #expect(verify.contains("holdfast-links-verify – tell whether a link is genuine and in time"))
            #expect(verify.contains("holdfast links verify [--purpose purpose] [--keys file]"))
            #expect(verify.contains("     --keys file"))
            #expect(verify.contains("    holdfast links verify --purpose rsv --keys keys.json < token.txt\n"))
            #expect(verify.contains("shell's history"))
            let worker = try await page(["worker"])
            #expect(worker.contains("HOLDFAST_LOG_LEVEL  default: info\n") && worker.contains("trace … critical"))
            #expect(try await page(["preview"]).contains("In a browser"))
        }
    }

    @Test("A text means nothing but itself in a page")
    func escaped() async throws {
        let hostile = [".Sh NO", "'nf", "a\\fBb", "--x 'y' `z` ~^", "\"q\" \\(dq", "tschüß 李 🙂", "  in"]
        var page = Roff()
        for line in ["Dd November 22, 2026", "Dt X 1", "Os X", "Sh NAME", "Nm x", "Nd y", "Sh EXAMPLES"] {
            page.macro(line)
        }
        page.literal(hostile)
        page.macro("Bl -tag -width Ds")
        for word in ["Ar", "a b", ".", "No \"x\""] { page.macro("It Ar \(Roff.argument(word))") }
        page.macro("El")
        for (tool, options) in [("mandoc", ["-Tutf8"]), ("groff", ["-ww", "-mandoc", "-Tutf8", "-P-c"])] {
            let result = try await run(tool, options, stdin: Data(page.source.utf8))
            #expect(result.status == 0 && result.errors.isEmpty, "\(result.errors)")
            let output = result.output.replacing(/.\u{8}/, with: "")
            for line in hostile { #expect(output.contains(line), "\(tool): \(output)") }
            for word in ["Ar", "a b", "No \"x\""] { #expect(output.contains("     \(word)\n"), "\(tool): \(output)") }
        }
    }

    @Test("A page of no command is wrong usage, and a folder that cannot be made is told")
    func refused() async throws {
        try await withInstallation(ready: false) { site in
            #expect(try await site.run(["man", "--out", "here", "status"]).status == 64)
            try Data().write(to: site.folder.appendingPathComponent("file"))
            let result = try await site.run(["man", "--out", "file/man1"])
            #expect(result.status == 78 && result.errors.hasPrefix("holdfast: --out: file/man1 cannot be written to"))
        }
    }
}
