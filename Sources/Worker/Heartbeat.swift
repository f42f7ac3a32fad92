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
    /// After trouble of its own a worker leaves the others time to come back: an outage of the database ends all leases
    /// at once, and the first to return would rob those who are about to.
    private static let beatsOfCalm = 5
    private static let rescueLimit = 1000
    /// Once an hour the history's partitions are looked after; there are two weeks of them.
    private static let beatsToKeepHistory = 1200

    /// Takes out the first lease and puts back what lost workers left behind.
    ///
    /// Throws what the database says.
    func begin() async throws {
        let worker = floor.lease.worker
        let asked = ContinuousClock.now
        try await connection.withConnection { try await Outbox($0).register(worker, lease: Lease.length, info: info) }
        floor.lease.granted(to: worker, asked: asked)
        try await rescue()
        await keepHistory()
    }

    /// Beats until the task is cancelled.
    func run() async {
        var beat = 0
        var calmSince = -Self.beatsOfCalm
        while (try? await Task.sleep(for: Lease.beat)) != nil {
            beat += 1
            do {
                if try await !renew() { calmSince = beat }
                if beat.isMultiple(of: Self.beatsToRescue), beat - calmSince > Self.beatsOfCalm { try await rescue() }
            } catch is CancellationError {
                return
            } catch {
                calmSince = beat
                floor.logger.event(.error, "a heartbeat failed: lease or rescue", [.error: "\(error)"])
            }
            if beat.isMultiple(of: Self.beatsToKeepHistory) { await keepHistory() }
        }
    }

    /// Gives the lease back, so that nothing waits for it to run out.
    ///
    /// What a lost claim may have taken goes back first; a letter whose outcome is unwritten does not: it is in doubt.
    func end() async throws {
        do {
            try await giveUp(floor.lease.worker)
        } catch let error as PostgresError where error.code == .connectionLost {
            // It may have died unnoticed since the last beat; both statements may run twice.
            try await giveUp(floor.lease.worker)
        }
    }

    private func giveUp(_ worker: WorkerID) async throws {
        try await connection.withConnection { connection in
            try await Outbox(connection).putBack(worker, except: floor.outstanding)
            try await Outbox(connection).remove(worker)
        }
    }

    /// False when the lease had lapsed, or was gone and had to be taken out anew.
    private func renew() async throws -> Bool {
        let worker = floor.lease.worker
        let wasLive = floor.lease.isLive
        let asked = ContinuousClock.now
        let renewed = try await connection.withConnection { try await Outbox($0).renew(worker, lease: Lease.length) }
        if renewed {
            floor.lease.granted(to: worker, asked: asked)
            return wasLive
        }
        floor.lease.lost()
        floor.logger.event(
            .error, "the lease was over: others have taken this worker's jobs", [.worker: worker.rawValue])
        let fresh = WorkerID()
        let askedAnew = ContinuousClock.now
        try await connection.withConnection { try await Outbox($0).register(fresh, lease: Lease.length, info: info) }
        floor.lease.granted(to: fresh, asked: askedAnew)
        return false
    }

    private func rescue() async throws {
        let rescued = try await connection.withConnection { try await Outbox($0).rescue(limit: Self.rescueLimit) }
        guard rescued > 0 else { return }
        floor.logger.event(.warning, "jobs of a lost worker were put back", [.count: rescued])
        floor.bell.ring()
    }

    /// Partitions that cannot be made now cost nothing yet: there is a default one behind them.
    private func keepHistory() async {
        do {
            try await connection.withConnection { try await Outbox($0).createHistoryPartitions() }
        } catch {
            floor.logger.event(.warning, "the history's partitions cannot be made now", [.error: "\(error)"])
        }
    }
}
