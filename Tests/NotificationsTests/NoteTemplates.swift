import BookingLinks
import Foundation
import Mail
import Rendering

@testable import Notifications

/// A template folder of the tests' own, with the least that a letter needs: what it is about is not the words.
///
/// A letter prints every name it is given a value for that a section shows.
enum NoteTemplates {
    private static let names: TemplateNames = ["client.name": .text, "edit.open": .flag]

    /// A kind whose letters are `note/<locale>.mustache`.
    static func kind(
        _ name: String = "note", links: [LinkPurpose] = [], optionalLinks: [LinkPurpose] = [], editOpen: Bool = false,
        calendar: CalendarEntry? = nil, isOptional: Bool = false, rewording: Kind? = nil
    ) -> Kind {
        Kind(
            name: name, links: links, optionalLinks: optionalLinks, names: names, judge: { _ in .send },
            values: { claim, _ in
                ["client.name": .text(claim.facts.subject?.recipient.name ?? ""), "edit.open": .flag(editOpen)]
            },
            calendar: { _ in calendar }, rewording: { _ in rewording }, isOptional: isOptional)
    }

    private static let letters = [
        "note/en": letter("Your time", "rebook.url", "Hello {{client.name}}"),
        "note/es": letter("Su cita", "rebook.url", "Hola {{client.name}}"),
        "edit/en": letter("Edit", "link.appt", "Hello {{client.name}}"),
        "ending/en": letter("News", "link.pref", "Hello {{client.name}}"),
    ]

    private static func letter(_ subject: String, _ link: String, _ text: String) -> String {
        """
        {{<letter}}{{$subject}}\(subject){{/subject}}{{$body}}
        {{<p}}{{$text}}\(text){{/text}}{{/p}}
        {{#edit.open}}{{<a}}{{$url}}{{\(link)}}{{/url}}{{/a}}{{/edit.open}}
        {{#crisis.shown}}{{<p}}{{$text}}{{crisis.line}}{{/text}}{{/p}}{{/crisis.shown}}
        {{#welcome.shown}}{{<a}}{{$url}}{{welcome.url}}{{/url}}{{/a}}{{/welcome.shown}}
        {{/body}}{{/letter}}
        """
    }

    private static let formats = [
        "_html/letter": "<title>{{$subject}}{{/subject}}</title>{{$body}}{{/body}}\n",
        "_text/letter": "{{$body}}{{/body}}\n", "_inbox/letter": "{{$subject}}{{/subject}}\nNews\n",
        "_html/p": "<p>{{$text}}{{/text}}</p>\n", "_text/p": "\n{{$text}}{{/text}}\n",
        "_html/a": "<a href=\"{{$url}}{{/url}}\">go</a>\n", "_text/a": "\n{{$url}}{{/url}}\n\n",
    ]

    /// Loads them for these kinds.
    static func set(_ kinds: [Kind]) throws -> TemplateSet {
        let folder = FileManager.default.temporaryDirectory.appending(path: "notes-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        func write(_ file: String, _ text: String) throws {
            let url = folder.appending(path: file)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(text.utf8).write(to: url)
        }
        for (file, text) in formats {
            let type = file.hasPrefix("_html") ? "HTML" : "TEXT"
            try write("\(file).mustache", "{{% CONTENT_TYPE:\(type)}}\n\(text)")
        }
        let english = try String(
            contentsOf: Samples.repository.appending(path: "Templates/_locales/en.json"), encoding: .utf8)
        try write("_locales/en.json", english)
        try write("_locales/es.json", english.replacing("\"Appointment\"", with: "\"Cita\""))
        for (file, text) in letters where kinds.contains(where: { file.hasPrefix("\($0.name)/") }) {
            try write("\(file).mustache", text)
        }
        return try TemplateSet(
            directory: folder.path(percentEncoded: false),
            kinds: Dictionary(kinds.map { ($0.name, $0.templateNames) }) { first, _ in first })
    }
}
