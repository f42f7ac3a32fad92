import BookingLinks
import Logging
import Notifications
import Rendering
import SMTP
import Signing

/// Every setting of the worker, read once and checked together.
struct WorkerOptions {
    let database: DatabaseSettings
    let links: LinkSettings
    let relay: Relay
    let practice: Practice
    let guestList: GuestList
    let key: PrivateKey
    let templates: TemplateSet
    let sessions: Int
    let logger: Logger

    /// Reads and checks them all.
    ///
    /// Throws `SettingsError` with everything that is wrong, or `TemplateSetError`.
    init() async throws {
        var reader = try await SettingsReader()
        let database = DatabaseSettings(&reader)
        let links = LinkSettings(&reader)
        let relay = Relay.read(&reader)
        let practice = Practice(&reader)
        let guestList = Self.guestList(&reader, environment: links?.environment.description)
        let key = reader.parsed(.linkKeyFile, required: true) { try PrivateKey(contentsOfFile: $0) }
        let sessions = reader.parsed(.sessions, Self.sessions) ?? 8
        let logger = Logger.configured(&reader)
        let folder = reader.optional(.templates) ?? "Templates"
        try reader.finish()
        guard let database, let links, let relay, let practice, let guestList, let key, let logger else {
            throw SettingsError(problems: ["the settings cannot be used"])
        }
        self.database = database
        self.links = links
        self.relay = relay
        self.practice = practice
        self.guestList = guestList
        self.key = key
        self.sessions = sessions
        self.logger = logger
        templates = try TemplateSet(
            directory: folder, kinds: Dictionary(uniqueKeysWithValues: Kind.all.map { ($0.name, $0.templateNames) }))
    }

    private static func guestList(_ reader: inout SettingsReader, environment: String?) -> GuestList? {
        let list = reader.parsed(.onlyTo) { text in
            guard let list = GuestList(text) else {
                throw Unusable("must name addresses or domains, separated by commas")
            }
            return list
        }
        if let list { return list }
        if environment == LinkEnvironment.production, reader.optional(.onlyTo) == nil { return .everybody }
        if environment != nil, reader.optional(.onlyTo) == nil {
            reader.refuse(
                .onlyTo,
                "is required outside environment prod: who may be written to, such as example.org"
            )
        }
        return nil
    }

    private static func sessions(_ text: String) throws -> Int {
        guard let number = Int(text), (1...64).contains(number) else { throw Unusable("must be a number from 1 to 64") }
        return number
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
