/// A place in a file of the template folder.
package struct TemplateLocation: Sendable, Hashable, CustomStringConvertible {
    /// Path relative to the template folder, such as `reservation.confirm/en.mustache`.
    package let file: String
    /// One-based line; 1 when the problem is the whole file's.
    package let line: Int
    /// One-based column, counted in Unicode scalars.
    package let column: Int

    /// `file:line:column`, the form that editors and terminals make clickable.
    package var description: String { "\(file):\(line):\(column)" }

    /// A place in a file; lines and columns count from 1.
    package init(file: String, line: Int = 1, column: Int = 1) {
        self.file = file
        self.line = line
        self.column = column
    }
}

/// Something wrong with the template folder, found before anything is rendered.
package struct TemplateProblem: Error, Sendable, Hashable, CustomStringConvertible {
    /// What kind of mistake it is; tests and tools decide on this, people read `message`.
    ///
    /// The raw value is the name of the rule that tools know.
    package enum Code: String, Sendable, Hashable {
        /// A file or folder that must be there is missing or cannot be read.
        case unreadable
        /// A link in the folder leads out of it.
        case outsideFolder = "outside-folder"
        /// The mustache or JSON in a file does not parse.
        case syntax
        /// A tag that Holdfast's templates do not use (set delimiter, unescaped, dynamic partial, transform).
        case unsupportedTag = "unsupported-tag"
        /// Text or a value stands where it would be lost or escaped wrongly.
        case misplacedContent = "misplaced-content"
        /// A partial that no library has.
        case unknownPartial = "unknown-partial"
        /// Partials that include each other for ever.
        case recursion
        /// A name the kind does not declare.
        case unknownName = "unknown-name"
        /// A declared name used as something it is not.
        case wrongUse = "wrong-use"
        /// A block the partial needs and the template does not give.
        case missingBlock = "missing-block"
        /// A block the partial does not have.
        case unknownBlock = "unknown-block"
        /// A block name that an enclosing block has already set.
        case blockReused = "block-reused"
        /// A format partial without its `CONTENT_TYPE` line.
        case missingContentType = "missing-content-type"
        /// A declared kind without its English template.
        case missingTemplate = "missing-template"
        /// A folder for a kind nobody declared.
        case undeclaredKind = "undeclared-kind"
        /// A template in a language without words for dates and times, or words that are incomplete.
        case localeIncomplete = "locale-incomplete"
    }

    /// What kind of mistake it is.
    package let code: Code
    /// Where it is.
    package let location: TemplateLocation
    /// A sentence that says what to do.
    package let message: String

    /// `file:line:column: message`.
    package var description: String { "\(location): \(message)" }
}

/// Everything that is wrong with a template folder, in file order.
package struct TemplateSetError: Error, Sendable, CustomStringConvertible {
    /// Never empty; sorted by file, line and column.
    package let problems: [TemplateProblem]

    /// One line per problem.
    package var description: String { problems.map(\.description).joined(separator: "\n") }

    init(_ problems: some Sequence<TemplateProblem>) {
        self.problems = problems.sorted {
            ($0.location.file, $0.location.line, $0.location.column, $0.message)
                < ($1.location.file, $1.location.line, $1.location.column, $1.message)
        }
    }
}
