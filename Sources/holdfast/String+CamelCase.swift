extension String {
    /// `done_before`, as the database has it, as JSON does: `doneBefore`.
    var inCamelCase: String {
        let words = split(separator: "_")
        return words.prefix(1).joined() + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
    }
}
