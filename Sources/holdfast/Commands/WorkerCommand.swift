import ArgumentParser
import BookingLinks
import Glibc
import Logging
import Notifications
import Outbox
import Postgres
import Prometheus
import SMTP
import ServiceLifecycle
import Signing
import UnixSignals
import Worker

/// The command `holdfast worker`.
struct WorkerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "worker",
        abstract: "Send what is owed, until stopped.",
        discussion: """
            Run as many as you like, on any host, on the same database. SIGTERM and SIGINT end it gracefully: it \
            claims nothing more, gives back what it has not started, finishes the letters under way and writes what \
            became of them.

            Before it claims anything it checks its settings, the templates, the schema, the signing key, which \
            database this is, and that at least one relay lets it in.

            Settings (environment, or the file HOLDFAST_CONFIG_FILE names):
            \(Setting.all.map(\.help).joined(separator: "\n"))

            Further relays, tried in the order of their numbers, have the same settings with a number from 2 to 9: \
            HOLDFAST_SMTP_2_URL, HOLDFAST_SMTP_2_PASSWORD_FILE and so on.

            Examples:
              holdfast worker
              holdfast worker --drain             send what is due now, then end
              holdfast worker --queue mail
            """)

    @Flag(help: "End once nothing is due, with exit code 0.")
    var drain = false

    @Option(name: .customLong("queue"), help: ArgumentHelp("Serve this queue; may be repeated.", valueName: "name"))
    var queues: [String] = ["mail"]

    func run() async throws {
        let options = try WorkerOptions()
        let (keyID, journal) = try await Self.check(options)
        let absent = try await RelayCheck.run(options.relays)
        let signer = try LinkSigner(
            key: options.key, keyID: keyID, audience: options.linkBase.audience,
            environment: options.environment)
        let writer = LetterWriter(
            templates: options.templates, signer: signer, base: options.linkBase, practice: options.practice)
        var settings = WorkerSettings(
            database: options.database.database, relays: options.relays, writer: writer, allowList: options.allowList)
        settings.absentRelays = absent
        settings.listenDatabase = options.database.listenDatabase
        settings.sessions = options.sessions
        settings.historyDays = options.historyDays
        settings.queues = queues
        settings.drains = drain
        settings.journal = journal
        settings.info = #"{"version":"\#(Holdfast.version)","pid":\#(getpid())}"#
        try await Self.serve(settings, options)
    }

    /// Everything that must hold in the database before the first claim; then what the last run left is settled.
    ///
    /// Returns the id of the key that signs.
    private static func check(_ options: WorkerOptions) async throws -> (KeyID, Journal?) {
        let connection = try await options.database.connect()
        try await Schema(connection).requireCurrent()
        guard try await Schema(connection).hasBooking() else {
            throw CommandFailure(
                .configuration,
                "schema booking is missing, because this database was migrated with --no-booking: provide its tables "
                    + "or views, or run 'holdfast migrate' on a new database")
        }
        try await Installation.read(connection).requireServable(by: options.environment.description)
        let keys = try await SigningKeys(connection).all()
        guard let active = keys.first(where: { $0.state == "active" }) else {
            throw CommandFailure(
                .configuration,
                "no key signs links yet: run 'holdfast links keys new' and 'holdfast links keys activate'")
        }
        guard active.publicKey == options.key.publicKey.rawBytes else {
            throw CommandFailure(
                .configuration,
                "\(Setting.linkKeyFile.name): this is not the private half of the active key \(active.keyID); "
                    + "name that key's file, or activate this one with 'holdfast links keys activate'"
            )
        }
        let journal = try await journal(options, connection)
        await connection.close()
        return (try KeyID(active.keyID), journal)
    }

    private static func journal(_ options: WorkerOptions, _ connection: Connection) async throws -> Journal? {
        guard let folder = options.journal else { return nil }
        return try await Journal.open(folder: folder, on: connection, logger: options.logger)
    }

    /// Runs the worker, and what tells of it where that is wanted: it starts first and, stopped in reverse, ends last.
    private static func serve(_ settings: WorkerSettings, _ options: WorkerOptions) async throws {
        var services: [ServiceGroupConfiguration.ServiceConfiguration] = []
        if let address = options.httpListen {
            let metrics = PrometheusRegistry(help: MetricName.help(for:))
            let worker = Worker(settings, logger: options.logger, metrics: metrics)
            let responder = MonitorResponder(worker: worker, metrics: metrics)
            let server = MonitorServer(address, responder, logger: options.logger)
            services = [.init(service: server), .whole(server.before(worker))]
        } else {
            services = [.whole(Worker(settings, logger: options.logger))]
        }
        // The group's own records are about the group, not about letters.
        let silent = Logger(label: "group") { _ in SwiftLogNoOpLogHandler() }
        var configuration = ServiceGroupConfiguration(
            services: services, gracefulShutdownSignals: [.sigterm, .sigint], logger: silent)
        // A relay may take so long for its word on the final dot; whoever cannot wait kills, and the letter is in
        // doubt.
        configuration.maximumGracefulShutdownDuration = Timers().dataTermination + .seconds(30)
        try await ServiceGroup(configuration: configuration).run()
    }
}

extension ServiceGroupConfiguration.ServiceConfiguration {
    /// A service whose end is the end of the program.
    fileprivate static func whole(_ service: any Service) -> Self {
        .init(
            service: service, successTerminationBehavior: .gracefullyShutdownGroup,
            failureTerminationBehavior: .cancelGroup)
    }
}
