package import Notifications
package import Postgres

/// The queue: every statement of it by name, over one connection.
///
/// A value without state. The statements of one call go out together; what the connection promises about threads,
/// deadlines and cancellation holds here too. After an error of the server nothing of the call was done.
package struct Outbox: Sendable {
    let connection: Connection

    /// The queue as this connection reaches it.
    package init(_ connection: Connection) {
        self.connection = connection
    }
}

/// What a worker asks of a claim.
package struct ClaimRequest: Sendable {
    /// The worker's lease; without a live one nothing is claimed.
    package let worker: WorkerID
    /// The queues it serves.
    package let queues: [String]
    /// The kinds it can send; jobs of other kinds wait for a worker that can.
    package let kinds: [String]
    /// The most jobs it takes.
    package let limit: Int
    /// How long it may hold a job before others may think it stuck.
    package let sendingTime: Duration
    /// Takes the least urgent jobs first.
    ///
    /// A worker asks so now and then, or urgent ones without end would starve the others.
    package let isPatient: Bool

    /// Describes a claim.
    package init(
        worker: WorkerID, queues: [String], kinds: [String], limit: Int, sendingTime: Duration, isPatient: Bool = false
    ) {
        self.worker = worker
        self.queues = queues
        self.kinds = kinds
        self.limit = limit
        self.sendingTime = sendingTime
        self.isPatient = isPatient
    }
}

extension Outbox {
    /// `holdfast.kind.priority` has these values, the most urgent first.
    static let priorities: [Int32?] = [0, 1, 2]

    /// Takes due jobs, issues their links and reads what is true now: one short transaction in one round trip,
    /// committed before any letter leaves.
    ///
    /// Throws `PostgresError`, or `MalformedFact` when a row does not hold what its statement promises.
    package func claim(_ request: ClaimRequest) async throws -> [Claim] {
        let results = try await connection.pipeline([
            Statement("begin", "BEGIN"),
            // A queue's statistics lie: analysed while empty, it would be scanned whole when it is full.
            Statement("plan", "SET LOCAL enable_seqscan = off"),
            Statement("plan", "SET LOCAL enable_bitmapscan = off"),
            claimStatement(request),
            Statement("issue_links", SQL.issueLinks, prepared: true),
            Statement("claimed_jobs", SQL.claimedJobs, prepared: true),
            Statement("claimed_links", SQL.claimedLinks, prepared: true),
            Statement("reservation_facts", SQL.reservationFacts, prepared: true),
            Statement("signup_task_facts", SQL.signupTaskFacts, prepared: true),
            Statement("commit", "COMMIT"),
        ])
        let reservations = try facts(results[7]) { .reservation(try ReservationFacts($0)) }
        let signupTasks = try facts(results[8]) { .signupTask(try SignupTaskFacts($0)) }
        let facts = reservations.merging(signupTasks) { first, _ in first }
        let links = try issuedLinks(results[6])
        return try results[5].map { row in
            let job = try Job(row)
            let id = job.ticket.jobID
            return Claim(job: job, facts: facts[id] ?? .gone, links: links[id] ?? [], readAt: try row.decode("now"))
        }
    }

    /// How long until the next job comes due that this worker could take; zero when one is due, nil when none waits.
    package func nextDue(queues: [String], kinds: [String]) async throws -> Duration? {
        let rows = try await connection.query(
            Statement(
                "next_due", SQL.nextDue, [.textArray(queues), .textArray(kinds), .int4Array(Self.priorities)],
                prepared: true))
        guard let seconds = try rows.first?.decodeIfPresent("wait", as: Double.self) else { return nil }
        return .seconds(max(0, seconds))
    }

    private func claimStatement(_ request: ClaimRequest) -> Statement {
        Statement(
            "claim", SQL.claim,
            [
                .uuid(request.worker.rawValue), .textArray(request.queues), .textArray(request.kinds),
                .int4Array(request.isPatient ? Self.priorities.reversed() : Self.priorities),
                .int4(Int32(clamping: request.limit)),
                .interval(request.sendingTime),
            ], prepared: true)
    }

    /// The facts of each job.
    ///
    /// A row that cannot be read is its own job's trouble: the claim is committed, and the others go on.
    private func facts(_ rows: Rows, _ read: (Row) throws -> Facts) throws -> [Int64: Facts] {
        var facts: [Int64: Facts] = [:]
        for row in rows {
            let job = try row.decode("job_id", as: Int64.self)
            do {
                facts[job] = try read(row)
            } catch let error as MalformedFact {
                facts[job] = .malformed(error)
            } catch let error as PostgresError {
                facts[job] = .malformed(MalformedFact(error.description))
            }
        }
        return facts
    }

    private func issuedLinks(_ rows: Rows) throws -> [Int64: [IssuedLink]] {
        var links: [Int64: [IssuedLink]] = [:]
        for row in rows where try !row.decode("revoked", as: Bool.self) {
            links[try row.decode("job_id"), default: []].append(try IssuedLink(row))
        }
        return links
    }
}
