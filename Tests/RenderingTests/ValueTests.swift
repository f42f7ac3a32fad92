import Testing

@testable import Rendering

@Suite struct ValueTests {
    private static let hostile = "O'Neil & <b> \"x\""

    @Test func htmlIsEscapedAndTextIsNot() throws {
        let folder = try Folder()
        try folder.body(
            "{{<p}}{{$text}}{{who}} {{<b}}{{$bold}}{{who}}{{/bold}}{{/b}}{{#yes}} {{who}}{{/yes}}{{/text}}{{/p}}")
        let letter = try folder.render(["who": .text(Self.hostile), "yes": .flag(true)])
        let escaped = "O&#39;Neil &amp; &lt;b&gt; &quot;x&quot;"
        #expect(letter.text == "\(Self.hostile) \(Self.hostile) \(Self.hostile)\n")
        #expect(letter.html.hasSuffix(">\(escaped) <b>\(escaped)</b> \(escaped)</p>"))
        #expect(!letter.html.contains(Self.hostile))
    }

    @Test func subjectIsNotEscapedButTheTitleIs() throws {
        let folder = try Folder()
        try folder.write("note/en.mustache", Folder.letter.replacing("Hi", with: "{{who}}"))
        let letter = try folder.render(["who": .text("O'Neil & <b>")])
        #expect(letter.subject == "O'Neil & <b>")
        #expect(letter.html.hasPrefix("<title>O&#39;Neil &amp; &lt;b&gt;</title>"))
    }

    /// The library compares characters, to which a quote with a combining mark is no quote.
    @Test(arguments: ["\u{301}", "\u{FE0F}", "\u{200D}", "\u{338}"]) func combiningMarksHideNoQuote(mark: String) throws
    {
        let letter = try Folder().render(["who": .text("\"\(mark) onclick=x '\(mark) <\(mark)b &\(mark)lt;")])
        let value = try #require(letter.html.firstMatch(of: /title="Dear ([^"]*)">/)).output.1
        #expect(value.unicodeScalars.allSatisfy { !"\"'<>".unicodeScalars.contains($0) })
        #expect(value.unicodeScalars.starts(with: "&quot;\(mark) onclick=x &#39;\(mark) &lt;".unicodeScalars))
    }

    @Test(arguments: ["{{who}}", "{{{who}}}", "{{#yes}}{{/yes}}", "{{> p}}", "{{% CONTENT_TYPE:TEXT}}", "{{!"])
    func bracesInAValueAreWords(value: String) throws {
        let letter = try Folder().render(["who": .text(value)])
        #expect(letter.text == "Dear \(value)\n")
    }

    @Test func aVeryLongValueIsHarmless() throws {
        let long = String(repeating: "<a> ", count: 2_500)
        let letter = try Folder().render(["who": .text(long)])
        #expect(letter.text.split(separator: "\n").allSatisfy { $0.utf8.count <= TextFlow.width })
        #expect(letter.html.utf8.count > 2 * long.utf8.count)
        #expect(!letter.html.contains("<a>"))
    }

    @Test(arguments: [
        "a\nb", "a\rb", "a\0b", "a\tb", "\u{7F}", "\u{85}", "\u{9F}", "\u{2028}", "\u{2029}", "\u{1B}[31m",
    ])
    func controlCharactersAreRefused(value: String) throws {
        let folder = try Folder()
        #expect(throws: RenderingError.controlCharacter(name: "who")) { try folder.render(["who": .text(value)]) }
    }

    @Test func directionControlsAreTakenOut() throws {
        let text = try Folder().render(["who": .text("\u{202E}live\u{202C} \u{2067}שלום\u{2069} Zoë ‏")]).text
        #expect(text == "Dear live שלום Zoë ‏\n")
    }

    @Test func lettersThatLookLikeControlsStay() throws {
        #expect(try Folder().render(["who": .text("¡Olé! “李小龍” – ‘é’ ′ 👩‍👧")]).text == "Dear ¡Olé! “李小龍” – ‘é’ ′ 👩‍👧\n")
    }

    @Test(arguments: [
        "javascript:alert(1)", "//x.org", "https://", "https://x.org/\"", "https://x.org/a b", "https://x.org/<",
        "https://ü.org",
        "https://x.org/'", "HTTPS//x", "",
    ])
    func badAddressesAreRefused(address: String) throws {
        let folder = try Folder()
        try folder.body("{{<a}}{{$url}}{{home.url}}{{/url}}{{/a}}")
        #expect(throws: RenderingError.invalidURL(name: "home.url")) { try folder.render(["home.url": .text(address)]) }
    }

    @Test func goodAddressesStandAlone() throws {
        let folder = try Folder()
        try folder.body(
            "{{<p}}{{$text}}See{{/text}}{{/p}}{{<a}}{{$url}}{{home.url}}{{/url}}{{/a}}"
                + "{{<p}}{{$text}}then{{/text}}{{/p}}"
        )
        let letter = try folder.render(["home.url": .text("https://x.org/a?b=1&c=[2]~%27#d")])
        #expect(letter.text == "See\nhttps://x.org/a?b=1&c=[2]~%27#d\n\nthen\n")
        #expect(letter.html.contains("href=\"https://x.org/a?b=1&amp;c=[2]~%27#d\""))
    }

    /// Where a partial ends its line, the section tag after it must not take the next line break for its own.
    @Test func sectionsKeepTheLineBreaksAroundThem() throws {
        let folder = try Folder()
        let link = "{{<a}}{{$url}}{{home.url}}{{/url}}{{/a}}"
        let words = "{{<p}}{{$text}}words{{/text}}{{/p}}"
        let values: TemplateValues = ["home.url": .text("https://x.org"), "yes": .flag(true)]
        for body in ["\(link){{#yes}}\(words){{/yes}}", "{{#yes}}\(link){{/yes}}\(words)", "\(link)\(words)"] {
            try folder.body(body)
            #expect(try folder.render(values).text == "https://x.org\n\nwords\n")
        }
    }

    @Test func aMissingValueIsAnErrorWithItsPlace() throws {
        let folder = try Folder()
        try folder.body("\n  {{<p}}{{$text}}Dear {{who}}{{/text}}{{/p}}")
        let place = TemplateLocation(file: "note/en.mustache", line: 4, column: 23)
        #expect(throws: RenderingError.missingValues(names: ["who"], usedAt: [place])) { try folder.render([:]) }
        let error = #expect(throws: RenderingError.self) { try folder.render([:]) }
        #expect(error?.description.contains("who, used at note/en.mustache:4:23") == true)
    }

    @Test func aMissingFlagIsAnErrorAndAFalseOneIsNot() throws {
        let folder = try Folder()
        try folder.body("{{<p}}{{$text}}Hello{{#yes}} {{who}}{{/yes}}{{^yes}} you{{/yes}}{{/text}}{{/p}}")
        #expect(throws: RenderingError.self) { try folder.render([:]) }
        #expect(try folder.render(["yes": .flag(false)]).text == "Hello you\n")
        #expect(try folder.render(["yes": .flag(true), "who": .text("Zoë")]).text == "Hello Zoë\n")
    }

    @Test func listsRepeatAndTheirItemsAreChecked() throws {
        let folder = try Folder()
        try folder.body("{{#tasks}}{{<p}}{{$text}}{{title}} for {{who}}{{/text}}{{/p}}{{/tasks}}")
        let two: TemplateValue = .list([["title": .text("A & B")], ["title": .text("C")]])
        let letter = try folder.render(["who": .text("Zoë"), "tasks": two])
        #expect(letter.text == "A & B for Zoë\nC for Zoë\n")
        #expect(letter.html.contains(">A &amp; B for Zoë</p>"))
        #expect(throws: RenderingError.missingValues(names: ["title"], usedAt: [])) {
            try folder.render(["who": .text("Zoë"), "tasks": .list([[:]])])
        }
        #expect(throws: RenderingError.controlCharacter(name: "title")) {
            try folder.render(["who": .text("Zoë"), "tasks": .list([["title": .text("a\nb")]])])
        }
    }

    @Test func valuesMustFitTheirDeclaration() throws {
        let folder = try Folder()
        #expect(throws: RenderingError.undeclaredValue(name: "whom")) { try folder.render(["whom": .text("Zoë")]) }
        #expect(throws: RenderingError.wrongValueKind(name: "who")) { try folder.render(["who": .flag(true)]) }
        #expect(throws: RenderingError.wrongValueKind(name: "yes")) { try folder.render(["yes": .text("yes")]) }
    }

    @Test func errorsNeverShowAValue() throws {
        let error = #expect(throws: RenderingError.self) { try Folder().render(["who": .text("Zoë\nO'Neil")]) }
        #expect(error?.description.contains("Zoë") == false)
    }
}
