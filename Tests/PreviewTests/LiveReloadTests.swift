import BookingLinks
import Foundation
import Notifications
import Synchronization
import TestSupport
import Testing

@testable import Preview

/// From a file that is saved to the event that a page hears, over HTTP.
@Suite(.serialized) struct LiveReloadTests {
    @Test("However an editor saves, the page is told, and shows the new words")
    func saves() async throws {
        try await withLivePreview { live in
            for (number, save) in [live.rename, live.truncate, live.truncateSlowly].enumerated() {
                let word = "Hullo\(number)"
                let saved = Date().timeIntervalSince1970
                try save(live.file, live.text.replacing("{{>hello}}", with: "{{<p}}{{$text}}\(word){{/text}}{{/p}}"))
                let took = try await live.readers.all("reload").at - saved
                print("saved in way \(number + 1): \(Int(took * 1000)) ms until the page was told")
                #expect(try await live.client.get("/\(live.letter).txt").body.contains(word))
            }
            #expect(try live.readers.number(of: "reload") == 3)
            #expect(live.watch.mostErrors == 0)
        }
    }

    @Test(
        "A template with a mistake: the last good letter stays, the mistake is shown with its place, until it is mended"
    )
    func brokenAndMended() async throws {
        try await withLivePreview { live in
            let before = try await live.client.get("/\(live.letter).txt").body
            try live.rename(live.file, live.text.replacing("{{>hello}}", with: "{{client.nickname}}"))
            try await live.readers.all("reload")
            #expect(try await live.client.get("/\(live.letter).txt").body == before)
            let page = try await live.client.get("/findings.json").body
            #expect(page.contains("portal.activate/en.mustache:") && page.contains("client.nickname"))
            #expect(page.contains("last-good"))
            try live.rename(live.file, live.text)
            try await live.readers.all("reload")
            #expect(try await !live.client.get("/findings.json").body.contains("last-good"))
        }
    }

    @Test("What changes nothing that is shown tells nobody; a scenario that is taken away is gone")
    func quiet() async throws {
        try await withLivePreview { live in
            try live.rename(live.file, live.text)
            try live.rename(live.folder.appendingPathComponent("portal.activate/.en.mustache.swp"), "x")
            let scenarios = live.folder.appendingPathComponent("portal.activate/scenarios.json")
            let text = try String(contentsOf: scenarios, encoding: .utf8)
            try live.rename(scenarios, text.replacing(/"ordinary":/, with: "\"usual\":", maxReplacements: 1))
            try await live.readers.all("reload")
            #expect(try live.readers.number(of: "reload") == 1)
        }
    }

    @Test("A letter that arrives in the Maildir is told, and so is one that goes")
    func inbox() async throws {
        try await withLivePreview { live in
            let letter = live.maildir.appendingPathComponent("new/1.a.host")
            try Data("Subject: hello\r\n\r\nhello\r\n".utf8).write(to: letter)
            try await live.readers.all("reload")
            #expect(try await live.client.get("/inbox/index.html").body.contains("hello"))
            try FileManager.default.removeItem(at: letter)
            try await live.readers.all("reload")
            #expect(try await !live.client.get("/inbox/index.html").body.contains("hello"))
        }
    }
}

/// A preview of a folder of its own, watched and served.
private struct LivePreview {
    let folder: URL
    let maildir: URL
    let client: WebClient
    let readers: EventReaders
    let watch: NewsKeeper

    var file: URL { folder.appendingPathComponent("portal.activate/en.mustache") }
    var letter: String { "letter/portal.activate/en/ordinary/letter" }
    let text: String

    /// As most editors save.
    func rename(_ file: URL, _ text: String) throws { try Data(text.utf8).write(to: file, options: .atomic) }

    /// As `cp` and some editors save.
    func truncate(_ file: URL, _ text: String) throws { try Data(text.utf8).write(to: file) }

    /// As one saves over a slow connection: for a while the file is empty.
    func truncateSlowly(_ file: URL, _ text: String) throws {
        try Data().write(to: file)
        usleep(60_000)
        try Data(text.utf8).write(to: file)
    }
}

/// What a watch told.
private final class NewsKeeper: Sendable {
    private let news = Mutex<[SiteWatch.News]>([])

    func keep(_ item: SiteWatch.News) { news.withLock { $0.append(item) } }

    /// The most errors that were found at any time; nil before anything was judged.
    var mostErrors: Int? {
        news.withLock { $0.compactMap { if case .judged(let errors, _) = $0 { errors } else { nil } }.max() }
    }
}

private func withLivePreview(_ body: (LivePreview) async throws -> Void) async throws {
    let root = FileManager.default.temporaryDirectory.appendingPathComponent("live-\(UUID().uuidString)")
    let (folder, maildir) = (root.appendingPathComponent("Templates"), root.appendingPathComponent("Maildir"))
    try FileManager.default.createDirectory(
        at: maildir.appendingPathComponent("new"), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: root) }
    try FileManager.default.copyItem(at: TestInstallation.repository.appendingPathComponent("Templates"), to: folder)
    let keeper = NewsKeeper()
    let watch = try SiteWatch(try source(folder.path, maildir.path), tell: { keeper.keep($0) })
    let watching = Task { await watch.run() }
    defer { watching.cancel() }
    try await withServer(watch.site) { client in
        let file = folder.appendingPathComponent("portal.activate/en.mustache")
        try await eventually("the letters were judged") { keeper.mostErrors != nil }
        let readers = try await EventReaders(port: client.port)
        try await body(
            LivePreview(
                folder: folder, maildir: maildir, client: client, readers: readers, watch: keeper,
                text: String(contentsOf: file, encoding: .utf8)))
    }
}

private func source(_ templates: String, _ maildir: String) throws -> SiteSource {
    let (practice, base) = (try Practice.sample(), try LinkBase("https://book.example.org"))
    let inbox = try Inbox(maildir: maildir)
    return SiteSource(
        templates: templates, maildir: maildir,
        gallery: { Gallery.read(templates: templates, practice: practice, base: base, knowing: &$0) },
        inbox: { try inbox.letters(after: $0) },
        site: { Site(gallery: $0, base: base, inbox: $1, live: true) })
}
