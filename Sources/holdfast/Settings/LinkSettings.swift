import BookingLinks

/// Where links lead and which installation they belong to.
struct LinkSettings {
    let base: LinkBase
    let environment: LinkEnvironment

    /// Reads them; nil when they are wrong, which the reader has noted.
    init?(_ reader: inout SettingsReader) {
        let base = reader.parsed(.linkBaseURL, required: true) { try LinkBase($0) }
        let environment = LinkEnvironment.read(&reader)
        guard let base, let environment else { return nil }
        self.base = base
        self.environment = environment
    }
}

extension LinkEnvironment {
    /// The one environment that may write to everybody.
    static let production = "prod"

    /// Reads the environment's name.
    static func read(_ reader: inout SettingsReader) -> LinkEnvironment? {
        let name = reader.optional(.environment) ?? Setting.environment.fallback ?? ""
        do {
            return try LinkEnvironment(name)
        } catch {
            reader.refuse(.environment, error.description)
            return nil
        }
    }
}
