/// What somebody may have meant who mistyped a command or an option; a pure value.
struct CommandSuggestion: CustomStringConvertible {
    /// What is wrong, and what may have been meant.
    let sentence: String
    /// The command whose help says more.
    private let path: String

    /// Both, as the parser writes its own complaints.
    var description: String { "Error: \(sentence)\n  See '\(path) --help' for more information." }

    /// Looks for the first word that is no command where one is due, or is an option that there nearly is.
    ///
    /// nil when there is none: then the trouble is another, and the parser's to explain.
    init?(for arguments: [String], in program: CommandDescription) {
        var command = program
        var isValue = false
        for word in arguments.prefix(while: { $0 != "--" }) {
            defer { isValue = word.hasPrefix("--") && !word.contains("=") }
            if let next = command.children.first(where: { $0.name == word }) {
                command = next
            } else if word.hasPrefix("--") {
                guard let option = Self.option(word, of: command) else { continue }
                self = option
                return
            } else if !word.hasPrefix("-"), !isValue {
                guard let suggestion = Self.command(word, of: command) else { continue }
                self = suggestion
                return
            }
        }
        return nil
    }

    private init(_ sentence: String, _ command: CommandDescription) {
        self.sentence = sentence
        path = command.path.joined(separator: " ")
    }

    private static func command(_ word: String, of command: CommandDescription) -> CommandSuggestion? {
        let names = command.children.map(\.name)
        guard !names.isEmpty else { return nil }
        let path = command.path.joined(separator: " ")
        let nearest = Spelling.nearest(to: word, among: names).map { "Did you mean '\(path) \($0)'?" }
        let known = "There are: \(names.joined(separator: ", "))."
        return CommandSuggestion("There is no command '\(path) \(word)'. \(nearest ?? known)", command)
    }

    private static func option(_ word: String, of command: CommandDescription) -> CommandSuggestion? {
        let name = String(word.prefix { $0 != "=" })
        let names = command.shownArguments.flatMap { $0.names ?? [] }.map(\.spelling).filter { $0.hasPrefix("--") }
        guard !names.contains(name), let nearest = Spelling.nearest(to: name, among: names) else { return nil }
        return CommandSuggestion("There is no option '\(name)'. Did you mean '\(nearest)'?", command)
    }
}
