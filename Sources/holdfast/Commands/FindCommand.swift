import ArgumentParser
import FoundationEssentials
import Outbox
import Postgres

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

            Exit codes: 0 found; 1 nothing is known of it; 64 wrong usage; 69 the database is unavailable; 75 try \
            again later; 78 wrong settings.

            Examples:
              holdfast find zoe@example.org
              holdfast find 4711
              holdfast find 4711 --show-addresses --reason "caller gave two addresses"
            """)

    @Argument(help: "An address, id, job, Message-ID or queue id.", transform: Self.needle)
    var needle: Needle

    @OptionGroup var addresses: AddressOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        let connection = try await DatabaseSettings.connect()
        try await Schema(connection).requireCurrent()
        let story = try await Stories(connection).find(needle, revealing: try addresses.note())
        await connection.close()
        if json { return try Terminal.json(StoryReport(story, showsAddresses: addresses.showAddresses)) }
        let page = StoryPage(
            story, at: WallClock(now: Date()), showsAddresses: addresses.showAddresses,
            columns: Terminal.output.size?.columns ?? 80)
        for line in page.lines { Terminal.print(line) }
    }

    private static func needle(_ text: String) throws -> Needle {
        guard let needle = Needle(text) else {
            throw ValidationError("it must be an address, an id, a job, a Message-ID or a queue id, in one word")
        }
        return needle
    }
}
