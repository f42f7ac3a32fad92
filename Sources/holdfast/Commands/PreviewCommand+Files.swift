import ArgumentParser
import FoundationEssentials
import Preview

/// How `holdfast preview` writes files.
struct FileOptions: ParsableArguments {
    /// A part of one letter, for pipes.
    enum Format: String, CaseIterable, ExpressibleByArgument {
        case eml, html, text, ics

        /// The name of the part's file.
        var fileName: String {
            switch self {
            case .eml: "message.eml"
            case .html: "letter.html"
            case .text: "letter.txt"
            case .ics: "invite.ics"
            }
        }
    }

    @Option(
        help: ArgumentHelp("Write the pages to this folder; '-': one letter to standard output.", valueName: "dir"),
        completion: .directory)
    var out: String?

    @Option(help: "What of the letter goes to standard output (default: eml).")
    var format: Format?

    @Flag(help: "Write to a folder that holds other files, too.")
    var force = false

    /// Writes the letters that are wanted, or all of them.
    func write(_ room: PreviewRoom, _ wanted: WantedLetters?, to out: String) throws {
        if let wanted, out == "-" { return try pipe(try room.letter(wanted), room) }
        let all = room.gallery()
        guard let wanted else { return try export(all.checked(), room, to: out) }
        let letters = try wanted.all(in: all)
        let names = Set(letters.map(\.id.path))
        let findings = all.checked().findings.filter { $0.letter.map(names.contains) ?? true }
        try export(Gallery(specimens: letters, findings: findings), room, to: out)
    }

    private func pipe(_ letter: Specimen, _ room: PreviewRoom) throws {
        let format = format ?? .eml
        let site = room.site(of: Gallery(specimens: [letter], findings: []))
        guard let part = site.page(at: "letter/\(letter.id.path)/\(format.fileName)") else {
            throw CommandFailure(.unusableInput, "the letter \(letter.id.path) has no part of format \(format)")
        }
        Terminal.write(part.bytes)
    }

    private func export(_ gallery: Gallery, _ room: PreviewRoom, to folder: String) throws {
        let site = room.site(of: gallery)
        let paths = site.paths
        var bar = ProgressBar("files", of: paths.count, tellsLogs: false)
        defer { bar.end() }
        try SiteExport(to: folder).write(paths, force: force, progress: { bar.show($0) }, page: site.page(at:))
        bar.end()
        let place = gallery.findings.isEmpty ? "" : "; see findings/index.html"
        Terminal.print("\(FindingsReport(gallery).summary); \(paths.count) files in \(folder)\(place)")
    }
}
