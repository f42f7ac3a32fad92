import Foundation
import Rendering

/// The kinds that exist, with the names their templates may use and one letter's worth of values.
enum Sample {
    /// The repository's own templates.
    static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appending(path: "Templates").path(percentEncoded: false)

    static let common: TemplateNames = [
        "brand.name": .text, "brand.accent": .color, "brand.accent_on_dark": .color, "brand.button": .color,
        "brand.button_text": .color, "support.url": .url, "portal.url": .url, "client.name": .text, "link.url": .url,
    ]

    static let kinds: [String: TemplateNames] = [
        "reservation.confirm": common.merging([
            "provider.name": .text, "when.date": .text, "when.day": .text, "when.time": .text, "when.zone": .text,
            "hold.date": .text, "hold.day": .text, "hold.time": .text, "hold.zone": .text, "place.text": .text,
        ]),
        "portal.activate": common.merging([
            "client.email": .text, "until.date": .text, "until.day": .text, "until.time": .text, "until.zone": .text,
        ]),
        "provider.bounce": common.merging([
            "provider.name": .text, "visitor.first_name": .text, "when.date": .text, "when.day": .text,
            "when.time": .text, "when.zone": .text,
        ]),
    ]

    static let link =
        "https://book.example.org/l/rsv/v4.public." + String(repeating: "eyJhdWQi_-", count: 32)
        + ".eyJraWQiOiIyMDI2LTAzYSJ9"

    private static let accent = BrandColor("#2f6f5e")?.values ?? [:]

    static let values: [String: TemplateValues] = {
        let common: TemplateValues = [
            "brand.name": .text("Larkspur Practice"), "support.url": .text("https://help.example.org"),
            "portal.url": .text("https://portal.example.org"), "client.name": .text("Zoë O'Neil"),
            "link.url": .text(link),
        ]
        return [
            "reservation.confirm": common.merging(accent).merging([
                "provider.name": .text("Dr. Amara Lindqvist"), "when.date": .text("Thursday, March 4, 2027"),
                "when.day": .text("Thursday, March 4"), "when.time": .text("10:00 AM"),
                "when.zone": .text("Pacific Time (UTC−8)"), "hold.date": .text("Tuesday, March 2, 2027"),
                "hold.day": .text("Tuesday, March 2"), "hold.time": .text("5:00 PM"),
                "hold.zone": .text("Pacific Time (UTC−8)"), "place.text": .text("By video, in your portal"),
            ]),
            "portal.activate": common.merging(accent).merging([
                "client.email": .text("zoe.oneil@example.org"), "until.date": .text("Sunday, March 7, 2027"),
                "until.day": .text("Sunday, March 7"), "until.time": .text("5:00 PM"),
                "until.zone": .text("Pacific Time (UTC−8)"),
            ]),
            "provider.bounce": common.merging(accent).merging([
                "provider.name": .text("Dr. Amara Lindqvist"), "visitor.first_name": .text("Zoë"),
                "when.date": .text("Thursday, March 4, 2027"), "when.day": .text("Thursday, March 4"),
                "when.time": .text("1:00 PM"), "when.zone": .text("Eastern Time (UTC−5)"),
            ]),
        ]
    }()

    static func set() throws -> TemplateSet { try TemplateSet(directory: folder, kinds: kinds) }

    static func letter(_ kind: String, locale: String = "en", _ changes: TemplateValues = [:]) throws -> RenderedLetter
    {
        try set().render(kind: kind, locale: locale, values: (values[kind] ?? [:]).merging(changes))
    }
}

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
