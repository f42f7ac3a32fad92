import ArgumentParser
import FoundationEssentials

/// The command `holdfast man`.
struct ManCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "man",
        abstract: "Print the manual page of a command, or write all of them to a folder.",
        discussion: """
            The pages say what --help says, in the language that man(1) reads.

            Examples:
              holdfast man | man -l -
              holdfast man links verify | man -l -
              holdfast man --out /usr/local/share/man/man1
            """)

    @Argument(help: ArgumentHelp("The command's words; none for the program's own page.", valueName: "command"))
    var words: [String] = []

    @Option(
        help: ArgumentHelp("Write every page to this folder, one file for each.", valueName: "dir"),
        completion: .directory)
    var out: String?

    func validate() throws {
        if out != nil, !words.isEmpty { throw ValidationError("--out writes the pages of all commands: name none") }
    }

    func run() throws {
        let program = try CommandDescription.read()
        let pages = ManualPage.all(of: program, date: Self.today)
        if let out { return try write(pages, to: out) }
        let name = (program.path + words).joined(separator: "-")
        guard let page = pages.first(where: { $0.name == name }) else {
            let suggestion = CommandSuggestion(for: words, in: program)
            throw ValidationError(suggestion?.sentence ?? "there is no command '\(words.joined(separator: " "))'")
        }
        Terminal.write(Array(page.source.utf8))
    }

    private func write(_ pages: [ManualPage], to folder: String) throws {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for page in pages { try Data(page.source.utf8).write(to: URL(filePath: "\(folder)/\(page.fileName)")) }
        } catch {
            throw CommandFailure(.configuration, "--out: \(folder) cannot be written to: name a folder that is yours")
        }
        Terminal.print("\(counted(pages.count, "page")) in \(folder)")
    }

    /// As mdoc(7) writes a day: `November 22, 2026`.
    private static var today: String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        let day = calendar.dateComponents([.year, .month, .day], from: Date())
        let months = [
            "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
            "November",
            "December",
        ]
        return "\(months[((day.month ?? 1) - 1) % 12]) \(day.day ?? 1), \(day.year ?? 1)"
    }
}
