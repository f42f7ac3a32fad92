import BookingLinks
import FoundationEssentials
import Logging
import Notifications
import Preview
import Rendering
import SMTP
import Signing

/// Every setting of the worker, read once and checked together.
struct WorkerOptions {
    let database: DatabaseSettings
    let environment: LinkEnvironment
    let linkBase: LinkBase
    /// In the order in which they are tried; never empty.
    let relays: [Relay]
    let practice: Practice
    let allowList: AllowList
    let key: PrivateKey
    let templates: TemplateSet
    let sessions: Int
    let historyDays: Int
    /// How many connections to the relay there are at once.
    static func sessions(_ reader: inout SettingsReader) -> Int {
        reader.parsed(.sessions) { try number($0, in: 1...64) } ?? 8
    }

    /// How many days history is kept.
    static func historyDays(_ reader: inout SettingsReader) -> Int {
        reader.parsed(.historyDays) { try number($0, in: 30...3650) } ?? 400
    }

    /// Where health and metrics are served; nil for nowhere.
    static func httpListen(_ reader: inout SettingsReader) -> ListenAddress? {
        reader.parsed(.httpListen) { try ListenAddress($0) }
    }

    /// The folder of the templates.
    static func templates(_ reader: inout SettingsReader) -> String { reader.optional(.templates) ?? "Templates" }

    private static func key(_ path: String) throws -> PrivateKey {
        let key = try PrivateKey(contentsOfFile: path)
        guard try key.publicKey != PreviewKey.publicKey() else {
            throw Unusable("is the key of previews, which everybody knows; make one with 'holdfast links keys new'")
        }
        return key
    }

    /// The folder of the journal; nil for none.
    let journal: String?
    /// Nil: health and metrics are not served.
    let httpListen: ListenAddress?
    let logger: Logger

    /// Reads and checks them all.
    ///
    /// Throws `SettingsError` with everything that is wrong, or `TemplateSetError`.
    init() throws {
        var reader = try SettingsReader()
        let database = DatabaseSettings(&reader)
        let environment = LinkEnvironment.read(&reader)
        let allowList = Self.allowList(&reader, environment: environment)
        let relays = Relay.read(&reader)
        let practice = Practice(&reader)
        let linkBase = LinkBase.read(&reader)
        let key = reader.parsed(.linkKeyFile, required: true, Self.key)
        let sessions = Self.sessions(&reader)
        let historyDays = Self.historyDays(&reader)
        let httpListen = Self.httpListen(&reader)
        let logger = Logger.configured(&reader)
        let folder = Self.templates(&reader)
        (
            self.database, self.environment, self.allowList, self.relays, self.practice, self.linkBase, self.key,
            self.logger
        ) =
            try reader.finished(database, environment, allowList, relays, practice, linkBase, key, logger)
        self.sessions = sessions
        self.historyDays = historyDays
        journal = Self.journal(&reader)
        self.httpListen = httpListen
        templates = try TemplateSet(
            directory: folder, kinds: Kind.templateNames)
    }

    /// Who may be written to; nil when that is wrong, which the reader has noted.
    static func allowList(_ reader: inout SettingsReader, environment: LinkEnvironment?) -> AllowList? {
        if reader.optional(.onlyTo) != nil { return AllowList.read(&reader) }
        if environment?.description == LinkEnvironment.production { return .everybody }
        reader.refuse(.onlyTo, "is required outside environment prod: who may be written to, such as example.org")
        return nil
    }

    /// The folder of the journal; nil for none.
    static func journal(_ reader: inout SettingsReader) -> String? {
        reader.optional(.journal) ?? stateDirectory.map { "\($0)/journal" }
    }

    /// What systemd sets for a unit with StateDirectory= (systemd.exec(5)); the first of several.
    private static var stateDirectory: String? {
        ProcessInfo.processInfo.environment["STATE_DIRECTORY"]?.split(separator: ":").first.map(String.init)
    }

    private static func number(_ text: String, in range: ClosedRange<Int>) throws -> Int {
        guard let number = Int(text), range.contains(number) else {
            throw Unusable("must be a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}

extension AllowList {
    /// Reads who may be written to; nil when nobody is named, or when it is wrong, which the reader has noted.
    static func read(_ reader: inout SettingsReader) -> AllowList? {
        reader.parsed(.onlyTo) { text in
            guard let list = AllowList(text) else {
                throw Unusable("must name addresses or domains, separated by commas")
            }
            return list
        }
    }
}

extension Logger {
    /// The log as the settings want it; nil when they are wrong, which the reader has noted.
    static func configured(_ reader: inout SettingsReader) -> Logger? {
        let level = reader.parsed(.logLevel) { text in
            guard let level = Logger.Level(rawValue: text.lowercased()) else {
                throw Unusable("must be one of \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return level
        }
        let format = reader.parsed(.logFormat) { text in
            guard let format = LogLine.Format(rawValue: text.lowercased()) else {
                throw Unusable("must be text or json")
            }
            return format
        }
        let handler = LogLine(format: format ?? .text, logLevel: level ?? .info)
        return Logger(label: "holdfast") { _ in handler }
    }
}
