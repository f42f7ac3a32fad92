import ArgumentParser
import FoundationEssentials
import Notifications
import Outbox

/// What `pause` and `resume` have in common.
struct PauseOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp("The kind of letters; all of them when it is left out.", valueName: "kind"),
        completion: .list(Kind.all.map(\.name)))
    var kind: String?

    @OptionGroup var why: ReasonOption

    @Flag(help: "Print JSON.")
    var json = false

    /// What both say of themselves.
    static let exitCodes = """
        Exit codes: 0 done, or nothing was to do; 64 wrong usage; 65 there is no such kind; 69 the database is \
        unavailable; 75 try again later; 78 wrong settings.
        """

    /// What the switch is asked for: one kind, or everything.
    var target: String { kind ?? StopSwitch.everything }

    /// The same in words.
    var words: String { StopSwitch.letters(of: target) }

    /// Runs `change` on the switch, once the kind is known to exist.
    ///
    /// - Returns: whether it changed anything, and every stop that stands afterwards.
    func turn(_ change: (Pauses) async throws -> Bool) async throws -> (changed: Bool, pauses: [Pause]) {
        try await DatabaseSettings.withConnection { connection in
            let pauses = Pauses(connection)
            if let kind { try await pauses.require([kind]) }
            return (try await change(pauses), try await pauses.all())
        }
    }
}

/// The command `holdfast pause`.
struct PauseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause",
        abstract: "Stop sending, on all workers, within a second.",
        discussion: """
            Needs HOLDFAST_DATABASE_URL. What is owed stays owed. Letters that are being handed to the relay are \
            finished; nothing else is begun. Letters whose time is over when they are resumed are settled as \
            expired. Your name and the reason are recorded.

            \(PauseOptions.exitCodes)

            Examples:
              holdfast pause --reason "wrong logo"
              holdfast pause --kind portal.activate --reason "the portal is down"
            """)

    @OptionGroup var options: PauseOptions

    func run() async throws {
        let (changed, pauses) = try await options.turn {
            try await $0.pause(options.target, reason: options.why.reason, operator: Terminal.operatorName)
        }
        if options.json { return try Terminal.json(SwitchReport(changed: changed, pauses)) }
        guard let pause = pauses.first(where: { $0.kind == options.target }) else { return }
        Terminal.print("\(options.words): \(changed ? "stopped" : "stopped already,") \(pause.origin)")
    }
}

/// The command `holdfast resume`.
struct ResumeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume",
        abstract: "Send again what was stopped with 'holdfast pause'.",
        discussion: """
            Needs HOLDFAST_DATABASE_URL. Without --kind the stop of all letters is lifted; kinds that were stopped \
            by name stay stopped. Your name and the reason are recorded.

            \(PauseOptions.exitCodes)

            Examples:
              holdfast resume --reason "the logo is right now"
              holdfast resume --kind portal.activate --reason "the portal is up"
            """)

    @OptionGroup var options: PauseOptions

    func run() async throws {
        let (changed, pauses) = try await options.turn {
            try await $0.resume(options.target, reason: options.why.reason, operator: Terminal.operatorName)
        }
        if options.json { return try Terminal.json(SwitchReport(changed: changed, pauses)) }
        Terminal.print("\(options.words): \(changed ? "resumed" : "nothing was stopped under this name")")
        for pause in pauses {
            Terminal.print("still stopped: \(pause.letters), \(pause.origin)")
        }
    }
}

extension Pauses {
    /// Refuses names of kinds that there are not.
    func require(_ named: [String]) async throws {
        let kinds = try await kinds()
        guard let unknown = named.first(where: { !kinds.contains($0) }) else { return }
        throw CommandFailure(
            .unusableInput, "there is no kind '\(unknown)'; there are: \(kinds.joined(separator: ", "))")
    }
}

private struct SwitchReport: Encodable {
    let changed: Bool
    let paused: [PauseReport]

    init(changed: Bool, _ pauses: [Pause]) {
        self.changed = changed
        paused = pauses.map(PauseReport.init)
    }
}
