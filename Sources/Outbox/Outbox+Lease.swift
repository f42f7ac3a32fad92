package import Notifications
import Postgres

extension Outbox {
    /// Takes out a lease.
    ///
    /// `info` is a JSON object of what the worker says of itself: version, host, process.
    package func register(_ worker: WorkerID, lease: Duration, info: String) async throws {
        _ = try await connection.query(
            Statement("register_worker", SQL.registerWorker, [.uuid(worker.rawValue), .interval(lease), .jsonb(info)]))
    }

    /// Prolongs a lease; false when it is gone, and others have taken the worker's jobs.
    package func renew(_ worker: WorkerID, lease: Duration) async throws -> Bool {
        let rows = try await connection.query(
            Statement("renew_lease", SQL.renewLease, [.uuid(worker.rawValue), .interval(lease)], prepared: true))
        return rows.affectedRows == 1
    }

    /// Puts back jobs this worker holds without knowing: those of a claim whose answer was lost.
    ///
    /// `known` are the claims it does know of: they stay. Waits for a claim of this worker that is still running.
    package func putBack(_ worker: WorkerID, except known: [Ticket] = []) async throws {
        _ = try await connection.pipeline([
            .claimLock(worker),
            Statement(
                "put_back", SQL.putBack,
                [
                    .uuid(worker.rawValue), .int8Array(known.map(\.jobID)), .int8Array(known.map(\.claimNumber)),
                ]),
        ])
    }

    /// Ends a lease, so that whatever the worker left behind can be rescued at once.
    package func remove(_ worker: WorkerID) async throws {
        _ = try await connection.query(Statement("remove_worker", SQL.removeWorker, [.uuid(worker.rawValue)]))
    }

    /// Puts back jobs of workers without a live lease, at most `limit`; returns how many.
    ///
    /// Any worker may call it at any time.
    package func rescue(limit: Int) async throws -> Int {
        try await connection.query(Statement("rescue", SQL.rescue, [.int4(Int32(clamping: limit))], prepared: true))
            .count
    }

    /// Makes the history's partitions for the days ahead, where they are missing.
    ///
    /// Any worker may call it at any time.
    package func createHistoryPartitions() async throws {
        _ = try await connection.query("SELECT holdfast.create_history_partitions()", name: "create_history_partitions")
    }
}
