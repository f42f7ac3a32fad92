import BookingLinks
import Foundation
import Notifications
import Rendering
import TestSupport
import Testing

@testable import Preview

/// The repository's own letters keep every rule, and a mistake made in their folder is found.
@Suite("Checking a gallery")
struct GalleryCheckedTests {
    @Test("the letters of this repository are told nothing about, but that Arabic has few of them")
    func real() throws {
        let findings = try Real.gallery().checked().findings
        #expect(findings.filter { $0.severity == .error }.map(\.message) == [])
        #expect(findings.map(\.rule) == ["language-missing"])
        #expect(
            findings.first?.message.hasPrefix("Only 2 of 23 kinds are written in ar (appointment.confirmed, ") == true)
    }

    /// A mistake somebody makes in the folder.
    struct Mistake: CustomTestStringConvertible, Sendable {
        let told: [String]
        let testDescription: String
        let make: @Sendable (TemplateCopy) throws -> Void

        init(_ told: [String], by description: String, _ make: @escaping @Sendable (TemplateCopy) throws -> Void) {
            self.told = told
            testDescription = description
            self.make = make
        }
    }

    @Test("a mistake in the folder is found, with the place or the letters", arguments: mistakes)
    func found(_ mistake: Mistake) throws {
        let copy = try TemplateCopy()
        try mistake.make(copy)
        let findings = try copy.gallery().checked().findings
        let told = findings.map { finding in
            let letter = finding.letter?.split(separator: "/").prefix(2).joined(separator: "/")
            return "\(finding.rule) \(finding.location ?? letter ?? "")"
        }
        #expect(Set(told).subtracting(["language-missing "]) == Set(mistake.told))
    }

    static let mistakes = [
        Mistake(
            ["unused _html/old.mustache:1:1", "unused _shared/es/older.mustache:1:1", "unused _locales/fr.json:1:1"],
            by: "what nobody uses"
        ) {
            try $0.write("_html/old.mustache", "{{% CONTENT_TYPE:HTML}}\n<p>{{$text}}{{/text}}</p>\n")
            try $0.write("_shared/es/older.mustache", "{{<p}}{{$text}}Hola{{/text}}{{/p}}\n")
            try $0.write("_locales/fr.json", try $0.read("_locales/en.json"))
        },
        Mistake(["untranslated survey.request/es"], by: "a subject in the wrong language") {
            let subject = #/\{\{\$subject\}\}.*\{\{/subject\}\}/#
            let english = try #require(try $0.read("survey.request/en.mustache").firstMatch(of: subject))
            try $0.write(
                "survey.request/es.mustache",
                try $0.read("survey.request/es.mustache").replacing(subject) { _ in english.0 })
        },
        Mistake(["link-lost survey.request/en", "link-lost survey.request/es"], by: "buttons that lead elsewhere") {
            copy in
            for locale in ["en", "es"] {
                try copy.change("survey.request/\(locale).mustache", "{{link.task}}", to: "{{portal.url}}")
            }
        },
        Mistake(["private-names survey.request/en"], by: "the reader in the subject") {
            try $0.change("survey.request/en.mustache", "A few questions, if you have", to: "{{client.name}},")
        },
        Mistake(["name-not-isolated survey.request/en"], by: "a name that is printed by itself") {
            try $0.change(
                "survey.request/en.mustache", "{{>hello}}",
                to: "{{<p}}{{$text}}Hello {{client.name}},{{/text}}{{/p}}")
        },
    ]

    @Test("what is missing is not told while something cannot be read")
    func broken() throws {
        let copy = try TemplateCopy()
        try copy.change("survey.request/es.mustache", "{{/letter}}", to: "")
        let findings = try copy.gallery().checked().findings
        #expect(findings.first?.location?.hasPrefix("survey.request/es.mustache:") == true)
        #expect(!findings.contains { ["language-missing", "unused"].contains($0.rule) })
    }

    @Test("what was judged before is not judged again, and the result is the same")
    func again() throws {
        let copy = try TemplateCopy()
        try copy.change("survey.request/en.mustache", "A few questions", to: "A few questions about your therapy")
        let first = try copy.gallery().checked()
        #expect(first.findings.contains { $0.rule == "private-words" && $0.letter == "survey.request/en/ordinary" })
        #expect(try copy.gallery().checked(after: first).findings == first.findings)
        // A finding of before is carried over with its letter, and goes when the letter changes.
        let marked = Gallery(
            specimens: first.specimens,
            findings: first.findings + [Finding("html-size", in: first.specimens[0].id, "carried")])
        #expect(try copy.gallery().checked(after: marked).findings.contains { $0.message == "carried" })
        try copy.change("survey.request/en.mustache", " about your therapy", to: "")
        try copy.change("_html/p.mustache", "<p class", to: "<p id=\"a\" class")
        let mended = try copy.gallery().checked(after: marked).findings
        #expect(mended == (try copy.gallery().checked().findings))
        #expect(!mended.contains { ["private-words", "html-size"].contains($0.rule) })
    }

    @Test("a language that is missing from one kind is told of that kind")
    func oneMissing() throws {
        let copy = try TemplateCopy()
        try copy.remove("survey.request/es.mustache")
        let messages = try copy.gallery().checked().findings.filter { $0.rule == "language-missing" }.map(\.message)
        #expect(messages.contains { $0.hasPrefix("There is no survey.request/es.mustache: ") })
    }

    @Test("errors come first, then places in the order of lines; nothing is told twice")
    func order() {
        let sorted = [
            Finding("b", .warning, "x"), Finding("a", .error, at: .init(file: "f", line: 10), "x"),
            Finding("a", .error, at: .init(file: "f", line: 9), "x"), Finding("a", .error, "x"),
            Finding("b", .warning, "x"),
        ]
        let checked = Gallery(specimens: [], findings: sorted).checked().findings
        #expect(checked.map { $0.location ?? $0.rule } == ["a", "f:9:1", "f:10:1", "b"])
    }
}

extension TemplateCopy {
    fileprivate func gallery() throws -> Gallery {
        Gallery.read(templates: folder.path, practice: try .sample(), base: try Real.base.get())
    }
}
