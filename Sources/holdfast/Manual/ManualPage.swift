/// The manual page of a command, made of what its help says; a pure value.
struct ManualPage {
    /// Such as `holdfast-links-keys`.
    let name: String
    /// The page in the language of mdoc(7), which groff and mandoc read.
    let source: String

    /// Writes the page.
    ///
    /// - Parameters:
    ///   - date: the day that the page bears, such as `November 22, 2026`.
    ///   - parent: the command above, if there is one.
    init(_ command: CommandDescription, parent: CommandDescription?, date: String) {
        name = Self.name(of: command)
        let help = Discussion(command.discussion ?? "")
        var page = Roff()
        Self.head(command, date, &page)
        page.macro("Sh DESCRIPTION")
        if command.abstract != nil || !help.description.isEmpty {
            page.text(command.abstract ?? "")
            Self.write(help.description, after: true, to: &page)
        }
        Self.options(command.shownArguments, &page)
        Self.commands(command.children, &page)
        for (title, blocks) in [("EXIT STATUS", help.exitCodes), ("EXAMPLES", help.examples)] where !blocks.isEmpty {
            page.macro("Sh \(title)")
            Self.write(blocks, to: &page)
        }
        Self.references((parent.map { [$0] } ?? []) + command.children, &page)
        source = page.source
    }

    /// The file of the page, in section 1 of the manual.
    var fileName: String { "\(name).1" }

    /// Every page of the program.
    static func all(of command: CommandDescription, parent: CommandDescription? = nil, date: String) -> [ManualPage] {
        [ManualPage(command, parent: parent, date: date)]
            + command.children.flatMap { all(of: $0, parent: command, date: date) }
    }

    private static func name(of command: CommandDescription) -> String { command.path.joined(separator: "-") }

    private static func head(_ command: CommandDescription, _ date: String, _ page: inout Roff) {
        page.macro("Dd \(date)")
        page.macro("Dt \(name(of: command).uppercased()) 1")
        page.macro("Os \(Roff.argument("Holdfast \(Holdfast.version)"))")
        page.macro("Sh NAME")
        page.macro("Nm \(Roff.argument(name(of: command)))")
        let abstract = command.abstract ?? ""
        let phrase = abstract.prefix(1).lowercased() + abstract.dropFirst()
        page.macro("Nd \(Roff.argument(phrase.hasSuffix(".") ? String(phrase.dropLast()) : phrase))")
        page.macro("Sh SYNOPSIS")
        page.macro("Nm holdfast")
        for word in command.path.dropFirst() { page.macro("Cm \(Roff.argument(word))") }
        if !command.children.isEmpty { page.macro("Ar command") }
        for argument in command.shownArguments where argument.preferredName?.name != "help" {
            page.macro(argument.isOptional ? "Op \(usage(argument))" : usage(argument))
        }
    }

    private static func usage(_ argument: CommandDescription.Argument) -> String {
        let name = argument.preferredName.map { "Fl \(flag($0))" }
        let value = argument.kind == .flag ? nil : "Ar \(Roff.argument(argument.valueName ?? "value"))"
        return [name, value, argument.isRepeating ? "..." : nil].compactMap(\.self).joined(separator: " ")
    }

    /// mdoc(7) writes the first hyphen itself.
    private static func flag(_ name: CommandDescription.Argument.Name) -> String {
        Roff.argument(String(name.spelling.dropFirst()))
    }

    private static func options(_ arguments: [CommandDescription.Argument], _ page: inout Roff) {
        guard !arguments.isEmpty else { return }
        page.macro("Sh OPTIONS")
        var titles: [String?] = [nil]
        for argument in arguments where !titles.contains(argument.sectionTitle) { titles.append(argument.sectionTitle) }
        for title in titles {
            let group = arguments.filter { $0.sectionTitle == title }
            guard !group.isEmpty else { continue }
            if let title { page.macro("Ss \(Roff.argument(title))") }
            page.macro("Bl -tag -width Ds")
            for argument in group { item(argument, &page) }
            page.macro("El")
        }
    }

    private static func item(_ argument: CommandDescription.Argument, _ page: inout Roff) {
        let names = (argument.names ?? []).map { "Fl \(flag($0))" }.joined(separator: " , ")
        let value = argument.kind == .flag ? "" : " Ar \(Roff.argument(argument.valueName ?? "value"))"
        page.macro("It\(names.isEmpty ? "" : " \(names)")\(value)")
        page.text(argument.abstract ?? "")
        if let values = argument.allValues { page.text("One of \(values.joined(separator: ", ")).") }
        if let discussion = argument.discussion {
            page.text("\(discussion.prefix(1).uppercased())\(discussion.dropFirst()).")
        }
        if let value = argument.defaultValue { page.text("Default: \(value).") }
    }

    private static func commands(_ commands: [CommandDescription], _ page: inout Roff) {
        guard !commands.isEmpty else { return }
        page.macro("Sh COMMANDS")
        page.macro("Bl -tag -width Ds")
        for command in commands {
            page.macro("It Cm \(Roff.argument(command.name))")
            page.text(command.abstract ?? "")
        }
        page.macro("El")
    }

    private static func write(_ blocks: [Discussion.Block], after isAfterText: Bool = false, to page: inout Roff) {
        var needsBreak = isAfterText
        for block in blocks {
            switch block {
            case .paragraph(let text):
                if needsBreak { page.macro("Pp") }
                page.text(text)
            case .literal(let lines): page.literal(lines)
            case .list(let entries):
                page.macro("Bl -tag -width Ds")
                for entry in entries {
                    page.macro("It \(Roff.argument(entry.name))")
                    page.text(entry.text)
                }
                page.macro("El")
            }
            needsBreak = true
        }
    }

    private static func references(_ commands: [CommandDescription], _ page: inout Roff) {
        guard !commands.isEmpty else { return }
        page.macro("Sh SEE ALSO")
        let names = commands.map { name(of: $0) }.sorted()
        for name in names { page.macro("Xr \(Roff.escaped(name)) 1\(name == names.last ? "" : " ,")") }
    }
}
