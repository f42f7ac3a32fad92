import Foundation
import Testing

@testable import Rendering

@Suite struct PartialSetTests {
    private func partial(_ folder: Folder) -> (set: TemplateSet, problems: [TemplateProblem]) {
        TemplateSet.partial(directory: folder.path, kinds: ["note": Folder.names, "memo": Folder.names])
    }

    @Test func aLetterWithAProblemIsLeftOutAndTheOthersStay() throws {
        let folder = try Folder()
        try folder.write("memo/en.mustache", Folder.letter.replacing("who", with: "wo"))
        let (set, problems) = partial(folder)
        #expect(problems.map(\.description).count == 1 && problems[0].location.file == "memo/en.mustache")
        #expect(set.localeNames(of: "note") == ["en"] && set.localeNames(of: "memo") == [])
        #expect(try set.render(kind: "note", locale: "en", values: ["who": .text("Zoë")]).text.contains("Dear Zoë"))
        #expect(throws: RenderingError.unknownKind("memo")) {
            try set.render(kind: "memo", locale: "en", values: ["who": .text("Zoë")])
        }
    }

    @Test func aLanguageWithoutItsWordsIsLeftOut() throws {
        let folder = try Folder()
        try folder.write("memo/en.mustache", Folder.letter)
        try folder.write("note/es.mustache", Folder.letter)
        let (set, problems) = partial(folder)
        #expect(problems.map(\.code) == [.localeIncomplete])
        #expect(set.localeNames(of: "note") == ["en"] && set.localeNames(of: "memo") == ["en"])
    }

    @Test func aWholeFolderIsTheSameSet() throws {
        let (set, problems) = TemplateSet.partial(directory: Sample.folder, kinds: Sample.kinds)
        #expect(try problems == [] && set.kindNames == Sample.set().kindNames)
        let nowhere = TemplateSet.partial(directory: "/nowhere", kinds: Sample.kinds)
        #expect(nowhere.problems.map(\.code) == [.unreadable] && nowhere.set.kindNames == [])
    }

    @Test func scenariosAreNoTemplates() throws {
        let folder = try Folder()
        try folder.write("_scenarios/ordinary.json", "{")
        try folder.write("note/scenarios.json", "{")
        #expect(folder.problems() == [])
    }

    @Test func aPartialThatNestsItselfEndsNobody() throws {
        let folder = try Folder()
        try folder.write("_html/p.mustache", "{{% CONTENT_TYPE:HTML}}\n{{<p}}{{$text}}x{{/text}}{{/p}}")
        let (set, problems) = partial(folder)
        let place = TemplateLocation(file: "_html/p.mustache", line: 2)
        #expect(Set(problems.filter { $0.location == place }.map(\.code)) == [.unsupportedTag, .recursion])
        #expect(set.localeNames(of: "note") == [])
    }
}
