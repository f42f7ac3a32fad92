import Foundation
import Postgres
import Synchronization
import TestSupport
import Testing

/// Connections that break, servers that restart, and coming back.
@Suite struct LossTests {
    @Test func aTerminatedSessionIsALostConnection() async throws {
        try await withConnection { connection, url in
            let admin = try await Connection.open(ConnectionSettings(url: url))
            let pid = try await connection.backendPID
            async let busy = postgresErrorOf { try await connection.query("SELECT pg_sleep(60)", name: "nap") }
            #expect(
                try await eventually(
                    admin, "SELECT count(*) > 0 FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'",
                    [.int4(pid)]))
            try await admin.query("SELECT pg_terminate_backend($1)", [.int4(pid)])
            let error = await busy
            #expect(error?.code == .connectionLost)
            #expect(error?.sqlState == .adminShutdown)
            #expect(error?.statement == "nap")
            #expect(error?.isTransient == true && error?.endsConnection == true)
            #expect(await connection.isUsable == false)
            #expect(await postgresErrorOf { try await connection.query("SELECT 1") }?.code == .connectionLost)
            await admin.close()
            #expect(await postgresErrorOf { try await admin.query("SELECT 1") }?.code == .closed)
        }
    }

    @Test func aSessionEndedWhileIdleIsALostConnection() async throws {
        try await withConnection { connection, url in
            let pid = try await connection.backendPID
            let admin = try await Connection.open(ConnectionSettings(url: url))
            try await admin.query("SELECT pg_terminate_backend($1, 5000)", [.int4(pid)])
            #expect(await postgresErrorOf { try await connection.query("SELECT 1") }?.code == .connectionLost)
            await admin.close()
        }
    }

    @Test func aRestartedServerIsFoundAgain() async throws {
        let cluster = try await PostgresCluster.launch()
        let events = Mutex<[String]>([])
        let backoff = Backoff(initial: .milliseconds(20), cap: .milliseconds(50))
        let keeper = ReconnectingConnection(
            ConnectionSettings(url: await cluster.url), backoff: backoff,
            prepare: { try await $0.listen("wake") },
            report: { event in
                let name =
                    switch event {
                    case .lost: "lost"
                    case .retrying: "retrying"
                    case .connected: "connected"
                    }
                events.withLock { if $0.last != name { $0.append(name) } }
            })
        let version = try await keeper.withConnection { try await $0.serverVersion }
        #expect(version >= 150_000)
        try await cluster.stop()
        let error = await postgresErrorOf { _ = try await keeper.withConnection { try await $0.query("SELECT 1") } }
        #expect(error?.code == .connectionLost)
        let back = Task {
            try await keeper.withConnection {
                try await scalar($0, "SELECT count(*) FROM pg_listening_channels()", as: Int.self)
            }
        }
        while !events.withLock({ $0.contains("retrying") }) { try await Task.sleep(for: .milliseconds(5)) }
        try await cluster.start()
        #expect(try await back.value == 1)
        #expect(events.withLock { $0 } == ["connected", "lost", "retrying", "connected"])
        await keeper.close()
    }

    @Test func waitingForADatabaseEndsWithItsTask() async throws {
        let keeper = ReconnectingConnection(
            ConnectionSettings(url: "postgresql://127.0.0.1:1/db"), backoff: Backoff(initial: .seconds(60)))
        let work = Task { _ = try await keeper.withConnection { try await $0.query("SELECT 1") } }
        try await Task.sleep(for: .milliseconds(50))
        let second = await postgresErrorOf { try await keeper.withConnection { _ in } }
        #expect(second?.code == .busy)
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
    }

    @Test func aWrongDatabaseIsToldAtOnceBeforeTheFirstConnection() async throws {
        let url = try databaseURL(try await PostgresCluster.sharedURL, database: "no_such_database")
        let keeper = ReconnectingConnection(ConnectionSettings(url: url))
        let error = await postgresErrorOf { try await keeper.withConnection { _ in } }
        #expect(error?.code == .connectionFailed)
    }

    @Test func backoffGrowsToItsCapAndStaysWithinItsJitter() {
        struct Seeded: RandomNumberGenerator {
            var state: UInt64 = 7
            mutating func next() -> UInt64 {
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return state
            }
        }
        var generator = Seeded()
        let exact = Backoff(initial: .seconds(1), cap: .seconds(10), factor: 3, jitter: 0)
        let waits = (1...5).map { exact.delay(afterFailures: $0, using: &generator) }
        #expect(waits == [.seconds(1), .seconds(3), .seconds(9), .seconds(10), .seconds(10)])
        #expect(exact.delay(afterFailures: .max, using: &generator) == .seconds(10))
        #expect(exact.delay(afterFailures: 0, using: &generator) == .seconds(1))
        let spread = Backoff(initial: .seconds(8), cap: .seconds(8), jitter: 0.25)
        let drawn = (0..<1000).map { _ in spread.delay(afterFailures: 1, using: &generator) }
        #expect(drawn.allSatisfy { (.seconds(6) ... .seconds(10)).contains($0) })
        #expect((drawn.min() ?? .zero) < .seconds(6.2) && (drawn.max() ?? .zero) > .seconds(9.8))
    }
}
