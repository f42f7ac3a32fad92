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

    /// Prolongs a lease and says how the worker's relays stand; false when it is gone, and others have taken its jobs.
    package func renew(_ worker: WorkerID, lease: Duration, relays: [WorkerRelay] = []) async throws -> Bool {
        let rows = try await connection.query(
            Statement(
                "renew_lease", SQL.renewLease,
                [.uuid(worker.rawValue), .interval(lease), .jsonb(try WorkerRelay.json(relays))], prepared: true))
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
    ///
    /// Its row stays, as a lease that is over, while jobs are held under it.
    package func remove(_ worker: WorkerID) async throws {
        _ = try await connection.query(Statement("remove_worker", SQL.removeWorker, [.uuid(worker.rawValue)]))
    }

    /// Puts back letters that a worker had begun when it went down and that surely did not leave.
    ///
    /// Each counts as a crash; one that was claimed alone is poison, and leaves the queue. Returns the ids of the jobs it
    /// changed.
    package func putBackBegun(_ tickets: [Ticket]) async throws -> Set<Int64> {
        guard !tickets.isEmpty else { return [] }
        let rows = try await connection.query(
            Statement(
                "put_back_begun", SQL.putBackBegun,
                [.int8Array(tickets.map(\.jobID)), .int8Array(tickets.map(\.claimNumber))]))
        return try Set(rows.map { try $0.decode("job_id", as: Int64.self) })
    }

    /// Ends leases that are over and puts back the jobs held under them, at most `limit`.
    ///
    /// Any worker may call it at any time.
    /// - Parameters:
    ///   - isSweep: looks too for jobs without any lease, and for jobs held longer than any send takes; that reads the
    ///     whole queue.
    ///   - grace: spares leases that ended within this time, and all of them on a server that has not been up for
    ///     longer: their workers may be about to come back.
    package func rescue(limit: Int, isSweep: Bool, grace: Duration = .zero) async throws -> Rescue {
        let rows = try await connection.query(
            Statement(
                "rescue", SQL.rescue, [.int4(Int32(clamping: limit)), .bool(isSweep), .interval(grace)], prepared: true)
        )
        guard let row = rows.first else { return Rescue(leases: 0, jobs: 0, poison: 0) }
        return Rescue(
            leases: try row.decode("leases"), jobs: try row.decode("jobs"), poison: try row.decode("poison"))
    }
}

/// What a rescue found.
package struct Rescue: Sendable, Equatable {
    /// Leases that were over and are ended now.
    package let leases: Int
    /// Jobs that were put back; each may have been accepted.
    package let jobs: Int
    /// Jobs that took a worker down with nothing else in flight, and left the queue.
    package let poison: Int

    /// Counts of one rescue.
    package init(leases: Int, jobs: Int, poison: Int) {
        self.leases = leases
        self.jobs = jobs
        self.poison = poison
    }
}
