import Foundation
import TestSupport
import Testing

/// `holdfast preview` into files and pipes.
@Suite struct PreviewFilesTests {
    @Test("A letter goes to standard output in each format, without any setting, and nothing else does")
    func pipes() async throws {
        try await withPreviewDesk { desk in
            let message = try await desk.run(["appointment.confirmed", "--out", "-"])
            #expect(message.status == 0 && message.errors.isEmpty)
            #expect(message.output.hasPrefix("Date: ") && message.output.hasSuffix("--\r\n"))
            let text = try await desk.run(
                ["portal.activate", "--locale", "es", "--scenario", "longest", "--out", "-", "--format", "text"])
            #expect(text.status == 0 && text.output.contains("https://book.example.org/l/act/v4.public."))
            let html = try await desk.run(["portal.activate", "--out", "-", "--format", "html"])
            #expect(html.output.hasPrefix("<!DOCTYPE html>"))
            let entry = try await desk.run(["appointment.confirmed", "--out", "-", "--format", "ics"])
            #expect(entry.output.hasPrefix("BEGIN:VCALENDAR\r\n"))
            let none = try await desk.run(["portal.activate", "--out", "-", "--format", "ics"])
            #expect(none.status == 65 && none.output.isEmpty)
            #expect(
                none.errors == "holdfast: the letter portal.activate/en/ordinary has no part of format ics\n")
        }
    }

    @Test(
        "A name that there is not: exit 65, the nearest that there is, and all of them",
        arguments: [
            (["portal.actvate"], "there is no kind 'portal.actvate'; did you mean 'portal.activate'? There are: "),
            (["love"], "there is no kind 'love'. There are: appointment.cancelled, "),
            (
                ["portal.activate", "--scenario", "longst"],
                "there is no scenario of portal.activate 'longst'; did you mean 'longest'? There are: "
            ),
            (
                ["portal.activate", "--locale", "fr"],
                "there is no language of portal.activate 'fr'; did you mean 'en'? There are: en, es\n"
            ),
        ])
    func unknownNames(_ arguments: [String], sentence: String) async throws {
        try await withPreviewDesk { desk in
            for out in ["-", "gallery"] {
                let result = try await desk.run(arguments + ["--out", out])
                #expect(result.status == 65 && result.output.isEmpty)
                #expect(result.errors.hasPrefix("holdfast: \(sentence)"), "\(result.errors)")
            }
            #expect(!FileManager.default.fileExists(atPath: desk.folder.appendingPathComponent("gallery").path))
        }
    }

    @Test(
        "An export holds every page; the next one takes away what is no more, and leaves what somebody else put there")
    func export() async throws {
        try await withPreviewDesk { desk in
            let first = try await desk.run(["portal.activate", "--out", "gallery"])
            #expect(first.status == 0 && first.errors.isEmpty)
            let gallery = desk.folder.appendingPathComponent("gallery")
            let files = try desk.files(in: gallery)
            #expect(first.output.contains(/^[0-9]+ letters of 1 kinds? in en, es: 0 errors/), "\(first.output)")
            #expect(first.output.contains("; \(files.count) files in gallery"))
            let letter = "letter/portal.activate/en/ordinary"
            for file in ["index.html", "letters.json", "findings/index.html", "\(letter)/letter.txt"] {
                #expect(files.contains(file))
            }
            let whole = try await desk.run(["portal.activate", "--out", "-", "--format", "text"]).stdout
            #expect(try Data(contentsOf: gallery.appendingPathComponent("\(letter)/letter.txt")) == whole)
            try Data("mine".utf8).write(to: gallery.appendingPathComponent("notes.txt"))
            #expect(try await desk.run(["portal.activate", "--locale", "en", "--out", "gallery"]).status == 0)
            let now = try desk.files(in: gallery)
            #expect(now.subtracting(files) == ["notes.txt"])
            let gone = files.subtracting(now)
            #expect(!gone.isEmpty && gone.allSatisfy { $0.hasPrefix("letter/portal.activate/es/") })
            let folder = gallery.appendingPathComponent("letter/portal.activate/es")
            #expect(!FileManager.default.fileExists(atPath: folder.path))
        }
    }

    @Test("A folder with other files is refused, and with --force they stay; one kind alone can be exported")
    func otherFiles() async throws {
        try await withPreviewDesk { desk in
            let folder = desk.folder.appendingPathComponent("home")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data("mine".utf8).write(to: folder.appendingPathComponent("thesis.txt"))
            let refused = try await desk.run(["portal.activate", "--out", "home"])
            #expect(refused.status == 78)
            #expect(
                refused.errors == "holdfast: --out: home holds files that are no earlier export; name an empty folder, "
                    + "or say --force to write among them\n")
            #expect(try desk.files(in: folder) == ["thesis.txt"])
            #expect(try await desk.run(["portal.activate", "--out", "home", "--force"]).status == 0)
            let files = try desk.files(in: folder)
            #expect(files.contains("thesis.txt") && files.contains("letter/portal.activate/es/hostile/message.eml"))
            #expect(!files.contains { $0.hasPrefix("letter/survey") })
        }
    }

    @Test("A list that somebody else wrote leads to no file outside the folder")
    func forgedList() async throws {
        try await withPreviewDesk { desk in
            let folder = desk.folder.appendingPathComponent("gallery")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let outside = desk.folder.appendingPathComponent("outside.txt")
            try Data("mine".utf8).write(to: outside)
            try Data("../outside.txt\n\(outside.path)\n./../outside.txt\n".utf8)
                .write(to: folder.appendingPathComponent(".holdfast-export"))
            #expect(try await desk.run(["portal.activate", "--out", "gallery"]).status == 0)
            #expect(FileManager.default.fileExists(atPath: outside.path))
            // Nor through a link in a folder's place, and no folder goes with what is in it.
            let list = folder.appendingPathComponent(".holdfast-export")
            try FileManager.default.createSymbolicLink(
                at: folder.appendingPathComponent("link"), withDestinationURL: desk.folder)
            let kept = folder.appendingPathComponent("mine/kept.txt")
            try FileManager.default.createDirectory(
                at: kept.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data("mine".utf8).write(to: kept)
            try (String(contentsOf: list, encoding: .utf8) + "link/outside.txt\nmine\n").write(
                to: list, atomically: true, encoding: .utf8)
            #expect(try await desk.run(["portal.activate", "--out", "gallery"]).status == 0)
            #expect(FileManager.default.fileExists(atPath: outside.path))
            #expect(FileManager.default.fileExists(atPath: kept.path))
        }
    }

    @Test("An export with mistakes is made, and says how many there are")
    func mistakes() async throws {
        try await withPreviewDesk { desk in
            let templates = try desk.copyTemplates()
            let file = templates.appendingPathComponent("portal.activate/en.mustache")
            let text = try String(contentsOf: file, encoding: .utf8)
            try Data(text.replacing("{{>hello}}", with: "{{client.nickname}}").utf8).write(to: file)
            let result = try await desk.run(["--out", "gallery"])
            #expect(result.status == 0, "\(result.errors)")
            let summary =
                /^[0-9]{3} letters of 23 kinds in ar, en, es: [1-9][0-9]* errors?, [0-9]+ warnings?; [0-9]{4} files/
            #expect(result.output.contains(summary), "\(result.output)")
            #expect(result.output.hasSuffix(" files in gallery; see findings/index.html\n"))
        }
    }

    @Test("What cannot be used is told with its setting or option: exit 78")
    func unusable() async throws {
        try await withPreviewDesk { desk in
            let out = ["survey.request", "--out", "-"]
            let folder = try await desk.run(out + ["--templates", "nowhere"])
            #expect(folder.status == 78)
            #expect(
                folder.errors
                    == "holdfast: --templates: there is no folder nowhere; name the folder of the templates\n")
            let baseline = try await desk.run(["--out", "gallery", "--baseline", "nowhere"])
            #expect(baseline.status == 78 && baseline.errors.hasPrefix("holdfast: --baseline: "))
            desk.settings["HOLDFAST_BRAND_ACCENT"] = "red"
            desk.settings["HOLDFAST_SMTP_URL"] = "imap://relay"
            desk.settings["HOLDFAST_ONLY_TO"] = "<me>"
            let settings = try await desk.run(out)
            #expect(settings.status == 78)
            for name in ["BRAND_ACCENT", "SMTP_URL", "ONLY_TO"] {
                #expect(settings.errors.contains("HOLDFAST_\(name)"))
            }
        }
    }

    @Test("The practice of the settings writes the letters, as a worker would; without settings the sample does")
    func settings() async throws {
        try await withPreviewDesk { desk in
            let sample = try await desk.run(["checkin.due", "--out", "-", "--format", "text"]).output
            #expect(sample.contains("Harbour Practice") && sample.contains("555-0100"))
            desk.settings["HOLDFAST_FROM"] = "Quiet Harbour <office@quiet.example.org>"
            desk.settings["HOLDFAST_LINK_BASE_URL"] = "https://links.quiet.example.org"
            let own = try await desk.run(["checkin.due", "--out", "-", "--format", "text"]).output
            #expect(own.contains("Quiet Harbour") && own.contains("https://links.quiet.example.org/l/"))
            #expect(!own.contains("555-0100"))
        }
    }
}

extension PreviewDesk {
    /// The paths of all files below a folder that an export may have written.
    fileprivate func files(in folder: URL) throws -> Set<String> {
        let entries = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        return Set(
            entries.filter { path in
                var isFolder: ObjCBool = false
                let exists = FileManager.default.fileExists(
                    atPath: folder.appendingPathComponent(path).path, isDirectory: &isFolder)
                return exists && !isFolder.boolValue && path != ".holdfast-export"
            })
    }
}
