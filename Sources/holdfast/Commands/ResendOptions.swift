import ArgumentParser
import FoundationEssentials
import Notifications
import Outbox
import Postgres

/// Which letters are to be sent again.
struct ResendChoice: ParsableArguments {
    @Option(help: ArgumentHelp("The letter with this number; may be repeated.", valueName: "number"))
    var job: [Int64] = []

    @Option(help: ArgumentHelp("The newest letter about it.", valueName: "id"), transform: Self.id)
    var reservation: [UUID] = []

    @Option(help: ArgumentHelp("The newest letter about it.", valueName: "id"), transform: Self.id)
    var task: [UUID] = []

    @Option(help: ArgumentHelp("The newest letters to it; - asks for it.", valueName: "address"))
    var recipient: [String] = []

    @Flag(help: "Letters that failed.")
    var failed = false

    @Option(
        help: ArgumentHelp("Those that failed since then: \(Moment.words).", valueName: "time"),
        transform: Moment.parse)
    var since: Moment?

    @Option(help: "Those of this kind only; may be repeated.", completion: .list(Kind.all.map(\.name)))
    var kind: [String] = []

    @Option(help: "Those with this code only, 550 or 5.1.1; may be repeated.")
    var code: [String] = []

    @OptionGroup var limit: LimitOption

    func validate() throws {
        let named = [!job.isEmpty, !reservation.isEmpty, !task.isEmpty, !recipient.isEmpty, failed].count { $0 }
        guard named == 1 else {
            throw ValidationError("say which letters: one of --job, --reservation, --task, --recipient and --failed")
        }
        // The last one would win in silence.
        if max(reservation.count, task.count, recipient.count) > 1 {
            throw ValidationError(
                "say one --reservation, --task or --recipient for each command; --job may be repeated")
        }
        if failed != (since != nil) { throw ValidationError("--failed and --since go together: --failed --since 2h") }
        if !failed, !kind.isEmpty || !code.isEmpty {
            throw ValidationError("--kind and --code narrow --failed, and nothing else")
        }
        if let recipient = recipient.first, recipient != AddressInput.mark, !SuppressionList.isAddress(recipient) {
            throw ValidationError("--recipient must be an address, or - to be asked for it")
        }
        // RFC 5321, section 4.2, and RFC 3463, section 2.
        if let wrong = code.first(where: { $0.wholeMatch(of: /[245][0-9]{2}|[245](\.[0-9]{1,3}){2}/) == nil }) {
            throw ValidationError("'\(wrong)' is no code such as 550 or 5.1.1")
        }
    }

    /// What it means to the database, whose clock says `now`; an address may have to be asked for before.
    ///
    /// - Throws: a `CommandFailure` for a moment that lies ahead.
    func selections(at now: Date) throws -> [ResendSelection] {
        let named =
            Set(job).sorted().map(ResendSelection.job) + reservation.map(ResendSelection.reservation)
            + task.map(ResendSelection.task) + recipient.map(ResendSelection.recipient)
        guard let since else { return named }
        let age = now.timeIntervalSince(since.before(now))
        if age < 0 { throw CommandFailure(.usage, "--since lies ahead") }
        return [.failed(FailedLetters(since: .seconds(age), kinds: kind, codes: code))]
    }

    /// Refuses kinds that there are not: a filter with a mistake would match nothing, and nobody would know why.
    func requireKinds(_ connection: Connection) async throws {
        if !kind.isEmpty { try await Pauses(connection).require(kind) }
    }

    private static func id(_ text: String) throws -> UUID {
        guard let id = UUID(uuidString: text) else { throw ValidationError("'\(text)' is no id (a UUID)") }
        return id
    }
}

/// How they are to be sent.
struct ResendManner: ParsableArguments {
    @Flag(help: "End the older links that its own replace.")
    var rotate = false

    @Flag(help: "Also to a suppressed address; never after a complaint.")
    var evenSuppressed = false

    @Option(help: ArgumentHelp("Letters a second at most.", valueName: "number"))
    var rate = 10.0

    func validate() throws {
        guard (0.001...1000).contains(rate) else { throw ValidationError("--rate is a number from 0.001 to 1000") }
    }

    var options: ResendOptions { ResendOptions(rotate: rotate, evenSuppressed: evenSuppressed) }
}
