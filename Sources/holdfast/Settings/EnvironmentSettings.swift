import BookingLinks
import Preview

extension LinkEnvironment {
    /// The one environment that may write to everybody.
    static let production = "prod"

    /// Reads which installation this is; nil when it is wrong, which the reader has noted.
    static func read(_ reader: inout SettingsReader) -> LinkEnvironment? {
        let name = reader.optional(.environment) ?? Setting.environment.fallback ?? ""
        guard name != PreviewKey.environment else {
            reader.refuse(
                .environment, "\(name) is the environment of previews, whose key everybody knows; name another")
            return nil
        }
        do {
            return try LinkEnvironment(name)
        } catch {
            reader.refuse(.environment, error.description)
            return nil
        }
    }
}

extension LinkBase {
    /// Where links lead when nothing is set and nothing is sent; nobody has it (RFC 2606, section 3).
    static func sample() throws -> LinkBase { try LinkBase("https://book.example.org") }

    /// Reads where booking links lead; nil when it is wrong, which the reader has noted.
    ///
    /// - Parameter sample: what holds when it is not set; without one it is required.
    static func read(_ reader: inout SettingsReader, sample: LinkBase? = nil) -> LinkBase? {
        reader.parsed(.linkBaseURL, required: sample == nil) { try LinkBase($0) } ?? sample
    }
}
