import ArgumentParser

/// How many letters a filter may mean: a slip in one should not reach thousands.
struct LimitOption: ParsableArguments {
    /// What one command can be allowed.
    private static let most = 100_000

    @Option(help: ArgumentHelp("Refuse when more than so many match.", valueName: "number"))
    var limit = 1000

    func validate() throws {
        guard (1...Self.most).contains(limit) else {
            throw ValidationError("--limit is a number from 1 to \(Self.most)")
        }
    }

    /// Refuses a filter that more letters match; `narrower` are the options that narrow it.
    func require(_ matched: Int, narrower: String, otherwise refusal: String) throws {
        guard matched > limit else { return }
        let wider =
            matched <= Self.most
            ? "allow so many with --limit \(matched)" : "go in steps of at most \(Self.most), each with its own filter"
        throw CommandFailure(
            .no, "\(matched) letters match, more than \(limit): narrow it with \(narrower), or \(wider); \(refusal)")
    }
}
