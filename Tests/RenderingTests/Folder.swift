import Foundation
import Rendering

/// A template folder of a test's own, gone with it.
///
/// It begins as a small folder without a mistake.
final class Folder {
    let url = FileManager.default.temporaryDirectory.appending(path: "templates-\(UUID().uuidString)")
    var path: String { url.path(percentEncoded: false) }

    static let letter =
        "{{<letter}}{{$subject}}Hi{{/subject}}{{$body}}{{<p}}{{$text}}Dear {{who}}{{/text}}{{/p}}{{/body}}{{/letter}}"

    init() throws {
        try write(
            "_html/letter.mustache",
            "{{% CONTENT_TYPE:HTML}}\n<title>{{$subject}}{{/subject}}</title>{{$body}}{{/body}}\n")
        try write("_text/letter.mustache", "{{% CONTENT_TYPE:TEXT}}\n{{$body}}{{/body}}\n")
        try write("_inbox/letter.mustache", "{{% CONTENT_TYPE:TEXT}}\n{{$subject}}{{/subject}}\nNews\n")
        try write(
            "_html/p.mustache", "{{% CONTENT_TYPE:HTML}}\n<p title=\"{{$text}}{{/text}}\">{{$text}}{{/text}}</p>\n")
        try write("_text/p.mustache", "{{% CONTENT_TYPE:TEXT}}\n\n{{$text}}{{/text}}\n")
        try write("_html/b.mustache", "{{% CONTENT_TYPE:HTML}}\n<b>{{$bold}}{{/bold}}</b>\n")
        try write("_text/b.mustache", "{{% CONTENT_TYPE:TEXT}}\n{{$bold}}{{/bold}}\n")
        try write("_html/a.mustache", "{{% CONTENT_TYPE:HTML}}\n<a href=\"{{$url}}{{/url}}\">go</a>\n")
        try write("_text/a.mustache", "{{% CONTENT_TYPE:TEXT}}\n\n{{$url}}{{/url}}\n\n")
        let words = try String(
            contentsOf: URL(filePath: Sample.folder).appending(path: "_locales/en.json"), encoding: .utf8)
        try write("_locales/en.json", words)
        try write("note/en.mustache", Self.letter)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ file: String, _ text: String) throws {
        let target = url.appending(path: file)
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: target)
    }

    func body(_ text: String) throws {
        try write("note/en.mustache", "{{<letter}}\n{{$subject}}Hi{{/subject}}\n{{$body}}\(text){{/body}}\n{{/letter}}")
    }

    static let names: TemplateNames = [
        "who": .text, "yes": .flag, "home.url": .url, "tasks": .list(["title": .text]),
    ]

    func load() throws -> TemplateSet { try TemplateSet(directory: path, kinds: ["note": Self.names]) }

    func render(_ values: TemplateValues) throws -> RenderedLetter {
        try load().render(kind: "note", locale: "en", values: values)
    }

    func problems(_ names: TemplateNames = names) -> [TemplateProblem] {
        do {
            _ = try TemplateSet(directory: path, kinds: ["note": names])
            return []
        } catch { return error.problems }
    }
}
