import ArgumentParser
import Outbox

/// The command `holdfast find`.
struct FindCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "find",
        abstract: "Tell the whole story of a reader, an appointment or a letter.",
        discussion: """
            Needs HOLDFAST_DATABASE_URL. Looks for an email address; the id of a reservation, signup task, client, \
            provider, series or invitation; the number of a job; a Message-ID; or a relay's queue id, of the last 31 \
            days. Tells what is owed and when, each attempt with what the relay said, the links and what became of \
            them, and what operators did. Times are those of this host's zone (TZ), in JSON of UTC.

            Addresses are shown as z…@example.org. --show-addresses shows them whole; that, your name and the reason \
            are recorded.

            \(OperatorOptions.exitCodes("0 found; 1 nothing is known of it"))

            Examples:
              holdfast find -                       asks, and leaves no trace in the shell
              holdfast find zoe@example.org
              holdfast find 4711
              holdfast find 4711 --show-addresses --reason "caller gave two addresses"
            """)

    @Argument(help: ArgumentHelp("An address, id, job, Message-ID or queue id; - asks for it.", valueName: "what"))
    var text: String

    @OptionGroup var addresses: AddressOptions

    @Flag(help: "Print JSON.")
    var json = false

    func validate() throws {
        if text != AddressInput.mark, Needle(text) == nil { throw ValidationError(Self.refusal) }
    }

    func run() async throws {
        guard let needle = Needle(try await AddressInput.line(text, asking: "look for:")) else {
            throw CommandFailure(.usage, Self.refusal)
        }
        let story = try await DatabaseSettings.withConnection {
            try await Stories($0).find(needle, revealing: try addresses.note())
        }
        if json { return try Terminal.json(StoryReport(story, showsAddresses: addresses.showAddresses)) }
        let page = StoryPage(
            story, at: WallClock(now: story.now), showsAddresses: addresses.showAddresses,
            columns: Terminal.output.columns)
        for line in page.lines { Terminal.print(line) }
    }

    private static let refusal = "it must be an address, an id, a job, a Message-ID or a queue id, in one word"
}
