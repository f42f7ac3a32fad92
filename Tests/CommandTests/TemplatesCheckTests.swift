import Foundation
import TestSupport
import Testing

@Suite struct TemplatesCheckTests {
    private struct Report: Decodable {
        struct Finding: Decodable {
            let rule: String, severity: String, message: String
            let location: String?, letter: String?
        }
        let letters: Int, kinds: Int, errors: Int, warnings: Int
        let languages: [String]
        let findings: [Finding]
    }

    /// Nothing but what is given: no database, no relay, no key.
    private static func check(
        _ site: TestInstallation, _ arguments: [String] = [], _ settings: [String: String]
    ) async throws -> CommandResult {
        let none = site.settings.mapValues { _ in String?.none }
        let process = try await site.start(["templates", "check"] + arguments, none.merging(settings) { $1 })
        return try await process.end(within: 300)
    }

    /// The lines of the answer for a copy of the templates with one mistake; `DIR` stands for its folder.
    private static func lines(_ file: String, _ text: String, _ other: String) async throws -> [String] {
        try await withInstallation(ready: false) { site in
            let copy = try TemplateCopy()
            try copy.change(file, text, to: other)
            let result = try await check(site, [], ["HOLDFAST_TEMPLATES": copy.folder.path])
            #expect(result.status == 1 && result.errors.isEmpty)
            return result.output.replacing(copy.folder.path, with: "DIR").split(separator: "\n").map(String.init)
        }
    }

    @Test("The letters of this repository pass, with nothing set or with a practice of its own: exit 0, a summary last")
    func real() async throws {
        try await withInstallation(ready: false) { site in
            let templates = TestInstallation.repository.appendingPathComponent("Templates").path
            for settings in [["HOLDFAST_TEMPLATES": templates], site.settings] {
                let result = try await Self.check(site, [], settings)
                #expect(result.status == 0 && result.errors.isEmpty, "\(result.output)")
                let summary = result.output.split(separator: "\n").last
                let form = /\d{3} letters of 23 kinds in ar, en, es: 0 errors, 1 warning/
                #expect(summary?.wholeMatch(of: form) != nil)
            }
        }
    }

    @Test("A mistake in a template is told with its place, alone on a line, and the exit status is 1")
    func place() async throws {
        let lines = try await Self.lines("survey.request/es.mustache", "{{>hello}}", "{{>helo}}")
        let place = try #require(lines.firstIndex(of: "DIR/survey.request/es.mustache:7:5"))
        #expect(lines[place + 1] == "  error: There is no _html/helo.mustache. [unknown-partial]")
        #expect(lines.last?.contains(": 2 errors, ") == true)
    }

    @Test("What many letters do not keep is told once, with the letters")
    func letters() async throws {
        let lines = try await Self.lines("_html/p.mustache", "<p class", "<p hidden class")
        #expect(lines[0] == "DIR")
        #expect(lines[1].hasPrefix("  error: hidden is not understood by Gmail in a browser, "))
        #expect(lines[2].hasPrefix("    in appointment.cancelled/en/ordinary, ") && lines[2].hasSuffix(" and 45 more"))
        #expect(lines.count { $0.contains("[css-unsupported]") } == 1)
    }

    @Test("As JSON: every finding with its rule, severity, place and letter")
    func json() async throws {
        try await withInstallation(ready: false) { site in
            let copy = try TemplateCopy()
            try copy.change("task.digest/en.mustache", "{{$preheader}}", to: "{{$preheader}}therapy: ")
            let result = try await Self.check(site, ["--json"], ["HOLDFAST_TEMPLATES": copy.folder.path])
            #expect(result.status == 1)
            let report = try JSONDecoder().decode(Report.self, from: result.stdout)
            #expect(report.kinds == 23 && report.languages == ["ar", "en", "es"] && report.letters == 48)
            let words = report.findings.filter { $0.rule == "private-words" }
            #expect(words.map(\.letter) == ["task.digest/en/ordinary"] && words.map(\.severity) == ["error"])
            #expect(report.errors == 1 && report.findings.count == report.errors + report.warnings)
        }
    }

    @Test("A folder that is not there is told by name; --templates wins over the setting")
    func noFolder() async throws {
        try await withInstallation(ready: false) { site in
            let result = try await Self.check(
                site, ["--templates", "/nowhere/templates"], ["HOLDFAST_TEMPLATES": "/nowhere/else"])
            #expect(result.status == 78)
            #expect(
                result.errors == "holdfast: --templates: there is no folder /nowhere/templates; name the folder of the "
                    + "templates\n")
        }
    }

    @Test("A setting that is wrong is refused: exit 78")
    func wrongSetting() async throws {
        try await withInstallation(ready: false) { site in
            let result = try await Self.check(site, [], ["HOLDFAST_BRAND_ACCENT": "green"])
            #expect(result.status == 78 && result.errors.hasPrefix("holdfast: HOLDFAST_BRAND_ACCENT: "))
        }
    }
}
