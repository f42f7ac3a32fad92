import ArgumentParser
import FoundationEssentials

/// A command as the parser knows it, with those below it: for manual pages, for suggestions and for tests of them all.
struct CommandDescription: Decodable {
    /// An argument, option or flag.
    struct Argument: Decodable {
        /// What it is written as.
        enum Kind: String, Decodable { case positional, option, flag }

        /// One of its names, such as `-y` or `--yes`.
        struct Name: Decodable {
            let kind: String
            let name: String

            /// As it is typed.
            var spelling: String { kind == "long" ? "--\(name)" : "-\(name)" }
        }

        let kind: Kind
        let shouldDisplay: Bool
        let sectionTitle: String?
        let isOptional: Bool
        let isRepeating: Bool
        let names: [Name]?
        let preferredName: Name?
        let valueName: String?
        let defaultValue: String?
        let allValues: [String]?
        let abstract: String?
        let discussion: String?
    }

    private struct Dump: Decodable { let command: CommandDescription }

    private let superCommands: [String]?
    private let commandName: String
    private let shouldDisplay: Bool
    private let subcommands: [CommandDescription]?
    private let arguments: [Argument]?
    let abstract: String?
    let discussion: String?

    /// The whole program.
    static func read() throws -> CommandDescription {
        try JSONDecoder().decode(Dump.self, from: Data(Holdfast._dumpHelp().utf8)).command
    }

    /// What is typed to get there: `holdfast links keys`.
    var path: [String] { (superCommands ?? []) + [commandName] }

    /// Its last word.
    var name: String { commandName }

    /// The commands directly below it, without the parser's own `help`.
    var children: [CommandDescription] { (subcommands ?? []).filter { $0.shouldDisplay && $0.commandName != "help" } }

    /// Itself and every command below it.
    var all: [CommandDescription] { [self] + children.flatMap(\.all) }

    /// What it takes, as its help shows it.
    var shownArguments: [Argument] { (arguments ?? []).filter(\.shouldDisplay) }
}
