import Foundation
import Testing

@testable import Rendering

@Suite struct BrokenTemplatesTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        let body: String
        let code: TemplateProblem.Code
        let column: Int
        var testDescription: String { body }

        init(_ body: String, _ code: TemplateProblem.Code, column: Int) {
            (self.body, self.code, self.column) = (body, code, column)
        }
    }

    /// Columns count from the start of line 3, after `{{$body}}`, whose nine characters come first.
    @Test(arguments: [
        Mistake("{{<q}}{{$text}}x{{/text}}{{/q}}", .unknownPartial, column: 10),
        Mistake("{{>q}}", .unknownPartial, column: 10),
        Mistake("{{<p}}{{$text}}{{wo}}{{/text}}{{/p}}", .unknownName, column: 25),
        Mistake("{{<p}}{{$text}}{{#no}}{{/no}}{{/text}}{{/p}}", .unknownName, column: 25),
        Mistake("{{<p}}{{$text}}{{yes}}{{/text}}{{/p}}", .wrongUse, column: 25),
        Mistake("{{<p}}{{$text}}{{#who}}{{/who}}{{/text}}{{/p}}", .wrongUse, column: 25),
        Mistake("{{<a}}{{$url}}{{who}}{{/url}}{{/a}}", .wrongUse, column: 24),
        Mistake("{{<p}}{{/p}}", .missingBlock, column: 10),
        Mistake("{{<p}}{{$text}}x{{/text}}{{$txt}}y{{/txt}}{{/p}}", .unknownBlock, column: 35),
        Mistake("{{<p}}{{$text}}{{<p}}{{$text}}x{{/text}}{{/p}}{{/text}}{{/p}}", .blockReused, column: 25),
        Mistake("{{<p}}lost{{$text}}x{{/text}}{{/p}}", .misplacedContent, column: 10),
        Mistake("{{<p}}{{$text}}x{{/text}}", .syntax, column: 35),
        Mistake("{{who", .syntax, column: 10),
        Mistake("{{/p}}", .syntax, column: 10),
        Mistake("{{<p}}{{$text}}{{#yes}}x{{/text}}{{/p}}", .syntax, column: 34),
        Mistake("{{{who}}}", .unsupportedTag, column: 10),
        Mistake("{{&who}}", .unsupportedTag, column: 10),
        Mistake("{{=<% %>=}}", .unsupportedTag, column: 10),
        Mistake("{{>*who}}", .unsupportedTag, column: 10),
        Mistake("{{uppercased(who)}}", .unsupportedTag, column: 10),
        Mistake("{{% SOMETHING}}", .syntax, column: 10),
    ])
    func aMistakeIsNamedWithItsPlace(_ mistake: Mistake) throws {
        let folder = try Folder()
        try folder.body(mistake.body)
        let problems = folder.problems()
        let place = TemplateLocation(file: "note/en.mustache", line: 3, column: mistake.column)
        #expect(problems.contains { $0.code == mistake.code && $0.location == place }, "\(problems)")
    }

    @Test func theSmallFolderHasNoProblem() throws {
        #expect(try Folder().problems() == [])
    }

    @Test func everyMistakeIsReportedAtOnce() throws {
        let folder = try Folder()
        try folder.body("{{<p}}{{$text}}{{wo}}{{/text}}{{/p}}\n{{<q}}{{/q}}\n{{<p}}{{/p}}")
        try folder.write("_html/p.mustache", "<p>{{$text}}{{/text}}</p>")
        try folder.write("_locales/en.json", "{\"direction\": \"up\"}")
        try folder.write("stray/en.mustache", "x")
        let problems = folder.problems()
        let expected: Set<TemplateProblem.Code> = [
            .unknownName, .unknownPartial, .missingBlock, .missingContentType, .localeIncomplete, .undeclaredKind,
        ]
        #expect(expected.subtracting(problems.map(\.code)).isEmpty, "\(problems)")
        let lines = TemplateSetError(problems).description.split(separator: "\n")
        #expect(lines.count == problems.count)
        #expect(lines.contains { $0.hasPrefix("note/en.mustache:5:1: p needs the block {{$text}}") })
    }

    @Test func subjectAndPreheaderAreRequired() throws {
        let letter = try String(
            contentsOf: URL(filePath: Sample.folder).appending(path: "portal.activate/en.mustache"), encoding: .utf8)
        for block in ["subject", "preheader"] {
            let folder = try Folder()
            for format in ["_html", "_text", "_inbox"] {
                let url = URL(filePath: Sample.folder).appending(path: "\(format)/letter.mustache")
                try folder.write("\(format)/letter.mustache", try String(contentsOf: url, encoding: .utf8))
            }
            let gap = letter.replacing(try Regex("\\{\\{\\$\(block)\\}\\}.*\\{\\{/\(block)\\}\\}"), with: "")
            try folder.write("note/en.mustache", gap)
            let problem = folder.problems().first { $0.code == .missingBlock && $0.message.contains("{{$\(block)}}") }
            #expect(problem?.location.file == "note/en.mustache" && problem?.location.line == 2)
        }
    }

    @Test func aPartialMayNotUseUndeclaredNamesEither() throws {
        let folder = try Folder()
        try folder.write("_html/p.mustache", "{{% CONTENT_TYPE:HTML}}\n<p>\n  {{brand}}{{$text}}{{/text}}</p>")
        #expect(folder.problems().map(\.location) == [TemplateLocation(file: "_html/p.mustache", line: 3, column: 3)])
    }

    @Test func partialsThatIncludeEachOtherAreFound() throws {
        let folder = try Folder()
        for format in ["HTML", "TEXT"] {
            try folder.write("_\(format.lowercased())/x.mustache", "{{% CONTENT_TYPE:\(format)}}\n{{>y}}")
            try folder.write("_\(format.lowercased())/y.mustache", "{{% CONTENT_TYPE:\(format)}}\n{{>x}}")
        }
        try folder.body("{{>x}}")
        #expect(folder.problems().contains { $0.code == .recursion && $0.location.file == "_html/y.mustache" })
    }

    @Test func partialsDoNotWorkInASubject() throws {
        let folder = try Folder()
        try folder.write("note/en.mustache", Folder.letter.replacing("Hi", with: "{{<b}}{{$bold}}x{{/bold}}{{/b}}"))
        #expect(folder.problems().map(\.code) == [.unknownPartial])
    }

    @Test func sharedPiecesHoldBlocksOnly() throws {
        let folder = try Folder()
        try folder.write("_shared/en/end.mustache", "{{#yes}}\n{{who}}{{/yes}}")
        try folder.body("{{>end}}")
        #expect(folder.problems().map(\.location) == [TemplateLocation(file: "_shared/en/end.mustache", line: 2)])
        try folder.write("_shared/en/end.mustache", "{{#yes}}{{<p}}{{$text}}{{who}} & co{{/text}}{{/p}}{{/yes}}")
        let letter = try folder.render(["yes": .flag(true), "who": .text("<b>")])
        #expect(letter.text == "<b> & co\n")
    }

    @Test func englishIsRequired() throws {
        let folder = try Folder()
        try FileManager.default.removeItem(at: folder.url.appending(path: "note/en.mustache"))
        #expect(folder.problems().map(\.code) == [.missingTemplate])
    }

    @Test func aLanguageNeedsItsWords() throws {
        let folder = try Folder()
        try folder.write("note/es.mustache", Folder.letter)
        #expect(folder.problems().map(\.location.file) == ["note/es.mustache"])
    }

    @Test func anotherLanguageIsChosenByItsTag() throws {
        let folder = try Folder()
        let words = try String(contentsOf: folder.url.appending(path: "_locales/en.json"), encoding: .utf8)
        try folder.write("_locales/ar.json", words.replacing("\"ltr\"", with: "\"rtl\""))
        try folder.write("note/ar.mustache", Folder.letter)
        try folder.write(
            "_html/letter.mustache",
            "{{% CONTENT_TYPE:HTML}}\n{{locale.language}} {{locale.direction}}{{$subject}}{{/subject}}")
        let letter = try folder.load().render(kind: "note", locale: "ar-EG", values: ["who": .text("x")])
        #expect(letter.locale == "ar" && letter.direction == .rightToLeft && letter.html.hasPrefix("ar rtl"))
    }

    @Test func incompleteWordsAreNamed() throws {
        let folder = try Folder()
        let words = try String(contentsOf: folder.url.appending(path: "_locales/en.json"), encoding: .utf8)
        let broken = words.replacing("{weekday}, {month} {day}, {year}", with: "{weekday} {moon}").replacing(
            "\"plus\"", with: "\"plos\"")
        try folder.write("_locales/en.json", broken)
        let lines = folder.problems().map(\.description)
        #expect(lines.contains { $0.hasPrefix("_locales/en.json:8:5: date has no field {moon}") }, "\(lines)")
        #expect(lines.contains { $0.contains("plus is missing") } && lines.contains { $0.contains("plos is no word") })
        try folder.write("_locales/en.json", "{\"direction\": ltr}")
        #expect(folder.problems().contains { $0.code == .syntax && $0.location.file == "_locales/en.json" })
    }

    @Test func nothingOutsideTheFolderIsRead() throws {
        let folder = try Folder()
        let outside = try Folder()
        let letter = folder.url.appending(path: "note/en.mustache")
        try FileManager.default.removeItem(at: letter)
        try FileManager.default.createSymbolicLink(
            at: letter, withDestinationURL: outside.url.appending(path: "note/en.mustache"))
        #expect(folder.problems().map(\.code) == [.outsideFolder])
        try FileManager.default.removeItem(at: letter)
        try FileManager.default.createSymbolicLink(
            atPath: letter.path(percentEncoded: false), withDestinationPath: "../inside")
        try folder.write("inside", Folder.letter)
        #expect(folder.problems() == [])
        let climbing = "../\(outside.url.lastPathComponent)/note"
        let error = #expect(throws: TemplateSetError.self) {
            try TemplateSet(directory: folder.path, kinds: ["note": Folder.names, climbing: Folder.names])
        }
        #expect(error?.problems.map(\.code) == [.outsideFolder])
    }

    @Test func unreadableThingsAreProblems() throws {
        let folder = try Folder()
        let letter = folder.url.appending(path: "note/en.mustache")
        for bytes in [Data([0xFF, 0xFE]), Data(repeating: 0x20, count: TemplateFolder.largestFile + 1)] {
            try bytes.write(to: letter)
            #expect(folder.problems().map(\.code) == [.unreadable])
        }
        try FileManager.default.removeItem(at: letter)
        try FileManager.default.createDirectory(at: letter, withIntermediateDirectories: true)
        #expect(folder.problems().map(\.code) == [.unreadable])
        let error = #expect(throws: TemplateSetError.self) {
            try TemplateSet(directory: "/nowhere/templates", kinds: [:])
        }
        #expect(error?.problems.map(\.code) == [.unreadable])
        #expect(error?.description.contains("HOLDFAST_TEMPLATES") == true)
    }

    @Test func aNameIsEitherTheLettersOrAnItems() throws {
        let names: TemplateNames = ["who": .text, "tasks": .list(["who": .text])]
        #expect(try Folder().problems(names).map(\.code) == [.wrongUse])
    }

    @Test func commentsAndIndentationLeaveNoTrace() throws {
        let folder = try Folder()
        try folder.write("_text/p.mustache", "{{% CONTENT_TYPE:TEXT}}\n{{! why\n  so }}\n\n\t{{$text}}{{/text}}\n")
        try folder.body(
            "{{! note }}\n   {{<p}}\n  {{$text}}\n  Dear\n     {{who}},\n  hi  {{/text}}\n {{/p}}"
                + "{{<p}}{{$text}}Two{{/text}}{{/p}}"
        )
        #expect(try folder.render(["who": .text("Zoë")]).text == "  Dear Zoë, hi\n  Two\n")
    }
}
