import Foundation
import TestSupport
import Testing

/// What becomes of letters in DATA while the database is away.
@Suite struct DatabaseOutageTests {
    /// How a database is away.
    enum Outage: CaseIterable {
        /// Crashed, and back at once.
        case restarted
        /// Crashed, and away for a while.
        case gone
        /// There, and silent.
        case frozen
    }

    /// The sessions of a worker, and so the most letters in DATA.
    private static let sessions = 4

    @Test(
        "A database that goes away while letters are in DATA: what was accepted is settled when it is back, once",
        arguments: Outage.allCases)
    func inMidSend(_ outage: Outage) async throws {
        try await withOutageSite { site, cluster in
            let server = try SMTPServer.scripted(.holding(after: 10))
            site.use(server)
            try await site.reserveMany(40)
            let (worker, monitor) = try await site.startMonitoredWorker()
            try await server.messages(reach: 10 + Self.sessions)

            try await outage.begin(at: cluster)
            try server.release()
            if outage != .restarted { try await quietly(worker, monitor) }
            try await outage.end(at: cluster)

            try await site.settleEverything()
            try await server.catchUp()
            #expect(server.messageIDs.count == 40)
            #expect(Set(server.messageIDs).count == 40)
            let history = try await site.history()
            #expect(history.count == 40)
            #expect(history.allSatisfy { $0.outcome == "sent" && $0.attempt == 1 })
            try await monitor.health("all is well again") { $0.status == "ready" && $0.problems.isEmpty }
            #expect(try await monitor.metrics()["holdfast_outstanding_claims"]?[[:]] == 0)
            worker.signal(SIGTERM)
            let ended = try await worker.end()
            #expect(ended.status == 0, "\(ended.errors.suffix(600))")
        }
    }

    /// The outage: health tells of it, and the worker neither works nor talks much.
    private func quietly(_ worker: HoldfastProcess, _ monitor: Monitor) async throws {
        try await monitor.health("the database is what is wrong") { $0.codes.contains("database") }
        let (begun, used) = (ContinuousClock.now, try worker.processorTime)
        try await monitor.health("the lease is over as well") { health in
            health.status == "failing" && health.codes.isSuperset(of: ["database", "lease"])
                && health.problems.contains { $0.seconds ?? 0 >= 8 }
        }
        let busy = (try worker.processorTime - used) / ((.now - begun) / .seconds(1))
        #expect(busy < 0.15, "a worker without a database has nothing to do")
        #expect(worker.complaints.count <= 8, "\(worker.complaints)")
        #expect(try await monitor.metrics()["holdfast_outstanding_claims"]?[[:]] ?? 0 >= Double(Self.sessions))
    }

    @Test("A stop while the database is away waits for it, and writes what was accepted when it comes back")
    func stopThenBack() async throws {
        try await withOutageSite { site, cluster in
            let server = try SMTPServer.scripted(.holding(after: 0))
            site.use(server)
            try await site.reserveMany(Self.sessions)
            let worker = try await site.startWorker()
            try await server.messages(reach: Self.sessions)
            try await cluster.stop()
            try server.release()
            worker.signal(SIGTERM)
            try await worker.logs("outcomes cannot be written yet")
            try await cluster.start()
            let ended = try await worker.end()
            #expect(ended.status == 0, "\(ended.errors.suffix(600))")
            #expect(try await site.history().map(\.outcome) == Array(repeating: "sent", count: Self.sessions))
            #expect(try await site.sql("SELECT count(*) FROM holdfast.worker") == "0")
        }
    }

    @Test("A stop that the database outlasts ends with 69 and says what was not written; nothing is lost")
    func stopWithout() async throws {
        try await withOutageSite { site, cluster in
            let server = try SMTPServer.scripted(.holding(after: 1))
            site.use(server)
            try await site.reserveMany(1 + Self.sessions)
            let (worker, monitor) = try await site.startMonitoredWorker()
            try await server.messages(reach: 1 + Self.sessions)
            // The connection that settles is to have stood before.
            try await eventually("the first letter was settled") { try await site.history().count == 1 }
            try await cluster.stop()
            try server.release()
            // An outage that began before the stop must not use up the stop's patience.
            try await monitor.health("the database was away for a while") { health in
                health.problems.contains { $0.problem == "database" && $0.seconds ?? 0 >= 12 }
            }
            worker.signal(SIGTERM)
            let ended = try await worker.end(within: 120)
            #expect(ended.status == 69)
            let stopped = try worker.instant(of: "the worker stops")
            #expect(try worker.instant(of: "outcomes were not written before the stop") - stopped >= 18)
            #expect(ended.errors.split(separator: "\n").last?.contains("check that PostgreSQL runs") == true)

            try await cluster.start()
            _ = try await site.startWorker()
            try await site.settleEverything()
            try await server.catchUp()
            #expect(Set(server.messageIDs).count == 1 + Self.sessions)
            #expect(server.messageIDs.count <= 1 + 2 * Self.sessions)
            let sent = try await site.sql("SELECT count(*) FROM holdfast.history WHERE outcome = 'sent'")
            #expect(sent == "\(1 + Self.sessions)")
        }
    }

    @Test("A database so slow that a claim takes longer than facts keep delays letters, and keeps none from leaving")
    func slowClaim() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            site.use(server)
            // Two of them are in the facts of a reservation.
            try await site.sql(
                """
                CREATE OR REPLACE FUNCTION holdfast.wall_clock(at timestamptz, tz text) RETURNS text LANGUAGE sql VOLATILE AS $$
                  SELECT to_char(at AT TIME ZONE tz, 'YYYY-MM-DD ID HH24:MI ')
                         || extract(epoch FROM (at AT TIME ZONE tz) - (at AT TIME ZONE 'UTC'))::int FROM pg_sleep(3) $$
                """)
            _ = try await site.startWorker()
            try await site.reserve("Patience", "patience@example.org")
            try await site.settleEverything()
            #expect(try await site.sql("SELECT outcome, claim_no FROM holdfast.history") == "sent|1")
        }
    }

    @Test("A letter that is in DATA for longer than a stop waits for the database is settled when it is back")
    func stopOutlasted() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted(.holding(after: 1))
            site.use(server)
            let worker = try await site.startWorker()
            // Settling needs this table; claiming does not.
            let lock = try await site.holding("LOCK TABLE holdfast.history IN ACCESS EXCLUSIVE MODE")
            try await site.reserveMany(2)
            try await server.messages(reach: 2)
            worker.signal(SIGTERM)
            try await worker.logs("the worker stops")
            let stopped = try worker.instant(of: "the worker stops")
            try await eventually("the stop had waited for the database", within: 120) {
                try worker.lastInstant(of: "outcomes cannot be written yet").map { $0 - stopped > 21 } ?? false
            }
            try lock.end()
            try server.release()
            #expect(try await worker.end().status == 0)
            #expect(try await site.history().map(\.outcome) == ["sent", "sent"])
        }
    }

    /// An installation on a server of its own, whose commits survive a crash of its processes.
    private func withOutageSite(_ body: (TestInstallation, PostgresCluster) async throws -> Void) async throws {
        try await withInstallation(ready: false) { site in
            let cluster = try await PostgresCluster.launch()
            await site.use(cluster)
            try await site.sql("ALTER DATABASE postgres SET synchronous_commit = on")
            try await site.setUp()
            try await body(site, cluster)
        }
    }
}

extension DatabaseOutageTests.Outage {
    fileprivate func begin(at cluster: PostgresCluster) async throws {
        switch self {
        case .restarted, .gone: try await cluster.stop()
        case .frozen: try await cluster.freeze()
        }
    }

    fileprivate func end(at cluster: PostgresCluster) async throws {
        switch self {
        case .restarted, .gone: try await cluster.start()
        case .frozen: try await cluster.thaw()
        }
    }
}

extension HoldfastProcess {
    /// The lines of its log that ask for somebody.
    fileprivate var complaints: [Substring] {
        log.split(separator: "\n").filter { $0.contains(" error ") || $0.contains(" warning ") }
    }

    /// When it logged this sentence, in seconds.
    fileprivate func instant(of sentence: String) throws -> TimeInterval {
        try Self.instant(of: try #require(log.split(separator: "\n").first { $0.contains(sentence) }))
    }

    /// When it last logged this sentence, in seconds; nil when it has not yet.
    fileprivate func lastInstant(of sentence: String) throws -> TimeInterval? {
        try log.split(separator: "\n").last { $0.contains(sentence) }.map(Self.instant)
    }

    private static func instant(of line: Substring) throws -> TimeInterval {
        let time = try Date(
            String(line.prefix { $0 != " " }), strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true))
        return time.timeIntervalSince1970
    }
}
