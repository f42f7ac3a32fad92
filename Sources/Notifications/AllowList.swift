/// Who may be written to.
///
/// Outside production a list is required, so that a copy of the data never mails the people in it.
package struct AllowList: Sendable, Equatable {
    private let addresses: Set<String>?
    private let domains: Set<String>

    /// Everybody: for production only.
    package static let everybody = AllowList(addresses: nil, domains: [])

    private init(addresses: Set<String>?, domains: Set<String>) {
        self.addresses = addresses
        self.domains = domains
    }

    /// Reads `HOLDFAST_ONLY_TO`: addresses and domains, separated by commas or spaces.
    ///
    /// A domain stands for itself, not for those below it.
    ///
    /// Returns nil when nothing is named, or an entry is neither: an empty list would stop all mail without a word.
    package init?(_ text: String) {
        let entries = text.split(whereSeparator: { $0 == "," || $0.isWhitespace }).map { $0.lowercased() }
        guard !entries.isEmpty else { return nil }
        var addresses: Set<String> = []
        var domains: Set<String> = []
        for entry in entries {
            guard !entry.contains(where: { "*<>()[]:;/\\\"".contains($0) }) else { return nil }
            let parts = entry.split(separator: "@", omittingEmptySubsequences: false)
            switch parts.count {
            case 1: domains.insert(entry)
            case 2 where parts[0].isEmpty && !parts[1].isEmpty: domains.insert(String(parts[1]))
            case 2 where !parts[0].isEmpty && !parts[1].isEmpty: addresses.insert(entry)
            default: return nil
            }
        }
        self.init(addresses: addresses, domains: domains)
    }

    /// How many addresses and domains it names; nil when everybody may be written to.
    package var count: Int? { addresses.map { $0.count + domains.count } }

    /// Whether a letter may go to this address; letter case makes no difference.
    package func allows(_ address: String) -> Bool {
        guard let addresses else { return true }
        let address = address.lowercased()
        if addresses.contains(address) { return true }
        guard let at = address.lastIndex(of: "@") else { return false }
        return domains.contains(String(address[address.index(after: at)...]))
    }
}
