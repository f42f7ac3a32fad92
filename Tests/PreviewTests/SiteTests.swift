import Foundation
import Testing

@testable import Preview

@Suite("The site of a gallery")
struct SiteTests {
    @Test("every address of the site is answered, and nothing else is")
    func addresses() throws {
        let site = try SiteSample.site()
        #expect(PageTemplates.mistakes.isEmpty)
        #expect(site.paths == site.paths.sorted() && Set(site.paths).count == site.paths.count)
        for path in site.paths {
            let page = try #require(site.page(at: path), "\(path)")
            #expect(!page.bytes.isEmpty && SitePath(path)?.text == path, "\(path)")
        }
        let letter = "letter/\(SiteSample.ordinary.path)"
        for path in [
            "", "/", "/index.html", "index.html/", "index.htm", "letter/index.html", letter, "\(letter)/",
            "\(letter)/index.html/", "\(letter)/letter.pdf", "letter/../index.html", "letter/a/b/c/index.html",
            "letter/reservation.confirm/fr/ordinary/index.html", "assets/../Package.swift", "assets/index.mustache",
            "assets/", "inbox/0000000000000009/index.html", "inbox/../letters.json", "events", "\(letter)/send",
            "diff/\(SiteSample.spanish.path)/index.html", "Assets/gallery.css", "%2e%2e/etc/passwd",
        ] {
            #expect(site.page(at: path) == nil, "\(path)")
        }
    }

    @Test("a plain site has no inbox, no comparison and listens to nothing")
    func plain() throws {
        let site = Site(gallery: try SiteSample.gallery(), base: try SiteSample.base())
        #expect(!site.paths.contains { $0.hasPrefix("inbox/") || $0.hasPrefix("diff/") })
        #expect(site.page(at: "inbox/index.html") == nil && site.page(at: "diff/index.html") == nil)
        let page = try text(site, "letter/\(SiteSample.ordinary.path)/index.html")
        #expect(!page.contains("name=\"live\"") && !page.contains("id=\"send\""))
        let live = try text(try SiteSample.site(), "letter/\(SiteSample.ordinary.path)/index.html")
        #expect(live.contains("<meta name=\"live\" content=\"../../../../events?at=1\">"))
        #expect(live.contains("id=\"send\""))
        let later = try #require(try SiteSample.site().page(at: "index.html", edition: 7))
        #expect(String(decoding: later.bytes, as: UTF8.self).contains("content=\"events?at=7\""))
    }

    @Test("every page is HTML without a fault, leads only within the site, and has no script of its own")
    func pages() async throws {
        let site = try SiteSample.site()
        let served = Set(site.paths + ["events?at=1"] + site.gallery.specimens.map { "letter/\($0.id.path)/send" })
        let pages = try await ReadPages(site).pages
        #expect(pages.count == site.paths.count { $0.hasSuffix("index.html") })
        for (path, page) in pages {
            #expect(page.errors.isEmpty, "\(path): \(page.errors.prefix(5))")
            #expect(Set(page.leads).subtracting(served).isEmpty, "\(path) leads to nowhere")
            #expect(page.scripts.isEmpty && page.handlers.isEmpty, "\(path)")
            #expect(page.policies == [Layout.policy], "\(path)")
        }
        let letters = Set(pages["index.html"]?.leads ?? [])
        for specimen in site.gallery.specimens {
            #expect(letters.contains("letter/\(specimen.id.path)/index.html"), "\(specimen.id.path)")
        }
    }

    @Test("what a letter, a scenario or a template says is never markup of a page")
    func hostile() async throws {
        let pages = try await ReadPages(try SiteSample.site()).pages
        for (path, page) in pages {
            #expect(!page.elements.contains("canary"), "\(path)")
            #expect(!page.leads.contains { $0.contains("javascript") || $0.contains("example.org") }, "\(path)")
        }
        #expect(pages["letter/\(SiteSample.ordinary.path)/index.html"]?.text.contains("zoe@example.org") == true)
        let viewed = try #require(pages["letter/\(SiteSample.hostile.path)/index.html"])
        // The words themselves are there, whole but for what no page can hold.
        let words = "\"\u{301}'\u{301} onload=x ><canary></pre></title></script>&lt;&amp;{{canary}}"
        let signs = "\u{2407}\u{FFFD}"
        #expect(viewed.text.contains(words))
        #expect(viewed.text.contains(signs))
    }

    @Test("letters stand in frames without scripts, under a policy of their own that loads nothing")
    func frames() async throws {
        let pages = try await ReadPages(try SiteSample.site()).pages
        var seen = 0
        for (path, page) in pages {
            for frame in page.frames {
                let content = frame.srcdoc ?? ""
                // A thumbnail is a file of the site, with nothing allowed at all.
                #expect(frame.sandbox == (frame.srcdoc == nil ? "" : "allow-same-origin"), "\(path)")
                let policy = "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                #expect(frame.srcdoc == nil || content.hasPrefix(policy), "\(path)")
                let tags = content.lowercased().unicodeScalars.split(separator: "<")
                #expect(!tags.contains { $0.starts(with: "link".unicodeScalars) }, "\(path)")
                #expect(!tags.contains { $0.starts(with: "iframe".unicodeScalars) }, "\(path)")
                seen += 1
            }
        }
        #expect(seen > 8)
    }

    @Test("letters.json lists every letter, and findings.json every finding")
    func data() throws {
        let site = try SiteSample.site()
        let entries = try JSONDecoder().decode(
            [LetterIndexEntry].self, from: Data(try #require(site.page(at: "letters.json")).bytes))
        #expect(entries.map(\.id) == site.gallery.specimens.map(\.id))
        #expect(entries.first { $0.id == SiteSample.ordinary }?.subject == "Please confirm")
        for (entry, specimen) in zip(entries, site.gallery.specimens) {
            let bytes = site.page(at: "letter/\(specimen.id.path)/message.eml")?.bytes
            #expect(entry.bytes == bytes?.count && entry.title == specimen.title)
        }
        let findings = try JSONDecoder().decode(
            [Finding].self, from: Data(try #require(site.page(at: "findings.json")).bytes))
        #expect(findings == site.gallery.findings)
    }

    @Test("a mailbox is called by its name, else by its address")
    func names() {
        for (mailbox, name) in [
            ("Harbour Practice <a@example.org>", "Harbour Practice"), ("a@example.org", "a@example.org"),
            ("<a@example.org>", "<a@example.org>"),
            (#""John \"Jack\" Smith, Jr." <j@example.org>"#, #"John "Jack" Smith, Jr."#),
            (#""a \\ b" <j@example.org>"#, #"a \ b"#), ("\" <a@example.org>", "\""), ("", ""),
        ] {
            #expect(LetterView.name(of: mailbox) == name)
        }
    }

    @Test("a gallery that cannot be read is a page that says where and why, with the lines and the column")
    func problems() async throws {
        let broken = Gallery(specimens: [], findings: try SiteSample.gallery().findings)
        let lines = (1...20).map { $0 == 12 ? "\tHello {{when.dya}} <canary>" : "line \($0)" }
        let folder = try ScratchFolder()
        try folder.write("reservation.confirm/en.mustache", lines.joined(separator: "\n").utf8)
        let sources = broken.sources(in: folder.path)
        let site = Site(gallery: broken, base: try SiteSample.base(), sources: sources)
        let pages = try await ReadPages(site).pages
        let index = try #require(pages["index.html"])
        #expect(index.errors.isEmpty)
        #expect(index.text.contains("reservation.confirm/en.mustache:12:7") && index.text.contains("when.dya"))
        #expect(!index.elements.contains("canary"))
        let excerpt = "10line 10\n11line 11\n12\tHello {{when.dya}} <canary>\n\t     ^\n13line 13\n14line 14\n"
        for page in ["index.html", "findings/index.html"] {
            #expect(pages[page]?.text.contains(excerpt) == true)
            #expect(pages[page]?.text.contains("reservation.confirm/en.mustache:12:7") == true)
        }
    }

    private func text(_ site: Site, _ path: String) throws -> String {
        String(decoding: try #require(site.page(at: path)).bytes, as: UTF8.self)
    }
}
