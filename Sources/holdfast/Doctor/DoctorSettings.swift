import BookingLinks
import Logging
import Notifications
import SMTP

/// Every setting of a worker as far as it can be read, and what is wrong with the others.
struct DoctorSettings {
    let database: DatabaseSettings?
    let environment: LinkEnvironment?
    let allowList: AllowList?
    /// Empty when something is wrong with one of them.
    let relays: [Relay]
    let keyFile: String?
    let templates: String
    let practice: Practice?
    let linkBase: LinkBase?
    let journal: String?
    /// A sentence for each setting that is wrong.
    let problems: [String]

    init(_ reader: inout SettingsReader) {
        database = DatabaseSettings(&reader)
        environment = LinkEnvironment.read(&reader)
        allowList = WorkerOptions.allowList(&reader, environment: environment)
        relays = Relay.read(&reader) ?? []
        keyFile = reader.required(.linkKeyFile)
        templates = WorkerOptions.templates(&reader)
        journal = WorkerOptions.journal(&reader)
        practice = Practice(&reader)
        linkBase = LinkBase.read(&reader)
        // Read for what is wrong with them; nothing here uses their values.
        _ = Logger.configured(&reader)
        _ = (WorkerOptions.sessions(&reader), WorkerOptions.historyDays(&reader))
        _ = WorkerOptions.httpListen(&reader)
        problems = reader.problems
    }
}
