import BookingLinks
import Notifications
import Preview
import SMTP

/// Every setting of the previews: none is required, and a wrong one is refused all the same.
struct PreviewOptions {
    let practice: Practice
    let linkBase: LinkBase
    let templates: String
    /// Who may get a test; nil when nobody is named.
    let allowList: AllowList?
    /// Whether letters have an author whom a relay can know.
    let hasAuthor: Bool
    /// In the order in which they are tried; empty when none is set.
    let relays: [Relay]

    /// Reads and checks them all; throws `SettingsError` with everything that is wrong.
    init() throws {
        var reader = try SettingsReader()
        let practice = Practice(&reader, sample: try .sample())
        let linkBase = LinkBase.read(&reader, sample: try .sample())
        allowList = AllowList.read(&reader)
        hasAuthor = reader.optional(.from) != nil
        let relays = reader.optional(.smtpURL) == nil ? [] : Relay.read(&reader)
        templates = reader.optional(.templates) ?? "Templates"
        (self.practice, self.linkBase, self.relays) = try reader.finished(practice, linkBase, relays)
    }

    /// The settings that sending a test still needs; empty when it has them all.
    var missingForTests: [Setting] {
        [
            (Setting.onlyTo, allowList != nil), (.smtpURL, !relays.isEmpty), (.from, hasAuthor),
        ].filter { !$0.1 }.map(\.0)
    }
}
