import ArgumentParser
import BookingLinks
import Notifications
import Preview

/// The command `holdfast templates`.
struct TemplatesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "templates",
        abstract: "The letters' templates.",
        discussion: """
            Examples:
              holdfast templates check
            """,
        subcommands: [TemplatesCheckCommand.self])
}

/// The command `holdfast templates check`.
struct TemplatesCheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Write every letter and tell what is wrong with it.",
        discussion: """
            Needs no database, relay, key or browser. Every kind is written in each of its languages and scenarios, \
            and judged: names and partials, links that differ between HTML and plain text, size, subject and \
            preheader, words and names that strangers must not see, remote content, language and direction, CSS that \
            mail programs do not understand, and files that no letter uses. Brand and addresses come from the \
            settings where they are set, else from a sample practice.

            Exit codes: 0 no errors, whatever the warnings; 1 errors; 78 wrong settings, or no such folder.

            Examples:
              holdfast templates check
              holdfast templates check --templates /etc/holdfast/templates
              holdfast templates check --json > findings.json
            """)

    @Flag(help: "Print JSON.")
    var json = false

    @Option(
        help: ArgumentHelp("The template folder; else HOLDFAST_TEMPLATES, else ./Templates.", valueName: "dir"),
        completion: .directory)
    var templates: String?

    func run() async throws {
        var reader = try SettingsReader()
        let practice = Practice(&reader, sample: try .sample())
        let base = LinkBase.read(&reader, sample: try .sample())
        let folder = templates ?? reader.optional(.templates) ?? "Templates"
        let (someone, somewhere) = try reader.finished(practice, base)
        try PreviewRoom.checkFolder(folder, option: templates)
        let gallery = Gallery.read(templates: folder, practice: someone, base: somewhere).checked()
        let report = FindingsReport(gallery)
        if json {
            try Terminal.json(report)
        } else {
            for line in report.lines(folder: folder) { Terminal.print(line) }
        }
        if report.errors > 0 { throw ExitCode(FailureCode.no.rawValue) }
    }
}
