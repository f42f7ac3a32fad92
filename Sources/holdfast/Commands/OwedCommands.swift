import ArgumentParser
import Outbox

/// The command `holdfast retry`.
struct RetryCommand: AsyncParsableCommand {
    static let configuration = OwedOptions.configuration(
        "retry", abstract: "Try letters now that wait for another attempt.",
        """
        Letters that were never tried wait for their own time and stay as they are; so do held ones.
        """,
        examples: """
              holdfast retry 4711 --reason "the relay is up again"
              holdfast retry --state ready --yes --reason "the relay is up again"
            """)

    @OptionGroup var options: OwedOptions

    func run() async throws { try await options.perform(.retry) }
}

/// The command `holdfast hold`.
struct HoldCommand: AsyncParsableCommand {
    static let configuration = OwedOptions.configuration(
        "hold", abstract: "Keep letters from leaving until they are released.",
        """
        A held letter stays owed, and expires as any other. What a worker is sending this moment cannot be held.
        """,
        examples: """
              holdfast hold 4711 --reason "the client asked to wait"
              holdfast hold --kind survey.request --reason "wrong wording"
            """)

    @OptionGroup var options: OwedOptions

    func run() async throws { try await options.perform(.hold) }
}

/// The command `holdfast release`.
struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = OwedOptions.configuration(
        "release", abstract: "Let letters go that are held.",
        """
        What 'holdfast hold' held leaves when it was due, or now if that is over. A letter that is held because an \
        earlier attempt may have arrived needs a decision: --in-doubt send sends the same message once more, which its \
        reader may get twice; --in-doubt drop leaves it at that.
        """,
        examples: """
              holdfast release 4711 --reason "the wording is right"
              holdfast release 4711 --in-doubt send --reason "it did not arrive"
            """)

    @OptionGroup var options: OwedOptions

    @Option(
        help: ArgumentHelp("For letters that may have arrived: send or drop.", valueName: "decision"),
        transform: { text in
            guard let doubt = OwedAction.Doubt(rawValue: text) else {
                throw ValidationError("--in-doubt is send or drop")
            }
            return doubt
        })
    var inDoubt: OwedAction.Doubt?

    func run() async throws { try await options.perform(.release(inDoubt: inDoubt)) }
}

/// The command `holdfast cancel`.
struct CancelCommand: AsyncParsableCommand {
    static let configuration = OwedOptions.configuration(
        "cancel", abstract: "Call off letters that are owed.",
        """
        They end unsent and stay in history as cancelled; one that may have arrived as unknown. What a worker is \
        sending this moment cannot be called off.
        """,
        examples: """
              holdfast cancel 4711 4712 --reason "booked by mistake"
              holdfast cancel --kind survey.request --state held --reason "no survey"
            """)

    @OptionGroup var options: OwedOptions

    func run() async throws { try await options.perform(.cancel) }
}
