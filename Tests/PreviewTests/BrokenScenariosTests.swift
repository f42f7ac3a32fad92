import Foundation
import Notifications
import Testing

@testable import Preview

@Suite("Scenarios with mistakes")
struct BrokenScenariosTests {
    struct Mistake: Sendable, CustomTestStringConvertible {
        let json: String
        let place: String
        let says: String
        var testDescription: String { says }

        init(_ json: String, at place: String, says: String) {
            (self.json, self.place, self.says) = (json, place, says)
        }
    }

    private static let ordinary = """
        "ordinary": {
            "title": "A time is held.", "about": "reservation", "to": "invitee", "cast": "ordinary",
            "now": "2027-03-01 09:00 -08:00", "state": "pending", "place": "virtual",
            "starts": "2027-03-08 10:00 -08:00", "links": {"rsv": "2027-03-04 09:00 -08:00"}
        }
        """

    /// The other scenario begins in line 6, after the one above.
    private static func other(_ fields: String) -> String { "{\(ordinary),\n\"other\": {\(fields)}}" }

    @Test(
        "a mistake is named with its line and column",
        arguments: [
            Mistake(other(#""title": "x", "plcae": "phone""#), at: "6:25", says: "plcae is not known here"),
            Mistake(other(#""title": "x", "event": "login""#), at: "6:25", says: "event is not known here"),
            Mistake(other(#""place": "phone""#), at: "6:1", says: "title is missing: add it as a text"),
            Mistake(other(#""title": true"#), at: "6:11", says: "title must be a text"),
            Mistake(
                other(#""title": "é🦊", "agreements": "yes""#), at: "6:26", says: "agreements must be true or false"),
            Mistake(
                other(#""title": "x", "starts": "2027-02-29 10:00 -08:00""#), at: "6:25",
                says: "starts must be a moment that exists, such as \"2027-03-04 10:00 -08:00\""),
            Mistake(other(#""title": "x", "starts": "2027-03-08 24:00 -08:00""#), at: "6:25", says: "a moment"),
            Mistake(other(#""title": "x", "starts": "2027-03-08 10:00""#), at: "6:25", says: "a moment"),
            Mistake(other(#""title": "x", "starts": "2027-03-08 10:00 -0800""#), at: "6:25", says: "a moment"),
            Mistake(other(#""title": "x", "starts": "2027-03-08 10:00 PST""#), at: "6:25", says: "a moment"),
            Mistake(other(#""title": "x", "starts": "2027-3-8 10:00 -08:00""#), at: "6:25", says: "a moment"),
            Mistake(other(#""title": "x", "starts": "2027-03-08T10:00 -08:00""#), at: "6:25", says: "a moment"),
            Mistake(
                other(#""title": "x", "place": "here""#), at: "6:25",
                says: "place must be one of virtual, in_person, phone"),
            Mistake(
                other(#""title": "x", "cast": "nobody""#), at: "6:25",
                says: "There is no such cast; those of _scenarios are abroad, hostile, "),
            Mistake(other(#""title": "x", "links": {}"#), at: "6:25", says: "links must have rsv"),
            Mistake(
                other(#""title": "x", "links": {"rsv": "2027-03-04 09:00 -08:00", "act": "soon"}"#), at: "6:69",
                says: "act must be a moment"),
            Mistake(
                other(#""title": "x", "links": {"rsv": "2027-03-04 09:00 -08:00", "pref": "2028-03-04 09:00 -08:00"}"#),
                at: "6:25", says: "Letters of this kind have no link pref"),
            Mistake(
                other(#""title": "x", "links": {"rsv": "2027-03-04 09:00 -08:00", "nil": "2028-03-04 09:00 -08:00"}"#),
                at: "6:69", says: "nil is not known here"),
            Mistake(
                other(#""title": "x", "state": "confirmed""#), at: "6:1",
                says: "No such letter would be sent: the subject's state no longer wants it."),
            Mistake(
                other(#""title": "x", "links": {"rsv": "2027-03-01 08:00 -08:00"}"#), at: "6:1",
                says: "No such letter would be sent: its deadline passed."),
            Mistake(
                other(#""title": "x", "about": "account", "event": "logout""#), at: "6:45", says: "event must be one"),
            Mistake(
                other(#""title": "x", "about": "message_thread""#), at: "6:1", says: "No such letter would be sent"),
            Mistake("{\(ordinary), \"Other\": {}}", at: "5:4", says: "Each scenario is an object under a name"),
            Mistake("{\(ordinary), \"other\": []}", at: "5:4", says: "Each scenario is an object under a name"),
            Mistake("{\"other\": {}}", at: "1:1", says: "has no scenario ordinary"),
            // What is no JSON.
            Mistake(other(#""title": "x","#), at: "6:24", says: "Here must be a name in double quotes"),
            Mistake(other(#""title": "x" "place": "phone""#), at: "6:24", says: "Here must be a comma, or }"),
            Mistake(other(#""title": "x", "title": "y""#), at: "6:25", says: "title stands twice"),
            Mistake(other(#""title" "x""#), at: "6:11", says: "A colon must follow the name title"),
            Mistake(other(#""title": x"#), at: "6:20", says: "Here must be a text in double quotes"),
            Mistake(other(#""title": 7"#), at: "6:20", says: "Here must be a text in double quotes"),
            Mistake(other("\"title\": \"x\n\""), at: "6:20", says: "not closed on its line"),
            Mistake(other(#""title": "\x""#), at: "6:22", says: "There is no such escape"),
            Mistake(other(#""title": "\ud83e""#), at: "6:20", says: "Half a surrogate pair"),
            Mistake(other(#""title": "x", "soon": tru"#), at: "6:33", says: "Is true meant here?"),
            Mistake("{\(ordinary)} {}", at: "5:4", says: "Nothing may follow the closing }"),
            Mistake("{\(ordinary)", at: "5:2", says: "Here must be a comma, or }"),
            Mistake("[]", at: "1:1", says: "The file must be an object"),
            Mistake("", at: "1:1", says: "Here must be a text in double quotes"),
            Mistake("{\"a\": [[[[[[[[[[]]]]]]]]]]}", at: "1:14", says: "nested so deep"),
        ])
    func placed(_ mistake: Mistake) throws {
        let folder = try GalleryFolder()
        try folder.write("reservation.confirm/scenarios.json", mistake.json)
        let gallery = try folder.gallery()
        let place = "reservation.confirm/scenarios.json:\(mistake.place)"
        let findings = gallery.findings.filter { $0.location?.hasPrefix("reservation.confirm/scenarios.json") == true }
        #expect(
            findings.contains {
                $0.location == place && $0.message.contains(mistake.says) && $0.rule == "scenario"
                    && $0.severity == .error
            }, "\(findings.map { "\($0.location ?? ""): \($0.message)" })")
        #expect(!gallery.specimens.contains { $0.id.scenario == "other" })
    }

    @Test("every mistake of a file is told at once, once, and the other scenarios are shown")
    func allAtOnce() throws {
        let folder = try GalleryFolder()
        try folder.write(
            "reservation.confirm/scenarios.json", Self.other(#""title": "x", "a": "b", "place": 1==1, "told": []"#))
        #expect(try folder.own(folder.gallery()).count == 1)
        try folder.write(
            "reservation.confirm/scenarios.json",
            Self.other(#""title": "x", "a": "b", "place": "x", "told": [], "now": "x""#))
        let gallery = try folder.gallery()
        #expect(folder.own(gallery).count == 4, "\(folder.own(gallery))")
        #expect(gallery.specimens.map(\.id.path) == ["ar", "en", "es"].map { "reservation.confirm/\($0)/ordinary" })
    }

    @Test("a wrong field makes none of the others unknown")
    func noConsequences() throws {
        let folder = try GalleryFolder()
        let fields = #""title": "x", "about": "account", "event": "logout", "happened": "2027-03-01 08:00 -08:00""#
        try folder.write("reservation.confirm/scenarios.json", Self.other(fields))
        let messages = folder.own(try folder.gallery()).map(\.message)
        #expect(messages.contains { $0.hasPrefix("event must be one") })
        #expect(!messages.contains { $0.hasPrefix("happened") }, "\(messages)")
    }

    @Test("what is inherited is named where it stands")
    func inherited() throws {
        let folder = try GalleryFolder()
        try folder.write(
            "reservation.confirm/scenarios.json",
            Self.other(#""title": "x""#).replacing("\"virtual\"", with: "\"nowhere\""))
        #expect(folder.own(try folder.gallery()).map(\.location) == ["reservation.confirm/scenarios.json:3:59"])
    }

    @Test("JSON is read as Foundation reads it, and nothing less than a whole file is taken")
    func json() throws {
        let folder = URL(filePath: Real.templates)
        var texts = [#"{"a": "\"\\\/\b\f\n\r\t\u00e9\ud83e\uDD8A é🦊", "b": [], "c": {}, "d": [true, false, ["x"]]}"#]
        for kind in Kind.all {
            texts.append(try String(contentsOf: folder.appending(path: "\(kind.name)/scenarios.json"), encoding: .utf8))
        }
        for text in texts {
            let expected = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary)
            #expect(NSDictionary(dictionary: try JSONReader.object(text, file: "x").mapValues(\.object)) == expected)
        }
        let text = try #require(texts.min { $0.utf8.count < $1.utf8.count })
        for end in text.indices {
            #expect(throws: Finding.self) { try JSONReader.object(String(text[..<end]), file: "x") }
        }
    }

    @Test("casts are checked as strictly")
    func casts() throws {
        let folder = try GalleryFolder()
        try folder.write("_scenarios/other.json", "{\n\"client\": {\"nam\": \"x\"},\n\"provider\": [], \"friend\": {}}")
        let findings = try folder.gallery().findings.filter { $0.location?.hasPrefix("_scenarios") == true }
        let expected = [
            "2:1: name is missing", "2:1: email is missing", "2:1: zone is missing", "2:12: nam is not known",
            "3:1: provider must be an object", "3:17: friend is not known",
        ]
        for sentence in expected {
            #expect(
                findings.contains {
                    "\($0.location ?? ""): \($0.message)".hasPrefix("_scenarios/other.json:\(sentence)")
                },
                "\(findings)")
        }
        #expect(findings.count == expected.count)
    }

    @Test("a person who cannot be written to is a finding of the letter")
    func unwritable() throws {
        let folder = try GalleryFolder()
        let people = """
            {"client": {"name": "x", "email": "no address", "zone": "UTC"},
             "provider": {"name": "x", "email": "x", "zone": "UTC", "address": "x", "slug": "x"}}
            """
        try folder.write("_scenarios/ordinary.json", people)
        try folder.write("reservation.confirm/scenarios.json", "{\(Self.ordinary)}")
        let gallery = try folder.gallery()
        let findings = folder.own(gallery)
        #expect(findings.map(\.letter) == ["ar", "en", "es"].map { "reservation.confirm/\($0)/ordinary" })
        #expect(findings.allSatisfy { $0.rule == "letter" && $0.location?.hasSuffix("json:1:2") == true })
        #expect(gallery.specimens.isEmpty)
    }

    @Test("a kind without scenarios and a folder that is not there are findings")
    func absent() throws {
        let folder = try GalleryFolder()
        try FileManager.default.removeItem(at: folder.url.appending(path: "reservation.confirm/scenarios.json"))
        #expect(
            folder.own(try folder.gallery()).map(\.message) == [
                "The kind reservation.confirm has no scenarios: write at least an ordinary one."
            ])
        let nowhere = Gallery.read(
            templates: "/nowhere", practice: try Practice.sample(), base: try Real.base.get())
        #expect(nowhere.specimens.isEmpty && nowhere.findings.map(\.rule) == ["unreadable"])
    }

    @Test("a broken template is named with its place, and the letters beside it are shown")
    func brokenTemplate() throws {
        let folder = try GalleryFolder()
        let path = folder.url.appending(path: "reservation.confirm/es.mustache")
        let text = try String(contentsOf: path, encoding: .utf8)
        try folder.write("reservation.confirm/es.mustache", text.replacing("{{>hello}}", with: "{{>hallo}}"))
        let gallery = try folder.gallery()
        let finding = try #require(gallery.findings.first { $0.location?.hasPrefix("reservation.confirm/es") == true })
        #expect(finding.rule == "unknown-partial" && finding.location == "reservation.confirm/es.mustache:7:5")
        #expect(Set(gallery.specimens.map(\.id.locale)) == ["ar", "en"])
    }
}

extension JSONNode {
    fileprivate var object: Any {
        switch value {
        case .text(let text): text
        case .flag(let flag): flag
        case .list(let list): list.map(\.object)
        case .object(let object): object.mapValues(\.object)
        }
    }
}

/// A copy of the repository's templates with one kind only, gone with the test.
private final class GalleryFolder {
    let url = FileManager.default.temporaryDirectory.appending(path: "gallery-\(UUID().uuidString)")

    init() throws {
        let real = URL(filePath: Real.templates)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        for name in ["_html", "_text", "_inbox", "_shared", "_locales", "_scenarios", "reservation.confirm"] {
            try FileManager.default.copyItem(at: real.appending(path: name), to: url.appending(path: name))
        }
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    func write(_ file: String, _ text: String) throws {
        try Data(text.utf8).write(to: url.appending(path: file))
    }

    func gallery() throws -> Gallery {
        Gallery.read(
            templates: url.path(percentEncoded: false), practice: try Practice.sample(), base: try Real.base.get())
    }

    /// The findings of the kind's scenario file.
    func own(_ gallery: Gallery) -> [Finding] {
        gallery.findings.filter { $0.location?.hasPrefix("reservation.confirm/scenarios.json") == true }
    }
}
