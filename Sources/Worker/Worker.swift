package import CoreMetrics
package import Logging
import Notifications
import Outbox
import Postgres
import SMTP
import ServiceLifecycle

/// The running process: claims what is owed, carries it to the relay, and writes what became of it.
///
/// Its tasks are the claim loop, one courier for each session, the settle loop, the heartbeat, the listener and the
/// upkeep; they share a `Floor`. A graceful stop ends them in the order of the letter's way: nothing more is claimed, what was not
/// started is given back, letters under way are finished, their outcomes are written, and the lease is given up.
package struct Worker: Service {
    private let settings: WorkerSettings
    private let floor: Floor
    private let logger: Logger
    /// Nil when nobody looks at them.
    private let gauges: WorkerGauges?

    /// The name of the connection on which NOTIFY is heard.
    static let listenConnection = "listen"

    /// A worker that has not started.
    ///
    /// - Parameter metrics: where it counts; without one nothing is counted, and the queue's depth is not looked at.
    package init(_ settings: WorkerSettings, logger: Logger, metrics: (any MetricsFactory)? = nil) {
        self.settings = settings
        gauges = metrics.map { WorkerGauges(factory: $0) }
        let lease = Lease(worker: WorkerID())
        var logger = logger
        logger[metadataKey: LogKey.worker.rawValue] = "\(lease.worker.rawValue)"
        self.logger = logger
        floor = Floor(
            lease: lease, relays: settings.relays, sessions: settings.sessions, journal: settings.journal,
            logger: logger, metrics: WorkerMetrics(metrics ?? NOOPMetricsHandler.instance))
    }

    /// Whether it does its work now, and what keeps it from it.
    ///
    /// Shows the gauges as well, so that whoever reads them next sees what is true now. From any thread, at any time.
    package func health() -> Health {
        let state = WorkerState(of: floor)
        let health = Health(state)
        gauges?.show(state, health)
        return health
    }

    /// Runs until a graceful stop, cancellation, or, when draining, until nothing is due.
    ///
    /// Throws `PostgresError` when the database cannot be reached at the start, and `RelayUnavailable` when draining
    /// without a relay.
    package func run() async throws {
        let connection = connect("lease", leaseDatabase, mayWait: { false })
        let heartbeat = Heartbeat(floor: floor, connection: connection, info: settings.info)
        try await heartbeat.begin()
        for (relay, failure) in settings.absentRelays { floor.relays.probed(relay, RelayUnavailable(failure)) }
        logger.event(.info, "the worker serves its queues", [.sessions: settings.sessions])
        if settings.journal == nil {
            logger.event(
                .notice, "no journal is kept: a kill leaves letters under way in doubt, unless HOLDFAST_JOURNAL is set")
        }
        let served = await Self.outcome { try await serve(with: heartbeat) }
        let ended = await Self.outcome { try await heartbeat.end() }
        settings.journal?.writeAnew()
        logger.event(.info, "the worker has stopped")
        try served.get()
        try ended.get()
    }

    private func serve(with heartbeat: Heartbeat) async throws {
        try await withGracefulShutdownHandler {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await heartbeat.run() }
                let listener = Listener(
                    floor: floor,
                    connection: connect(Self.listenConnection, settings.listenDatabase ?? settings.database))
                group.addTask { await listener.run() }
                let upkeep = Upkeep(
                    floor: floor, connection: connect("upkeep", settings.database), historyDays: settings.historyDays)
                group.addTask { await upkeep.run() }
                for relay in settings.relays.indices {
                    let prober = RelayProber(of: relay, floor: floor, timers: settings.timers)
                    group.addTask { await prober.run() }
                }
                if let gauges {
                    let connection = connect("watch", settings.database)
                    let watch = QueueWatch(
                        floor: floor, queues: settings.queues, gauges: gauges, connection: connection)
                    group.addTask { await watch.run() }
                }
                defer { group.cancelAll() }
                try await carry()
            }
        } onGracefulShutdown: {
            floor.close()
            logger.event(.info, "the worker stops: nothing more is claimed, letters under way are finished")
        }
    }

    /// Claims, carries and settles; ends with every claim settled or given back, also when claiming failed.
    private func carry() async throws {
        let claims = ClaimLoop(floor: floor, settings: settings, connection: connect("claim", settings.database))
        let settles = SettleLoop(floor: floor, connection: connect("settle", settings.database))
        let couriers = (1...settings.sessions).map { Courier($0, floor: floor, settings: settings) }
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await settles.run() }
            group.addTask { await employ(couriers) }
            let claimed = await Self.outcome { try await claims.run() }
            floor.giveBack()
            try await group.waitForAll()
            try claimed.get()
        }
    }

    private static func outcome(_ work: () async throws -> Void) async -> Result<Void, any Error> {
        do {
            return .success(try await work())
        } catch {
            return .failure(error)
        }
    }

    /// Noticing a dead database must take less than a lease.
    private var leaseDatabase: ConnectionSettings {
        var database = settings.database
        database.connectTimeout = .seconds(3)
        database.statementTimeout = .seconds(3)
        database.lockTimeout = .seconds(2)
        database.answerMargin = .seconds(1)
        return database
    }

    /// Runs the couriers to the end of the backlog; then the reports are complete.
    private func employ(_ couriers: [Courier]) async {
        await withTaskGroup { group in
            group.addTask { await Self.lookAfter(couriers) }
            await withTaskGroup { group in
                for courier in couriers { group.addTask { await courier.run() } }
            }
            group.cancelAll()
        }
        floor.reports.finish()
    }

    /// Once a second, what couriers do on their own threads without a letter.
    private static func lookAfter(_ couriers: [Courier]) async {
        while (try? await Task.sleep(for: .seconds(1))) != nil {
            for courier in couriers { await courier.closeIdleSession() }
            await couriers.first?.mendJournal()
        }
    }

    private func connect(
        _ name: String, _ database: ConnectionSettings, mayWait: (@Sendable () -> Bool)? = nil
    ) -> ReconnectingConnection {
        var database = database
        database.applicationName = "holdfast \(name)"
        let floor = floor
        return ReconnectingConnection(
            database, backoff: Backoff(cap: .seconds(3)), mayWait: { mayWait?() ?? !floor.isClosing },
            report: { event in floor.note(event, of: name) })
    }
}
