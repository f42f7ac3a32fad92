import Foundation
import Mustache
import Testing

@testable import Rendering

@Suite struct RealTemplatesTests {
    @Test func everyLetterRendersWithinItsLimits() throws {
        let set = try Sample.set()
        #expect(set.kindNames == Sample.kinds.keys.sorted())
        for kind in set.kindNames {
            for locale in set.localeNames(of: kind) {
                let letter = try set.render(kind: kind, locale: locale, values: try #require(Sample.values[kind]))
                #expect(letter.subject.count <= 60, "\(kind) \(locale)")
                #expect((40...90).contains(letter.preheader.count), "\(kind) \(locale)")
                #expect(letter.html.utf8.count < 40_000)
                #expect(letter.html.contains("<html lang=\"\(locale)\" dir=\"\(letter.direction.rawValue)\">"))
                #expect(!letter.text.contains(letter.preheader))
                #expect(!(letter.html + letter.text).contains("{{"))
            }
        }
    }

    /// The longest names of an English day, month and time must not push an inbox line over its length.
    @Test func inboxLinesHoldTheLongestDates() throws {
        let longest: TemplateValues = [
            "when.day": .text("Wednesday, September 30"), "hold.day": .text("Wednesday, September 30"),
            "hold.time": .text("10:00 AM"),
        ]
        let confirm = try Sample.letter("reservation.confirm", longest)
        #expect(confirm.subject.count <= 60 && (40...90).contains(confirm.preheader.count))
        let bounce = try Sample.letter("provider.bounce", ["when.day": .text("Wednesday, September 30")])
        #expect(bounce.subject.count <= 60)
        let activate = try Sample.letter("portal.activate", ["until.day": .text("Wednesday, September 30")])
        #expect(activate.subject.count <= 60)
        let shortest = try Sample.letter(
            "reservation.confirm", ["hold.day": .text("Friday, May 1"), "hold.time": .text("5:00 PM")])
        #expect((40...90).contains(shortest.preheader.count))
    }

    @Test(arguments: Sample.kinds.keys.sorted()) func bothPartsCarryTheSameLinks(kind: String) throws {
        let letter = try Sample.letter(kind)
        let inHTML = Set(letter.html.matches(of: /href="([^"]*)"/).map { String($0.output.1) })
        let lines = letter.text.split(separator: "\n").map(String.init)
        let inText = Set(lines.filter { $0.hasPrefix("http") })
        #expect(inHTML == inText)
        // What goes to a provider carries no link of a client's.
        #expect(inHTML.contains(Sample.link) == !kind.hasPrefix("provider."))
        #expect(lines.filter { $0.contains("://") }.allSatisfy { !$0.contains(" ") }, "a link stands alone on its line")
    }

    @Test(arguments: Sample.kinds.keys.sorted()) func textSaysWhatTheHTMLSays(kind: String) throws {
        let letter = try Sample.letter(kind)
        let body = try #require(letter.html.firstMatch(of: /(?s)<table.*<\/body>/)).output
        let words = body.replacing(/<!--.*?-->|<[^>]*>/, with: " ").replacing("&nbsp;", with: " ").replacing(
            "&#39;", with: "'")
        // A label and its value share a line in the text, with a colon between them.
        let plain = letter.text.replacing(Sample.link, with: "").replacing(/[:\s]+/, with: "")
        #expect(words.replacing(/[:\s]+/, with: "") == plain)
    }

    @Test(arguments: Sample.kinds.keys.sorted()) func nothingIsLoadedFromElsewhere(kind: String) throws {
        let html = try Sample.letter(kind).html
        for forbidden in ["<img", "<link", "<script", "src=", "url(", "@import", "@font-face"] {
            #expect(!html.lowercased().contains(forbidden), "\(forbidden)")
        }
    }

    @Test(arguments: Sample.kinds.keys.sorted()) func inboxLineSaysNothingClinical(kind: String) throws {
        let letter = try Sample.letter(kind)
        let line = "\(letter.subject) \(letter.preheader)".lowercased()
        for word in [
            "therap", "psych", "doctor", "dr.", "patient", "counsel", "mental", "treatment", "lindqvist", "o'neil",
        ] {
            #expect(!line.contains(word), "\(word)")
        }
    }

    @Test(arguments: Sample.kinds.keys.sorted()) func proseKeepsItsWidth(kind: String) throws {
        for line in try Sample.letter(kind).text.split(separator: "\n") where !line.hasPrefix("http") {
            #expect(line.unicodeScalars.count <= TextFlow.width)
        }
    }

    /// swift-mustache resolves the partials and blocks by itself here: an independent check of the assembled letter.
    @Test(arguments: Sample.kinds.keys.sorted(), ["_html", "_text"])
    func assembledLetterIsWhatTheLibraryRenders(kind: String, format: String) throws {
        var library = MustacheLibrary()
        for folder in ["_shared/en", format] {
            let url = URL(filePath: Sample.folder).appending(path: folder)
            for file in try FileManager.default.contentsOfDirectory(at: url, includingPropertiesForKeys: nil) {
                try library.register(
                    String(contentsOf: file, encoding: .utf8), named: file.deletingPathExtension().lastPathComponent)
            }
        }
        var context: [String: [String: String]] = ["locale": ["language": "en", "direction": "ltr"]]
        for (name, value) in try #require(Sample.values[kind]).values {
            guard case .text(let text) = value else { continue }
            let parts = name.split(separator: ".").map(String.init)
            context[parts[0], default: [:]][parts[1]] = text
        }
        let source = try String(
            contentsOf: URL(filePath: Sample.folder).appending(path: "\(kind)/en.mustache"), encoding: .utf8)
        let expected = try MustacheTemplate(string: source).render(context, library: library)
        let letter = try Sample.letter(kind)
        let actual = format == "_html" ? letter.html : letter.text
        #expect(actual.filter { !$0.isWhitespace } == expected.filter { !$0.isWhitespace })
    }

    @Test(arguments: Sample.kinds.keys.sorted()) func htmlIsWellFormed(kind: String) throws {
        let html = try Sample.letter(kind, ["client.name": .text("<i>\"O'Neil\"</i> & \u{301} שָׁלוֹם")]).html
        guard let python = ProcessInfo.processInfo.environment["TEST_PYTHON"] else {
            // Without html5lib: every element that was opened is closed, in order.
            var open: [Substring] = []
            let body = html.replacing(/(?s)<!--.*?-->|<style>.*?<\/style>/, with: "")
            for match in body.matches(of: /<(\/?)([a-z0-9]+)[^>]*>/) {
                if ["meta", "br"].contains(match.output.2) { continue }
                if match.output.1.isEmpty {
                    open.append(match.output.2)
                } else {
                    #expect(open.popLast() == match.output.2)
                }
            }
            #expect(open.isEmpty)
            return
        }
        let script =
            "import sys, html5lib; "
            + "html5lib.HTMLParser(strict=True).parse(sys.stdin.buffer.read(), transport_encoding='utf-8')"
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = ["-c", script]
        let (input, errors) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardError = errors
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: Data(html.utf8))
        try input.fileHandleForWriting.close()
        let message = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "html5lib strict: \(message)")
    }

    @Test func localeFallsBackAndSaysSo() throws {
        for asked in ["en-US", "en-Latn-US", "es-MX", "", "../en", "ar"] {
            #expect(try Sample.letter("reservation.confirm", locale: asked).locale == "en")
        }
    }

    @Test func manyThreadsRenderTheSameLetter() async throws {
        let set = try Sample.set()
        let values = try #require(Sample.values["reservation.confirm"])
        let expected = try set.render(kind: "reservation.confirm", locale: "en", values: values)
        try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<8 {
                group.addTask { @concurrent in
                    try (0..<100).allSatisfy { _ in
                        try set.render(kind: "reservation.confirm", locale: "en", values: values) == expected
                    }
                }
            }
            for try await equal in group { #expect(equal) }
        }
    }
}
