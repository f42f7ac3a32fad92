import ArgumentParser

/// The command `holdfast links`.
struct LinksCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "links",
        abstract: "The keys that sign booking links, and the links themselves.",
        discussion: """
            Examples:
              holdfast links keys list
              holdfast links verify < link.txt
            """,
        subcommands: [Keys.self, LinksVerifyCommand.self])

    /// The command `holdfast links keys`.
    struct Keys: ParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "keys",
            abstract: "Make, activate and publish signing keys.",
            discussion: """
                They need HOLDFAST_DATABASE_URL. A key is made, published, and only later activated, so that every \
                web application knows it before the first link comes in. The key before it verifies until its last \
                link has expired.

                Examples:
                  holdfast links keys new --kid 2027-03a --out /etc/holdfast/link-2027-03a.key
                  holdfast links keys list --json > keys.json
                  holdfast links keys activate 2027-03a
                """,
            subcommands: [KeysNewCommand.self, KeysActivateCommand.self, KeysListCommand.self])
    }
}
