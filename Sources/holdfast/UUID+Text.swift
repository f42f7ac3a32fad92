import FoundationEssentials

extension UUID {
    /// As the database prints it.
    var text: String { uuidString.lowercased() }
}
