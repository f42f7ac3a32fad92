import BookingLinks
import Foundation
import Notifications
import TestSupport
import Testing

@testable import Preview

/// A gallery that is read with what is known of the last is the gallery that is read anew.
@Suite("What is not written again")
struct WrittenKindsTests {
    private static let broken = "{{client.nickname}}"

    @Test(
        "after a change in any file, what is known gives the same gallery as nothing known",
        arguments: [
            ("portal.activate/en.mustache", "{{>hello}}", broken),
            ("_html/p.mustache", "{{$text}}", "<b>!</b>{{$text}}"),
            ("survey.request/scenarios.json", #""ordinary":"#, #""usual":"#),
            ("_scenarios/ordinary.json", "Zoë", "Chloë"), ("_locales/en.json", "Monday", "Moonday"),
        ])
    func same(_ file: String, old: String, new: String) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("written-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let original = TestInstallation.repository.appendingPathComponent("Templates")
        try FileManager.default.copyItem(at: original, to: folder)
        var written = WrittenKinds()
        let before = try read(folder, &written)
        let path = folder.appendingPathComponent(file)
        let text = try String(contentsOf: path, encoding: .utf8)
        try #require(text.contains(old))
        try Data(text.replacing(old, with: new).utf8).write(to: path)
        written.forget([file])
        let known = try read(folder, &written)
        var nothing = WrittenKinds()
        let anew = try read(folder, &nothing)
        #expect(known.looksLike(anew))
        #expect(!known.looksLike(before))
    }

    private func read(_ folder: URL, _ written: inout WrittenKinds) throws -> Gallery {
        Gallery.read(
            templates: folder.path, practice: try .sample(), base: try LinkBase("https://book.example.org"),
            knowing: &written)
    }
}
