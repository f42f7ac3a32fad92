package import FoundationEssentials
package import Notifications
import Postgres

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
    /// The claim before came back full: the statements are then kept prepared.
    ///
    /// Statements prepared while the queue is empty would keep plans for an empty queue.
    package let followsFullClaim: Bool
    /// Takes the least urgent jobs first.
    ///
    /// A worker asks so now and then, or urgent ones without end would starve the others.
    package let leastUrgentFirst: Bool
    /// Only jobs that came due at this time or later; nil is all of them.
    ///
    /// A claim steps over what settled jobs left behind, unless it begins behind them.
    package let since: Date?
    /// Takes a suspect, which was in flight in two crashes, and nothing else; other claims take none.
    ///
    /// Only for a worker with nothing in flight: should it go down, the suspect is poison.
    package let ofSuspect: Bool

    /// Describes a claim.
    package init(
        worker: WorkerID, queues: [String], kinds: [String], limit: Int, sendingTime: Duration,
        followsFullClaim: Bool = false,
        leastUrgentFirst: Bool = false, since: Date? = nil, ofSuspect: Bool = false
    ) {
        self.worker = worker
        self.queues = queues
        self.kinds = kinds
        self.limit = ofSuspect ? min(limit, 1) : limit
        self.sendingTime = sendingTime
        self.followsFullClaim = followsFullClaim
        self.leastUrgentFirst = leastUrgentFirst
        self.since = since
        self.ofSuspect = ofSuspect
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
        let opening = [
            Statement("begin", "BEGIN"),
            Statement.claimLock(request.worker),
            Statement.plan,
            claimStatement(request),
            Statement("issue_links", SQL.issueLinks, prepared: request.followsFullClaim),
            Statement("take_allowance", SQL.takeAllowance, prepared: request.followsFullClaim),
        ]
        let reading = [
            Statement("claimed_jobs", SQL.claimedJobs, prepared: request.followsFullClaim),
            Statement("claimed_links", SQL.claimedLinks, prepared: request.followsFullClaim),
        ]
        let sources = FactSource.all.map { Statement($0.name, $0.sql, prepared: request.followsFullClaim) }
        let results = try await connection.pipeline(opening + reading + sources + [Statement("commit", "COMMIT")])
            .dropFirst(opening.count)
        let (jobs, links) = (results[opening.count], try await issuedLinks(results[opening.count + 1]))
        var facts: [Int64: Facts] = [:]
        for (source, rows) in zip(FactSource.all, results.dropFirst(reading.count)) {
            facts.merge(try source.facts(rows)) { first, _ in first }
        }
        return try jobs.map { row in
            let job = try Job(row)
            let id = job.ticket.jobID
            return Claim(
                job: job, facts: facts[id] ?? .gone, links: links[id] ?? [], dueAt: try row.decode("run_at"),
                readAt: try row.decode("now"))
        }
    }

    /// How long until the next job comes due that this worker could take; zero when one is due, nil when none waits.
    ///
    /// Jobs that came due before `since` do not count; nil is all of them.
    package func nextDue(queues: [String], kinds: [String], since: Date? = nil) async throws -> Duration? {
        let rows = try await connection.query(
            Statement(
                "next_due", SQL.nextDue,
                [
                    .textArray(queues), .textArray(kinds), .int4Array(Self.priorities),
                    .timestamptz(since ?? .distantPast),
                ]))
        guard let seconds = try rows.first?.decodeIfPresent("wait", as: Double.self) else { return nil }
        return .seconds(max(0, seconds))
    }

    /// Whether a suspect that this worker could take has been due for at least `time`.
    package func suspectWaits(atLeast time: Duration, queues: [String], kinds: [String]) async throws -> Bool {
        let rows = try await connection.query(
            Statement(
                "suspect_waits", SQL.suspectWaits,
                [.textArray(queues), .textArray(kinds), .int4Array(Self.priorities), .interval(time)]))
        return try rows.first?.decode("waits") ?? false
    }

    private func claimStatement(_ request: ClaimRequest) -> Statement {
        Statement(
            "claim", SQL.claim,
            [
                .uuid(request.worker.rawValue), .textArray(request.queues), .textArray(request.kinds),
                .int4Array(request.leastUrgentFirst ? Self.priorities.reversed() : Self.priorities),
                .int4(Int32(clamping: request.limit)),
                .interval(request.sendingTime), .timestamptz(request.since ?? .distantPast), .bool(request.ofSuspect),
            ], prepared: request.followsFullClaim)
    }

    /// The links of each job, to be signed with the active key; rows that name an older one are brought up to date.
    private func issuedLinks(_ rows: Rows) async throws -> [Int64: [IssuedLink]] {
        var links: [Int64: [IssuedLink]] = [:]
        var outdated: [UUID?] = []
        for row in rows {
            let link = try IssuedLink(row)
            links[try row.decode("job_id"), default: []].append(link)
            if try row.decode("kid") != link.keyID { outdated.append(link.jti) }
        }
        if !outdated.isEmpty, let active = links.values.first?.first?.keyID {
            _ = try await connection.query(
                Statement("rekey_links", SQL.rekeyLinks, [.uuidArray(outdated), .text(active)]))
        }
        return links
    }
}

extension Statement {
    /// One claim of a worker at a time: a claim whose answer was lost may still be running in a session nobody waits
    /// for.
    static func claimLock(_ worker: WorkerID) -> Statement {
        Statement(
            "claim_lock", "SELECT pg_advisory_xact_lock(hashtextextended('holdfast.claim ' || $1::uuid::text, 0))",
            [.uuid(worker.rawValue)])
    }

    /// Makes the planner find rows by key, in the order the statements are written, until the transaction ends.
    ///
    /// A queue's statistics lie: analysed while empty, it would be scanned whole when it is full.
    /// A way that is switched off counts as dear, for which the server would compile what runs for a millisecond.
    fileprivate static let plan = Statement(
        "plan",
        """
        SELECT set_config('enable_seqscan', 'off', true), set_config('enable_bitmapscan', 'off', true),
               set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true),
               set_config('join_collapse_limit', '1', true), set_config('jit', 'off', true)
        """)
}
