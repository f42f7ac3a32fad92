import Foundation
import TestSupport
import Testing

/// The gallery and every letter in a real browser, and in programs that know nothing of us.
///
/// `deploy/test --full` runs these by themselves, in a stage that installs what they need and names it in `TEST_BROWSER`,
/// `TEST_VNU` and `TEST_SPAMASSASSIN`; screenshots stay in `TEST_SCREENSHOTS` when that is set.
@Suite("Previews in a browser", .serialized, .enabled(if: BrowserRun.isAsked))
struct BrowserTests {
    @Test("Every letter keeps the rules at every width and scheme, and reads elsewhere as we wrote it, never as spam")
    func lettersFromFiles() async throws {
        try await BrowserRun.inFolder { run in
            let files = try await run.export()
            let screenshots = BrowserRun.environment["TEST_SCREENSHOTS"].map { [$0] } ?? []
            try await run.judge("letters_in_browser.py", [run.browser, files] + screenshots)
            try await run.judge(
                "letters_elsewhere.py",
                [files, try BrowserRun.setting("TEST_VNU"), try BrowserRun.setting("TEST_SPAMASSASSIN")])
        }
    }

    @Test("A served gallery obeys keys and links, follows its files, and keeps bad mail from doing harm")
    func servedGallery() async throws {
        try await BrowserRun.inFolder { run in
            let relay = try SMTPServer.scripted()
            let gallery = try await run.serve(through: relay)
            try await run.judge(
                "gallery_in_browser.py",
                [run.browser, gallery.address, gallery.templates.path, gallery.maildir.path])
            #expect(gallery.process.isRunning, "\(gallery.process.log)")
            relay.await("closed")
            #expect(relay.commands.filter { $0.hasPrefix("RCPT") } == ["RCPT TO:<me@example.org>"])
        }
    }
}
