import BookingLinks
import Testing

@testable import Preview

/// Each rule is shown by a letter that is broken in one way, and says nothing else.
@Suite("Rules for letters")
struct LetterRuleTests {
    /// One way to break a letter.
    struct Break: CustomTestStringConvertible, Sendable {
        let told: [String]
        let testDescription: String
        let change: @Sendable (inout Draft) -> Void

        init(_ told: String..., by description: String, _ change: @escaping @Sendable (inout Draft) -> Void) {
            self.told = told
            testDescription = description
            self.change = change
        }
    }

    @Test("a letter that keeps every rule is told nothing about")
    func sound() throws {
        #expect(try Draft().told() == [])
    }

    @Test("a letter broken in one way is told exactly that", arguments: breaks)
    func broken(_ one: Break) throws {
        var draft = Draft()
        one.change(&draft)
        let told = try draft.told()
        #expect(told == one.told)
    }

    @Test("sentences name what to do, and rules have names for tools")
    func sentences() throws {
        for one in Self.breaks {
            var draft = Draft()
            one.change(&draft)
            let letter = try draft.opened()
            for finding in LetterRule.all.flatMap({ $0.findings(in: letter) }) {
                #expect(finding.message.hasSuffix(".") && finding.message.count < 240, "\(finding.message)")
                #expect(finding.letter == draft.id.path)
                #expect(finding.rule.wholeMatch(of: /[a-z]+(-[a-z]+)*/) != nil)
            }
        }
        #expect(Set(LetterRule.all.map(\.name)).count == LetterRule.all.count)
        let shown = Set(Self.breaks.flatMap(\.told).map { String($0.split(separator: " ")[1]) })
        #expect(shown == Set(LetterRule.all.map(\.name)), "every rule has a letter that breaks it")
    }

    @Test("a token is cut out of sentences, so that the same fault of two letters is the same sentence")
    func tokens() throws {
        var draft = Draft()
        draft.text = draft.text.replacing("https://book.example.org/l/appt/v4.public.AAAA", with: "")
        let letter = try draft.opened()
        let message = LetterRule.all.flatMap { $0.findings(in: letter) }.first?.message
        #expect(message?.contains("https://book.example.org/l/appt/…") == true)
        #expect(message?.contains("v4.public") == false)
    }

    static let breaks = inbox + privacy + links + markup + style + parts

    private static let inbox = [
        Break("warning subject-length", by: "61 characters of subject") { $0.subject = long(61) },
        Break("error subject-length", by: "79 characters of subject") { $0.subject = long(79) },
        Break("warning preheader-length", by: "39 characters of preheader") { $0.preheader = long(39) },
        Break("warning preheader-length", by: "91 characters of preheader") { $0.preheader = long(91) },
        Break("error preheader-length", by: "no preheader") { $0.preheader = "" },
        Break("warning preheader-repeats", by: "the subject again") { $0.preheader = "\($0.subject): when and where" },
    ]

    private static let privacy = [
        Break("error private-words", by: "a kind of care in the subject") { $0.subject = "Your THERAPY on Monday" },
        Break("error private-words", by: "a clinician in the preheader") {
            $0.preheader = "When your doctor expects you, and where, in this letter."
        },
        Break("error private-words", by: "a reason in the letter") {
            $0.text = $0.text.replacing("you meet", with: "about your diagnosis you meet")
        },
        Break("error private-words", by: "care in the calendar") {
            $0.calendar.replace("Appointment", with: "Session")
        },
        Break("error private-words", by: "a file that tells", { $0.fileName = "psychotherapy.ics" }),
        Break("error private-words", by: "Spanish") {
            $0.inSpanish()
            $0.subject = "Su consulta del lunes"
        },
        Break("error private-words", by: "Arabic, with the article") {
            $0.inArabic()
            $0.subject = "موعد العلاج يوم الاثنين"
        },
        Break("error private-names", by: "the reader in the subject") { $0.subject = "Zoë O'Neil, your time" },
        Break("error private-names", by: "the provider in the calendar") {
            $0.calendar.replace("SUMMARY:Appointment", with: "SUMMARY:With Amara Lindqvist")
            $0.names = ["Zoë O'Neil", "Amara Lindqvist"]
        },
        Break("warning private-sender", by: "a sender that tells") { $0.sender = "Harbour Psychology" },
    ]

    private static let links = [
        Break("error links-differ", by: "a link in the HTML alone") {
            $0.body += #"<a href="https://portal.example.org">Portal</a>"#
        },
        Break("error links-differ", by: "a link in the text alone") { $0.text += "https://portal.example.org\n" },
        Break("error link-insecure", by: "plain http") {
            $0.body += #"<a href="http://portal.example.org">Portal</a>"#
            $0.text += "http://portal.example.org\n"
        },
        Break("error link-without-words", by: "a link without words") {
            $0.body.replace("Change this time", with: "&nbsp;")
        },
        Break("error link-lost", by: "a link that was issued for nothing") { $0.owed = [.appt, .rsv] },
        Break("error link-in-calendar", by: "a token in the calendar") {
            $0.calendar.replace(
                "https://portal.example.org", with: "https://book.example.org/l/appt/v4.public.AAAA")
        },
    ]

    private static let markup = [
        Break("error remote-content", by: "a picture") {
            $0.body += #"<img src="https://example.org/open.png" alt="Map">"#
        },
        Break("error remote-content", by: "a second picture of a set") {
            $0.body += #"<img srcset="data:image/png;base64,AA== 1x, https://example.org/2.png 2x" alt="Map">"#
        },
        Break("error remote-content", by: "what only Outlook reads") {
            $0.body += #"<!--[if mso]><v:fill src="https://example.org/a.png"><![endif]-->"#
        },
        Break("error remote-content", "error css-unsupported", by: "a drawing") {
            $0.body += #"<svg><image xlink:href="https://example.org/a.png"></image></svg>"#
        },
        Break("error remote-content", by: "a background") {
            $0.body += #"<div style="background:#fff URL( 'https://example.org/a.png')">Hi</div>"#
        },
        Break("error remote-content", "error css-unsupported", by: "an imported sheet") {
            $0.style += "@import 'https://example.org/a.css';"
        },
        Break("error active-content", by: "a handler") { $0.body += #"<p onclick="go()">Hi</p>"# },
        Break("error active-content", by: "a script") { $0.body += "<script>go()</script>" },
        Break("error language", by: "another language") { $0.page = #"<html lang="es" dir="ltr">"# },
        Break("error language", "error language", by: "no language") { $0.page = "<html>" },
        Break("error language", "error language", by: "no page") { $0.page = "" },
        Break("error language", by: "Arabic from the left") {
            $0.inArabic()
            $0.page = #"<html lang="ar" dir="ltr">"#
        },
        Break("error name-not-isolated", by: "a name without bdi") { $0.body += "<p>Zoë O&#39;Neil</p>" },
        Break("error image-alternative", by: "a picture without words") {
            $0.body += #"<img src="data:image/png;base64,AA==">"#
        },
        Break("warning image-alternative", by: "a picture with empty words") {
            $0.body += #"<img src="data:image/png;base64,AA==" alt="">"#
        },
        Break("warning table-role", by: "a table that is read out") { $0.body += "<table><tr><td>1</td></tr></table>" },
    ]

    private static let style = [
        Break("error css-unsupported", by: "a layout that Outlook breaks") {
            $0.body += #"<div style="display:flex">Hi</div>"#
        },
        Break("warning css-unsupported", by: "what only smaller programs miss") {
            $0.body += #"<p aria-label="Greeting">Hi</p>"#
        },
        Break(by: "extras that nobody misses") {
            $0.style += "@media (prefers-color-scheme: dark) { .ink { color: #fff; } } a:hover { text-wrap: balance; }"
        },
    ]

    private static let parts = [
        Break("error links-differ", "error part-missing", by: "no text") { $0.text = "\n" },
        Break("warning html-size", by: "32 KB of HTML") { $0.body += String(repeating: "a b ", count: 8_000) },
        Break("error html-size", by: "40 KB of HTML") { $0.body += String(repeating: "a b ", count: 10_000) },
        Break("warning style-size", by: "13 KB of style") {
            $0.style = String(repeating: ".ink { color: red; }", count: 700)
        },
        Break("warning text-width", by: "a line of 79") { $0.text += String(repeating: "a", count: 77) + " a\n" },
        Break("error text-width", by: "a line of 999") { $0.text += String(repeating: "a", count: 999) + "\n" },
        Break(by: "a long word alone on its line") { $0.text += String(repeating: "a", count: 200) + "\n" },
    ]

    private static func long(_ count: Int) -> String { String(repeating: "a b", count: 40).prefix(count - 1) + "c" }
}

extension Draft {
    fileprivate mutating func inSpanish() {
        id = SpecimenID(kind: id.kind, locale: "es", scenario: id.scenario)
        page = #"<html lang="es" dir="ltr">"#
    }

    fileprivate mutating func inArabic() {
        id = SpecimenID(kind: id.kind, locale: "ar", scenario: id.scenario)
        page = #"<html lang="ar" dir="rtl">"#
    }
}
