import Foundation
import Mustache
import Testing

@testable import Rendering

/// Every kind in every language, with every combination of what its letter may show.
@Suite struct RealTemplatesTests {
    @Test func everyKindIsWrittenInEnglishAndSpanish() throws {
        let set = try Sample.set()
        #expect(set.kindNames == Sample.kinds.keys.sorted())
        for kind in set.kindNames {
            #expect(Set(set.localeNames(of: kind)).isSuperset(of: ["en", "es"]), "\(kind)")
        }
        #expect(set.localeNames(of: "reservation.confirm") == ["ar", "en", "es"])
    }

    @Test(arguments: Sample.letters) func everyLetterKeepsItsLimits(_ sample: Sample.Letter) throws {
        for letter in try letters(sample) {
            #expect(letter.html.utf8.count < 40_000)
            #expect(
                letter.html.contains("<html lang=\"\(sample.locale)\" dir=\"\(letter.direction.rawValue)\">"))
            #expect(!letter.text.contains(letter.preheader))
            #expect(!(letter.html + letter.text).contains("{{"))
            for line in letter.lines where !line.hasPrefix("http") {
                #expect(line.unicodeScalars.filter { $0 != "\u{200F}" }.count <= TextFlow.width)
            }
        }
    }

    /// The longest and the shortest wording of a day and a time must not push an inbox line out of its bounds.
    @Test(arguments: Sample.letters) func inboxLinesHoldEveryDate(_ sample: Sample.Letter) throws {
        let words = try Sample.set().words(kind: sample.kind, locale: sample.locale)
        for moment in [try #require(words.extreme(isLonger: true)), try #require(words.extreme(isLonger: false))] {
            for flags in Sample.flagSets(of: sample.kind) {
                let letter = try Sample.letter(sample.kind, locale: sample.locale, flags: flags, moment: moment)
                #expect(letter.subject.count <= 60, "\(letter.subject)")
                #expect((40...90).contains(letter.preheader.count), "\(letter.preheader.count) \(letter.preheader)")
            }
        }
    }

    @Test(arguments: Sample.letters) func bothPartsCarryTheSameLinks(_ sample: Sample.Letter) throws {
        for letter in try letters(sample) {
            #expect(letter.linksInHTML == letter.linksInText)
            #expect(letter.linksInText.isSuperset(of: ["https://portal.example.org", "https://help.example.org"]))
            for line in letter.lines where line.contains("://") {
                #expect(!line.contains(" "), "a link stands alone on its line")
            }
            // What goes to a provider carries no link of a client's; other letters have the links they declare.
            let declared = Sample.kinds[sample.kind]?.names.filter { $0.hasPrefix("link.") } ?? []
            #expect(!declared.isEmpty || !letter.text.contains("v4.public"))
        }
    }

    @Test(arguments: Sample.letters) func textSaysWhatTheHTMLSays(_ sample: Sample.Letter) throws {
        for letter in try letters(sample) { #expect(letter.wordsInHTML == letter.wordsInText) }
    }

    /// Sections that are not printed must leave neither gaps nor stray punctuation.
    @Test(arguments: Sample.letters) func proseIsTidy(_ sample: Sample.Letter) throws {
        for letter in try letters(sample) {
            let lines = letter.lines.map { $0.replacing("\u{200F}", with: "") }
            for line in [letter.subject, letter.preheader] + lines {
                for untidy in [" ,", " .", " ;", " :", "..", ",,", " ،", " 。"] {
                    #expect(!line.contains(untidy), "\(line)")
                }
                #expect(!line.drop { $0 == " " }.contains("  ") && line.last?.isWhitespace != true, "\(line)")
            }
            #expect(!letter.text.contains("\n\n\n") && letter.text.last == "\n")
        }
    }

    @Test(arguments: Sample.letters) func nothingIsLoadedFromElsewhere(_ sample: Sample.Letter) throws {
        let html = try Sample.letter(sample.kind, locale: sample.locale).html
        for forbidden in ["<img", "<link", "<script", "src=", "url(", "@import", "@font-face"] {
            #expect(!html.lowercased().contains(forbidden), "\(forbidden)")
        }
    }

    @Test func localeFallsBackToItsLanguageAndThenToEnglish() throws {
        for asked in ["en-US", "en-Latn-US", "xx", "", "../es", "e"] {
            #expect(try Sample.letter("reservation.confirm", locale: asked).locale == "en")
        }
        #expect(try Sample.letter("survey.request", locale: "es-MX").locale == "es")
        #expect(try Sample.letter("reservation.confirm", locale: "ar-EG").locale == "ar")
        #expect(try Sample.letter("survey.request", locale: "ar-EG").locale == "en")
    }

    /// swift-mustache resolves the partials and blocks by itself here: an independent check of the assembled letter.
    @Test(arguments: Sample.letters, ["_html", "_text"])
    func assembledLetterIsWhatTheLibraryRenders(_ sample: Sample.Letter, format: String) throws {
        var library = MustacheLibrary()
        for folder in ["_shared/\(sample.locale)", format] {
            let url = URL(filePath: Sample.folder).appending(path: folder)
            for file in try FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: nil) {
                try library.register(
                    String(contentsOf: file, encoding: .utf8), named: file.deletingPathExtension().lastPathComponent)
            }
        }
        let path = "\(sample.kind)/\(sample.locale).mustache"
        let source = try String(contentsOf: URL(filePath: Sample.folder).appending(path: path), encoding: .utf8)
        let template = try MustacheTemplate(string: source)
        let words = try Sample.set().words(kind: sample.kind, locale: sample.locale)
        for shown in try Sample.shown(sample) {
            let values = try Sample.values(sample.kind, words, flags: shown.flags)
            var context = Self.context(values)
            context["locale"] = ["language": sample.locale, "direction": words.direction.rawValue]
            let expected = template.render(context, library: library)
            let actual = format == "_html" ? shown.letter.html : shown.letter.text
            #expect(Self.squeezed(actual) == Self.squeezed(expected))
        }
    }

    /// Names as swift-mustache looks them up: `group.word` in a dictionary of its group.
    private static func context(_ values: TemplateValues) -> [String: Any] {
        var context: [String: [String: Any]] = [:]
        for (name, value) in values.values {
            let parts = name.split(separator: ".").map(String.init)
            context[parts[0], default: [:]][parts.last ?? ""] =
                switch value {
                case .text(let text): text
                case .flag(let isSet): isSet
                case .list(let items): items.map { item in item.values.mapValues(Self.text) }
                }
        }
        return context
    }

    private static func text(_ value: TemplateValue) -> String {
        if case .text(let text) = value { text } else { "" }
    }

    private static func squeezed(_ text: String) -> String {
        String(String.UnicodeScalarView(text.unicodeScalars.filter { !$0.properties.isWhitespace && $0 != "\u{200F}" }))
    }

    @Test func htmlIsWellFormed() throws {
        let hostile: TemplateValue = .text("<i>\"O'Neil\"</i> & \u{301} שָׁלוֹם")
        let pages = try Sample.letters.flatMap { sample in
            let sets = Sample.flagSets(of: sample.kind)
            return try [sets[0], sets[sets.count - 1]].map { flags in
                let names = ["client.name", "provider.name", "visitor.first_name", "reader.name", "place.text"]
                let own = names.filter { Sample.kinds[sample.kind]?.uses[$0] != nil }
                let changes = own.reduce(into: [:] as TemplateValues) { $0[$1] = hostile }
                return try Sample.letter(sample.kind, locale: sample.locale, flags: flags, changes).html
            }
        }
        let python = try #require(
            ProcessInfo.processInfo.environment["TEST_PYTHON"],
            "TEST_PYTHON must name a python3 with html5lib: run the tests through deploy/test.")
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = [
            "-c",
            "import sys, html5lib\n"
                + "for page in sys.stdin.buffer.read().split(b'\\0'): "
                + "html5lib.HTMLParser(strict=True).parse(page, transport_encoding='utf-8')",
        ]
        let (input, errors) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardError = errors
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(pages.joined(separator: "\0").utf8))
        try input.fileHandleForWriting.close()
        let message = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "html5lib strict: \(message)")
    }

    @Test func manyThreadsRenderTheSameLetter() async throws {
        let expected = try Sample.letter("reservation.confirm")
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { @concurrent in
                    try (0..<100).allSatisfy { _ in try Sample.letter("reservation.confirm") == expected }
                }
            }
            for try await equal in group { #expect(equal) }
        }
    }

    private func letters(_ sample: Sample.Letter) throws -> [RenderedLetter] {
        try Sample.shown(sample).map(\.letter)
    }
}
