import BookingLinks
import Foundation
import Mail
import Testing

@testable import Notifications

@Suite("Links and ways out of letters")
struct LetterWriterLinksTests {
    private func write(_ kind: Kind, links: [IssuedLink], base: String = "https://book.example.org") throws -> Letter {
        let writer = try Samples.writer(NoteTemplates.set([kind]), base: base)
        return try writer.write(kind, for: Samples.claim(kind, Samples.reservation(), links: links))
    }

    @Test("A link the letter can do without is in it while it works, and left out when it is not there or dead")
    func optionalLinks() throws {
        let open = NoteTemplates.kind("edit", optionalLinks: [.appt], editOpen: true)
        let closed = NoteTemplates.kind("edit", optionalLinks: [.appt])
        let text = try ReadLetter(write(open, links: [Samples.link(.appt)])).text
        #expect(text.contains("https://book.example.org/l/appt/v4.public."))
        let dead = [
            [], [Samples.link(.appt, isRevoked: true)], [Samples.link(.appt, expiresAt: Samples.now)],
            [Samples.link(.act)],
        ]
        for links in dead {
            #expect(try !ReadLetter(write(closed, links: links)).text.contains("/l/"))
            // The kind's flags say what the words promise: without its link such a letter is not written.
            #expect(throws: LetterError.self) { try write(open, links: links) }
        }
    }

    @Test("An optional letter, and no other, can be ended from the mail program, with one click")
    func unsubscribing() throws {
        let optional = NoteTemplates.kind("ending", links: [.pref], editOpen: true, isOptional: true)
        let letter = try write(optional, links: [Samples.link(.pref)])
        let read = try ReadLetter(letter)
        let url = try #require(read.text.split(separator: "\n").first { $0.contains("/l/pref/") })
        #expect(read.fields["list-unsubscribe"] == "<\(url)>")
        #expect(read.fields["list-unsubscribe-post"] == "List-Unsubscribe=One-Click")
        #expect(String(decoding: letter.message.bytes, as: UTF8.self).contains("\r\nList-Unsubscribe: <\(url)>\r\n"))
        let token = try #require(url.split(separator: "/").last)
        let claims = try Samples.verifier().verify(String(token), for: .pref, at: Samples.now)
        #expect(claims.subject == Samples.subject)

        let required = NoteTemplates.kind("ending", links: [.pref], editOpen: true)
        let fields = try ReadLetter(write(required, links: [Samples.link(.pref)])).fields
        #expect(fields.keys.allSatisfy { !$0.hasPrefix("list-") })
    }

    @Test("One click needs https: a link base on this host offers the address alone")
    func loopback() throws {
        let optional = NoteTemplates.kind("ending", links: [.pref], isOptional: true)
        let letter = try write(optional, links: [Samples.link(.pref)], base: "http://localhost:8080")
        let fields = try ReadLetter(letter).fields
        #expect(fields["list-unsubscribe"]?.hasPrefix("<http://localhost:8080/l/pref/") == true)
        #expect(fields["list-unsubscribe-post"] == nil)
    }

    @Test("An optional letter without its way out is not written, and that is our fault")
    func noWayOut() throws {
        let kind = NoteTemplates.kind("ending", optionalLinks: [.pref], isOptional: true)
        let error = #expect(throws: LetterError.self) { try write(kind, links: []) }
        guard case .ours = error else {
            Issue.record("not our fault: \(String(describing: error))")
            return
        }
    }

    @Test("What the practice has not set is not shown, and what it has set is")
    func practiceValues() throws {
        let kind = NoteTemplates.kind()
        let claim = Samples.claim(kind, try Samples.reservation())
        let bare = try ReadLetter(Samples.writer(NoteTemplates.set([kind])).write(kind, for: claim))
        #expect(!bare.text.contains("988") && !bare.html.contains("welcome"))
        let writer = try Samples.writer(
            NoteTemplates.set([kind]), crisisLine: "Call or text 988 <at any hour>",
            welcomeURL: "https://larkspur.example/welcome")
        let full = try ReadLetter(writer.write(kind, for: claim))
        #expect(full.text.contains("Call or text 988 <at any hour>") && full.html.contains("&lt;at any hour&gt;"))
        #expect(full.html.contains("href=\"https://larkspur.example/welcome\""))
    }

    @Test(
        "Another time is picked on the provider's page, or wherever the practice has its clients look",
        arguments: [
            ("https://find.example", "quinn", "https://find.example/quinn"),
            ("https://find.example/us/", "quinn", "https://find.example/us/quinn"),
            ("https://find.example", nil, "https://find.example"),
            (nil, "quinn", "https://portal.larkspur.example"), (nil, nil, "https://portal.larkspur.example"),
        ] as [(String?, String?, String)])
    func rebooking(directory: String?, slug: String?, url: String) throws {
        let kind = NoteTemplates.kind(editOpen: true)
        let writer = try Samples.writer(NoteTemplates.set([kind]), directoryURL: directory)
        let claim = Samples.claim(kind, try Samples.reservation { $0.bookingSlug = slug })
        #expect(try ReadLetter(writer.write(kind, for: claim)).text.split(separator: "\n").contains(Substring(url)))
    }

    @Test(
        "A letter says which language it is in and which was asked for",
        arguments: [("es-MX", "es"), ("es", "es"), ("en-GB", "en"), ("zz", "en"), ("", "en")])
    func languages(asked: String, used: String) throws {
        let kind = NoteTemplates.kind()
        let claim = Samples.claim(kind, try Samples.reservation(subject: Samples.subject(locale: asked)))
        let letter = try Samples.writer(NoteTemplates.set([kind])).write(kind, for: claim)
        #expect(letter.askedLocale == asked && letter.locale == used)
        #expect(try ReadLetter(letter).fields["content-language"] == used)
    }
}
