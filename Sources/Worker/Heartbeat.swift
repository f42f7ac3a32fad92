import Logging
import Outbox
import Postgres

/// Keeps the worker's lease alive, and puts back what lost workers left behind.
struct Heartbeat {
    let floor: Floor
    let connection: ReconnectingConnection
    /// What the worker says of itself: a JSON object.
    let info: String

    /// Every other beat looks for lost jobs.
    private static let beatsToRescue = 2
    private static let rescueLimit = 1000
    /// Once an hour the history's partitions are looked after; there are two weeks of them.
    private static let beatsToKeepHistory = 1200

    /// Takes out the first lease.
    ///
    /// Throws what the database says.
    func begin() async throws {
        let worker = floor.lease.worker
        let asked = ContinuousClock.now
        try await connection.withConnection { try await Outbox($0).register(worker, lease: Lease.length, info: info) }
        floor.lease.granted(to: worker, asked: asked)
        try await connection.withConnection { try await Outbox($0).createHistoryPartitions() }
    }

    /// Beats until the task is cancelled.
    func run() async {
        var beat = 0
        while (try? await Task.sleep(for: Lease.beat)) != nil {
            beat += 1
            do {
                try await renew()
                if beat.isMultiple(of: Self.beatsToRescue) { try await rescue() }
                if beat.isMultiple(of: Self.beatsToKeepHistory) {
                    try await connection.withConnection { try await Outbox($0).createHistoryPartitions() }
                }
            } catch is CancellationError {
                return
            } catch {
                floor.logger.event(.error, "a heartbeat failed: lease, rescue or history", [.error: "\(error)"])
            }
        }
    }

    /// Gives the lease back, so that nothing waits for it to run out.
    func end() async throws {
        let worker = floor.lease.worker
        try await connection.withConnection { try await Outbox($0).remove(worker) }
    }

    private func renew() async throws {
        let worker = floor.lease.worker
        let asked = ContinuousClock.now
        let renewed = try await connection.withConnection { try await Outbox($0).renew(worker, lease: Lease.length) }
        guard !renewed else { return floor.lease.granted(to: worker, asked: asked) }
        floor.lease.lost()
        floor.logger.event(
            .error, "the lease was over: others may have taken this worker's jobs", [.worker: worker.rawValue])
        let fresh = WorkerID()
        let askedAnew = ContinuousClock.now
        try await connection.withConnection { try await Outbox($0).register(fresh, lease: Lease.length, info: info) }
        floor.lease.granted(to: fresh, asked: askedAnew)
    }

    private func rescue() async throws {
        let rescued = try await connection.withConnection { try await Outbox($0).rescue(limit: Self.rescueLimit) }
        guard rescued > 0 else { return }
        floor.logger.event(.warning, "jobs of a lost worker were put back", [.count: rescued])
        floor.bell.ring()
    }
}
