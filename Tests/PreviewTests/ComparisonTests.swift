import Foundation
import Mail
import Testing

@testable import Preview

@Suite("A gallery beside what it was")
struct ComparisonTests {
    @Test("compared with its own export nothing has changed")
    func same() throws {
        let gallery = try SiteSample.gallery()
        let site = Site(
            gallery: gallery, base: try SiteSample.base(), baseline: try SiteSample.baseline(of: gallery.specimens))
        let comparison = try #require(site.comparison)
        #expect(comparison.changes.isEmpty && comparison.sameCount == gallery.specimens.count)
        #expect(try text(site, "diff/index.html").contains("Every letter is what it was."))
    }

    @Test("changed, new and gone letters have a page each, and the rest have none")
    func changes() throws {
        let site = try SiteSample.site()
        let comparison = try #require(site.comparison)
        let standings = comparison.changes.map { "\($0.id.path) \($0.standing.rawValue)" }
        #expect(
            standings == [
                "reservation.confirm/en/hostile changed", "reservation.confirm/en/ordinary changed",
                "task.digest/en/gone gone", "portal.activate/en/ordinary new",
            ])
        #expect(comparison.sameCount == 1)
        #expect(site.paths.filter { $0.hasPrefix("diff/") }.count == 5)
        #expect(comparison.changes[1].aspects == ["subject"])
        #expect(comparison.changes[1].fields.map(\.name) == ["Subject"])
    }

    @Test("a change of the text is shown word by word")
    func words() throws {
        let before = try SiteSample.specimen(SiteSample.ordinary, bytes: message("Held until noon today.\n"))
        let now = try SiteSample.specimen(SiteSample.ordinary, bytes: message("Held until midnight today.\n"))
        let site = Site(
            gallery: Gallery(specimens: [now], findings: []), base: try SiteSample.base(),
            baseline: try SiteSample.baseline(of: [before]))
        let page = try text(site, "diff/\(SiteSample.ordinary.path)/index.html")
        #expect(page.contains("<span class=\"line removed\">Held until <mark>noon</mark> today."))
        #expect(page.contains("<span class=\"line added\">Held until <mark>midnight</mark> today."))
        #expect(site.comparison?.changes.first?.aspects == ["text"])
    }

    private func message(_ text: String) throws -> [UInt8] {
        try LetterSample.message(body: .alternative(text: text, html: LetterSample.html)).composed().bytes
    }

    private func text(_ site: Site, _ path: String) throws -> String {
        String(decoding: try #require(site.page(at: path)).bytes, as: UTF8.self)
    }
}
