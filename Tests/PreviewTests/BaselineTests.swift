import Foundation
import Mail
import Testing

@testable import Preview

@Suite("A saved export as a baseline")
struct BaselineTests {
    private let folder: ScratchFolder
    private let ids = [
        SpecimenID(kind: "reservation.confirm", locale: "en", scenario: "ordinary"),
        SpecimenID(kind: "reservation.confirm", locale: "zh-Hant", scenario: "inside-24-h"),
    ]

    init() throws {
        folder = try ScratchFolder()
        var entries: [LetterIndexEntry] = []
        for id in ids {
            let bytes = try LetterSample.message(subject: id.scenario).composed().bytes
            try folder.write("letter/\(id.path)/message.eml", bytes)
            entries.append(LetterIndexEntry(id, title: "A title", subject: id.scenario, bytes: bytes.count))
        }
        try writeIndex(entries)
    }

    private func writeIndex(_ entries: [LetterIndexEntry]) throws {
        try folder.write("letters.json", JSONEncoder().encode(entries))
    }

    private func refusal() throws -> String {
        let path = folder.path
        let error = #expect(throws: FolderError.self) { try Baseline(directory: path) }
        return (error?.description ?? "").replacing(path, with: "DIR")
    }

    @Test("the letters of an export are read from its index and their messages")
    func ordinary() throws {
        try folder.write("letter/reservation.confirm/en/ordinary/index.html", "not read".utf8)
        let baseline = try Baseline(directory: folder.path)
        #expect(Set(baseline.letters.keys) == Set(ids))
        for id in ids { #expect(baseline.letters[id]?.subject == id.scenario) }
        #expect(baseline.letters[ids[0]]?.html == LetterSample.html)
    }

    @Test("an empty export is a baseline without letters")
    func empty() throws {
        try writeIndex([])
        #expect(try Baseline(directory: folder.path).letters.isEmpty)
    }

    @Test(
        "a name that leads out of the folder is refused", arguments: ["..", ".", "", "a/b", "a\\b", "/etc", "é", "a\0"])
    func names(name: String) throws {
        for position in 0..<3 {
            var parts = ["reservation.confirm", "en", "ordinary"]
            parts[position] = name
            let id = SpecimenID(kind: parts[0], locale: parts[1], scenario: parts[2])
            try writeIndex([LetterIndexEntry(id, title: "", subject: "", bytes: 1)])
            #expect(try refusal().contains("which is no letter's name; export again"))
        }
    }

    @Test("links in an export are not followed")
    func links() throws {
        let files = FileManager.default
        let place = folder.path + "/letter/reservation.confirm/en"
        try files.moveItem(atPath: place, toPath: folder.path + "/elsewhere")
        try folder.link("letter/reservation.confirm/en", to: "../../elsewhere")
        #expect(try refusal().contains("en/ordinary/message.eml is missing, or no regular file"))
        try files.removeItem(atPath: place)
        try files.moveItem(atPath: folder.path + "/elsewhere", toPath: place)
        try files.moveItem(atPath: place + "/ordinary/message.eml", toPath: folder.path + "/message.eml")
        try folder.link("letter/reservation.confirm/en/ordinary/message.eml", to: "../../../../message.eml")
        #expect(try refusal().contains("en/ordinary/message.eml is missing, or no regular file"))
    }

    @Test("what is no export, or a damaged one, is refused in a sentence")
    func damage() throws {
        #expect(throws: FolderError("\(folder.path)/no cannot be read: No such file or directory")) {
            try Baseline(directory: folder.path + "/no")
        }
        let entry = LetterIndexEntry(ids[0], title: "", subject: "", bytes: 7)
        try writeIndex([entry])
        #expect(
            try refusal() == "DIR/letter/reservation.confirm/en/ordinary/message.eml has not the 7 octets that "
                + "letters.json says; export again")
        let good = try Data(contentsOf: folder.url.appending(path: "letter/\(ids[0].path)/message.eml")).count
        let twice = LetterIndexEntry(ids[0], title: "", subject: "", bytes: good)
        try writeIndex([twice, twice])
        #expect(try refusal().contains("it lists reservation.confirm/en/ordinary twice"))
        try folder.write("letters.json", #"[{"kind": "a", "locale": "en", "scenario": "b", "title": ""}]"#.utf8)
        #expect(
            try refusal() == "DIR/letters.json cannot be used: it is not the list that an export writes "
                + "(`subject` is missing at $[0]); export again")
        for text in ["{", "", "[[[[", "\u{0}", "7"] {
            try folder.write("letters.json", text.utf8)
            #expect(try refusal().hasPrefix("DIR/letters.json cannot be used: "))
        }
        try folder.write("letters.json", Array(repeating: 0x20, count: (4 << 20) + 1))
        #expect(try refusal().contains("longer than"))
        try FileManager.default.removeItem(at: folder.url.appending(path: "letters.json"))
        #expect(try refusal().hasPrefix("DIR is no export of the gallery"))
    }
}
