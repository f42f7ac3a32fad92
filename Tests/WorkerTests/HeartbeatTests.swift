import Executors
import Foundation
import Logging
import Outbox
import Postgres
import SMTP
import Synchronization
import TestSupport
import Testing

@testable import Worker

@Suite("Heartbeat")
struct HeartbeatTests {
    /// In a process of its own, whose pool belongs to nobody else.
    @Test("a renewal is not late when every thread of Swift's pool is blocked for longer than a lease")
    func fullPool() async throws {
        try await withDatabase { url in
            try await migrate(url)
            await #expect(processExitsWith: .success) { [url = url as String] in
                let timing = Lease.Timing(length: .seconds(8), beat: .milliseconds(500), margin: .seconds(1))
                let lease = Lease(worker: WorkerID(), timing: timing)
                let floor = Floor(lease: lease, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
                let connection = ReconnectingConnection(ConnectionSettings(url: url), mayWait: { false })
                let heartbeat = Heartbeat(floor: floor, connection: connection, info: "{}")
                try await heartbeat.begin()
                let worker = lease.worker
                let beating = Task { await heartbeat.run() }
                try await eventually("it beats") { try await renewals(url) > 0 }

                // More than the pool has threads, or could have: whatever is queued behind them waits.
                let door = DispatchSemaphore(value: 0)
                for _ in 0..<2000 { Task.detached { blockThread(on: door) } }
                let canary = Atomic(false)
                Task.detached { canary.store(true, ordering: .relaxed) }
                let isLive = Atomic(true)
                let watched = DispatchSemaphore(value: 0)
                DedicatedThread.start(label: "watch") {
                    let end = ContinuousClock.now + timing.length * 1.5
                    while ContinuousClock.now < end {
                        if !lease.isLive(for: worker) { isLive.store(false, ordering: .relaxed) }
                        usleep(20_000)
                    }
                    watched.signal()
                }
                blockThread(on: watched)
                precondition(!canary.load(ordering: .relaxed), "the pool was never full")
                precondition(isLive.load(ordering: .relaxed), "the lease lapsed")
                for _ in 0..<2000 { door.signal() }
                beating.cancel()
                await beating.value
                let isKept = try await psql(url, "SELECT id = '\(worker.rawValue)' FROM holdfast.worker")
                precondition(isKept == "t", "the lease was taken out anew")
                try await heartbeat.end()
                let left = try await psql(url, "SELECT count(*) FROM holdfast.worker")
                precondition(left == "0", "the lease was not given back")
            }
        }
    }

    @Test("a stop ends the wait for the next beat at once, however long that is")
    func stop() async throws {
        try await withDatabase { url in
            try await migrate(url)
            let lease = Lease(worker: WorkerID(), timing: Lease.Timing(length: .seconds(3600), beat: .seconds(1800)))
            let floor = Floor(lease: lease, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let connection = ReconnectingConnection(ConnectionSettings(url: url), mayWait: { false })
            let heartbeat = Heartbeat(floor: floor, connection: connection, info: "{}")
            try await heartbeat.begin()
            let beating = Task { await heartbeat.run() }
            beating.cancel()
            await beating.value
            try await heartbeat.end()
            await connection.close()
        }
    }

    @Test("with each beat the worker says how its relays stand")
    func relays() async throws {
        try await withDatabase { url in
            try await migrate(url)
            let timing = Lease.Timing(length: .seconds(60), beat: .milliseconds(50))
            let relay = try Relay(url: "smtp://127.0.0.1:25", password: nil, caFile: nil, ehloName: "here.test")
            let floor = Floor(
                lease: Lease(worker: WorkerID(), timing: timing), relays: [relay],
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let connection = ReconnectingConnection(ConnectionSettings(url: url), mayWait: { false })
            let heartbeat = Heartbeat(floor: floor, connection: connection, info: #"{"pid": 1}"#)
            try await heartbeat.begin()
            let beating = Task { await heartbeat.run() }
            try await eventually("it says so") {
                try await psql(url, "SELECT info - 'relays', info -> 'relays' -> 0 ->> 'breaker' FROM holdfast.worker")
                    == #"{"pid": 1}|closed"#
            }
            beating.cancel()
            await beating.value
            try await heartbeat.end()
            await connection.close()
        }
    }

    private func migrate(_ url: String) async throws {
        let connection = try await Connection.open(ConnectionSettings(url: url))
        _ = try await Schema(connection).migrate(includingBooking: true) { _ in }
        await connection.close()
    }
}

/// How often the one worker's row was written since it was made.
private func renewals(_ url: String) async throws -> Int {
    Int(try await psql(url, "SELECT (lease_until - started_at > interval '8.4 s')::int FROM holdfast.worker")) ?? 0
}

private func blockThread(on door: DispatchSemaphore) {
    door.wait()
}
