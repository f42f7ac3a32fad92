import ArgumentParser
import FoundationEssentials
import Glibc
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

    @Option(help: ArgumentHelp("Write the pages to this folder; '-': one letter to standard output.", valueName: "dir"))
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
        var meter = ProgressMeter(of: paths.count)
        try SiteExport(to: folder).write(paths, force: force, progress: { meter.show($0) }, page: site.page(at:))
        meter.end()
        let place = gallery.findings.isEmpty ? "" : "; see findings/index.html"
        Terminal.print("\(FindingsReport(gallery).summary); \(paths.count) files in \(folder)\(place)")
    }
}

/// Shows a person how far it is, on one line; shows nothing to a log.
private struct ProgressMeter {
    private let total: Int
    private let isWatched = isatty(STDERR_FILENO) == 1
    private var percent = -1

    init(of total: Int) { self.total = total }

    mutating func show(_ done: Int) {
        let now = done * 100 / max(total, 1)
        guard isWatched, now != percent else { return }
        percent = now
        Terminal.status("\(done) of \(total) files")
    }

    func end() {
        if isWatched { Terminal.status("") }
    }
}
