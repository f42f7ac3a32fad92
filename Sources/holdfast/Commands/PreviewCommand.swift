import ArgumentParser
import Preview

/// The command `holdfast preview`.
struct PreviewCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "preview",
        abstract: "Show what every letter looks like, in a browser or as files.",
        discussion: """
            Needs no database, relay, key or setting. It serves every kind of letter in each of its languages and \
            situations, and loads the page again when a template is saved. The people in it are invented, and the \
            links are signed with a key that every installation refuses.

            Brand, author and addresses come from the settings where they are set ('holdfast worker --help' lists \
            them), else from a sample practice. A test is sent through the relay of HOLDFAST_SMTP_URL, from \
            HOLDFAST_FROM, and only to addresses that HOLDFAST_ONLY_TO names.

            Exit codes: 0 done, whatever is found in the letters; 1 a test was refused or not taken; 65 there is no \
            such letter; 78 wrong settings, a folder that cannot be used, or a port that is taken.

            Examples:
              holdfast preview
              holdfast preview --maildir .demo/inbox
              holdfast preview --baseline before --templates Templates
              holdfast preview --out gallery
              holdfast preview portal.activate --locale es --out - --format text
              holdfast preview survey.request --send-to me@example.org
            """)

    @Argument(help: ArgumentHelp("A kind of letter, such as reservation.confirm.", valueName: "kind"))
    var kind: String?

    @Option(help: ArgumentHelp("A scenario of the kind (default: ordinary; with --out DIR all).", valueName: "name"))
    var scenario: String?

    @Option(help: ArgumentHelp("A language of the kind (default: en; with --out DIR all).", valueName: "tag"))
    var locale: String?

    @OptionGroup(title: "In a browser") var serving: ServingOptions

    @Option(
        help: ArgumentHelp("The template folder; else HOLDFAST_TEMPLATES, else ./Templates.", valueName: "dir"),
        completion: .directory)
    var templates: String?

    @Option(
        help: ArgumentHelp("An earlier --out to compare with, letter by letter.", valueName: "dir"),
        completion: .directory)
    var baseline: String?

    @OptionGroup(title: "As files") var files: FileOptions

    @Option(help: ArgumentHelp("Send the letter to this address as a test.", valueName: "address"))
    var sendTo: String?

    func validate() throws {
        if kind == nil, scenario != nil || locale != nil || sendTo != nil || files.out == "-" {
            throw ValidationError("name a kind of letter, such as reservation.confirm")
        }
        if kind != nil, files.out == nil, sendTo == nil {
            throw ValidationError("with a kind say --out DIR, --out - or --send-to ADDRESS")
        }
        if files.out != nil, sendTo != nil { throw ValidationError("--out and --send-to are two commands") }
        let isServed = files.out == nil && sendTo == nil
        if !isServed, serving.maildir != nil {
            throw ValidationError("--maildir is shown in a browser only: its letters may be real")
        }
        if !isServed, serving.allowRemote { throw ValidationError("--allow-remote goes with --listen") }
        if sendTo != nil || files.out == "-", baseline != nil {
            throw ValidationError("--baseline is shown in a browser, or with --out DIR")
        }
        _ = try serving.address()
        if files.format != nil, files.out != "-" { throw ValidationError("--format goes with --out -") }
        if files.force, files.out == nil || files.out == "-" { throw ValidationError("--force goes with --out DIR") }
    }

    func run() async throws {
        let options = try PreviewOptions()
        let room = try PreviewRoom(options, templates: templates, baseline: baseline, maildir: serving.maildir)
        if let out = files.out {
            try files.write(room, kind.map { wanted($0) }, to: out)
        } else if let kind, let sendTo {
            try await room.send(try room.letter(wanted(kind)), to: sendTo)
        } else {
            try await serving.serve(room)
        }
    }

    private func wanted(_ kind: String) -> WantedLetters {
        WantedLetters(kind: kind, scenario: scenario, locale: locale)
    }
}
