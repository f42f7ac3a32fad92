import ArgumentParser

/// The command `holdfast completions`.
struct CompletionsCommand: ParsableCommand {
    /// A shell that completes words.
    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash, zsh, fish

        /// The same for the parser.
        var completion: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }

    static let configuration = CommandConfiguration(
        commandName: "completions",
        abstract: "Print what lets a shell complete commands and options.",
        discussion: """
            Examples:
              holdfast completions bash > /etc/bash_completion.d/holdfast
              holdfast completions zsh > /usr/local/share/zsh/site-functions/_holdfast
              holdfast completions fish > ~/.config/fish/completions/holdfast.fish

            For this shell only:
              source <(holdfast completions bash)
            """)

    @Argument(help: "The shell.")
    var shell: Shell

    func run() {
        Terminal.raw(Holdfast.completionScript(for: shell.completion))
    }
}
