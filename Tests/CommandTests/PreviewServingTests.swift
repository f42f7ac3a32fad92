import Foundation
import TestSupport
import Testing

/// `holdfast preview` in a browser: the program as it is, with no setting but its template folder.
@Suite struct PreviewServingTests {
    @Test("It serves the gallery, tells pages of changes, and ends with Ctrl-C though a page is open")
    func serve() async throws {
        try await withPreviewDesk { desk in
            let templates = try desk.copyTemplates()
            let (preview, client) = try await desk.serve()
            #expect(try await client.get("/").status == 200)
            let readers = try await EventReaders(3, port: client.port)
            let file = templates.appendingPathComponent("survey.request/en.mustache")
            let text = try String(contentsOf: file, encoding: .utf8)
            try Data(text.replacing("{{>hello}}", with: "{{client.nickname}}").utf8).write(to: file)
            try await readers.all("reload")
            try await preview.logs("survey.request/en.mustache: shown again after ")
            preview.signal(SIGINT)
            let end = try await preview.end()
            #expect(end.status == 0)
            try await readers.all("closed")
        }
    }

    @Test("A port that is taken: exit 78, and the sentence names --listen")
    func portTaken() async throws {
        try await withPreviewDesk { desk in
            let (_, client) = try await desk.serve()
            let second = try await desk.run(["--listen", "\(client.port)"])
            #expect(second.status == 78 && second.output.isEmpty)
            #expect(second.errors.hasPrefix("holdfast: --listen: 127.0.0.1:\(client.port) cannot be listened on ("))
            #expect(second.errors.contains("Address already in use") && second.errors.contains("name another port"))
        }
    }

    @Test("Where others reach it a Maildir is refused unless it is said twice; without one there is a warning")
    func remote() async throws {
        try await withPreviewDesk { desk in
            let inbox = desk.folder.appendingPathComponent("inbox")
            try FileManager.default.createDirectory(
                at: inbox.appendingPathComponent("new"), withIntermediateDirectories: true)
            let refused = try await desk.run(["--listen", "0.0.0.0:0", "--maildir", "inbox"])
            #expect(refused.status == 78)
            #expect(refused.errors.hasPrefix("holdfast: --listen: 0.0.0.0:0 can be reached from elsewhere"))
            #expect(refused.errors.hasSuffix("or say --allow-remote\n"))
            let warned = try await HoldfastProcess(
                ["preview", "--listen", "0.0.0.0:0"], desk.settings, in: desk.folder)
            try await warned.logs("Ctrl-C ends", within: 120)
            #expect(warned.log.hasPrefix("warning: whoever reaches 0.0.0.0:0 sees these pages, without a login"))
            warned.signal(SIGTERM)
            #expect(try await warned.end().status == 0)
            let (allowed, client) = try await desk.serve(["--maildir", "inbox", "--allow-remote"])
            #expect(try await client.get("/inbox/index.html").status == 200)
            allowed.signal(SIGTERM)
            #expect(try await allowed.end().status == 0)
        }
    }

    @Test("A Maildir that is none: exit 78")
    func noMaildir() async throws {
        try await withPreviewDesk { desk in
            let result = try await desk.run(["--listen", "0", "--maildir", "nowhere"])
            #expect(result.status == 78 && result.errors.hasPrefix("holdfast: --maildir: "))
        }
    }

    @Test("While nothing happens it uses next to no processor time")
    func idle() async throws {
        try await withPreviewDesk { desk in
            let (preview, _) = try await desk.serve()
            try await preview.logs("findings: ", within: 120)
            let before = try preview.processorTime
            // Not a wait for anything: what passes without an event is what is measured.
            try await Task.sleep(for: .seconds(5))
            let used = try preview.processorTime - before
            print("idle for 5 s: \(Int(used * 1000)) ms of processor time")
            #expect(used < 2.5)
        }
    }
}
