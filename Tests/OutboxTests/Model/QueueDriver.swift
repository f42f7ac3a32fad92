import Foundation
import Fuzzing
import Notifications
import Postgres

@testable import Outbox

/// Does to a real queue what it does to its model, and compares the two after every step.
struct QueueDriver {
    /// Where the database and the model part ways.
    struct Mismatch: Error, CustomStringConvertible {
        let description: String
    }

    let house: House
    let subject: UUID
    /// Settles; a broken variant proves that the model would notice.
    let settle: ([Settlement]) async throws -> Set<Int64>
    private var model = QueueModel()
    private var workers: [WorkerID] = []
    /// Every ticket ever handed out, the dead ones too.
    private var tickets: [Ticket] = []
    private var random: SeededGenerator
    private var steps: [String] = []
    private var minutes = 0

    init(
        _ house: House, about subject: UUID, seed: UInt64,
        settle: @escaping ([Settlement]) async throws -> Set<Int64>
    ) {
        self.house = house
        self.subject = subject
        self.settle = settle
        random = SeededGenerator(seed: seed)
    }

    /// Takes so many random steps; throws `Mismatch` at the first that went another way than the model.
    mutating func run(steps count: Int) async throws {
        for _ in 1...3 { try await hire() }
        for _ in 1...count {
            try await step()
            try await compare()
        }
    }

    private mutating func step() async throws {
        let worker = workers[Int.random(in: 0..<workers.count, using: &random)]
        switch Int.random(in: 0..<100, using: &random) {
        case ..<25: try await owe()
        case ..<42: try await claim(worker, ofSuspect: false)
        case ..<48: try await claim(worker, ofSuspect: true)
        case ..<74: try await report()
        case ..<76: try await pass()
        case ..<80: try await cancel()
        case ..<85: try check(model.renew(worker), try await house.outbox.renew(worker, lease: .seconds(3600)), "renew")
        case ..<90: try await lapse(worker)
        case ..<93: try await overrun()
        case ..<98: try await rescue()
        default: try await hire()
        }
    }

    private mutating func owe() async throws {
        let key = Bool.random(using: &random) ? "key \(Int.random(in: 1...6, using: &random))" : nil
        let rows = try await house.connection.query(
            """
            SELECT holdfast.enqueue('reservation.confirm', 'reservation', $1::uuid, dedupe_key => $2::text) AS id
            """, [.uuid(subject), key.map(Parameter.text) ?? .null])
        let id = try rows.first?.decode("id", as: Int64.self) ?? 0
        try check(true, model.owe(key: key, id: id), "owe \(key ?? "-") → \(id)")
    }

    private mutating func claim(_ worker: WorkerID, ofSuspect: Bool) async throws {
        let limit = ofSuspect ? 1 : Int.random(in: 1...4, using: &random)
        let got = try await house.claim(limit, worker: worker, ofSuspect: ofSuspect).map(\.job.ticket)
        let isRight = model.claim(worker, limit: limit, ofSuspect: ofSuspect, got: got)
        try check(true, isRight, "claim \(limit)\(ofSuspect ? " suspect" : "") → \(got)")
        tickets += got
    }

    private mutating func rescue() async throws {
        let (expected, found) = (model.rescue(), try await house.outbox.rescue(limit: 1000, isSweep: true))
        try check(expected.jobs, found.jobs, "rescue")
        try check(expected.poison, found.poison, "poison")
    }

    private mutating func pass() async throws {
        model.pass()
        minutes += 1
        steps.append("a minute passes")
        try await house.setClock("2027-03-01 \(17 + minutes / 60):\(minutes % 60):00+00")
    }

    /// Any ticket may come back at any time, and more than once.
    private mutating func report() async throws {
        guard let ticket = tickets.randomElement(using: &random) else { return }
        let id = ticket.jobID
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            try check(model.end(ticket), try await settle([Settlement(ticket, .sent)]).contains(id), "end \(ticket)")
        case 1:
            let expected = model.giveBack(ticket, burning: false)
            try check(expected, try await house.release([ticket]).contains(id), "release \(ticket)")
        default:
            let isInDoubt = Bool.random(using: &random)
            let again = Settlement(
                ticket, isInDoubt ? .unknown : .retry, next: .again(after: .zero), burnsAttempt: true,
                leavesDoubt: isInDoubt)
            let expected = model.giveBack(ticket, burning: true)
            try check(expected, try await settle([again]).contains(id), "again \(ticket)")
        }
    }

    private mutating func cancel() async throws {
        let key = "key \(Int.random(in: 1...6, using: &random))"
        let rows = try await house.connection.query("SELECT holdfast.cancel($1::text) AS done", [.text(key)])
        try check(model.cancel(key: key), try rows.first?.decode("done", as: Bool.self), "cancel \(key)")
    }

    private mutating func lapse(_ worker: WorkerID) async throws {
        if model.leases[worker] != nil { model.leases[worker] = false }
        steps.append("lapse")
        try await house.connection.query(
            "UPDATE holdfast.worker SET lease_until = clock_timestamp() - interval '1 hour' WHERE id = $1::uuid",
            [.uuid(worker.rawValue)])
    }

    /// A worker's send takes longer than any may.
    private mutating func overrun() async throws {
        guard let id = model.jobs.keys.sorted().randomElement(using: &random), model.jobs[id]?.owner != nil else {
            return
        }
        model.jobs[id]?.isOverdue = true
        steps.append("overrun \(id)")
        try await house.connection.query(
            "UPDATE holdfast.job SET deadline_at = clock_timestamp() - interval '1 hour' WHERE id = $1::bigint",
            [.int8(id)])
    }

    /// A worker starts, under a name of its own; of the earlier ones the last three go on.
    private mutating func hire() async throws {
        let worker = WorkerID()
        workers = workers.suffix(3) + [worker]
        model.leases[worker] = true
        steps.append("hire")
        try await house.outbox.register(worker, lease: .seconds(3600), info: "{}")
    }

    /// Every job as the database has it must be as the model has it, and every end must be told once.
    private func compare() async throws {
        let rows = try await house.connection.query(
            """
            SELECT id, claim_no, state::text, claimed_by, attempts, crashes::int, rescued_at IS NOT NULL AS rescued
            FROM holdfast.job
            """)
        try require(model.jobs.count, rows.count, "jobs that are owed")
        for row in rows {
            let id = try row.decode("id", as: Int64.self)
            let owner = try row.decodeIfPresent("claimed_by", as: UUID.self)
            try require(model.jobs[id]?.owner?.rawValue, owner, "owner of \(id)")
            try require(owner == nil ? "ready" : "running", try row.decode("state", as: String.self), "state of \(id)")
            try require(model.jobs[id]?.claimNumber, try row.decode("claim_no", as: Int64.self), "claims of \(id)")
            try require(model.jobs[id]?.attempts, try row.decode("attempts", as: Int.self), "attempts of \(id)")
            try require(model.jobs[id]?.crashes, try row.decode("crashes", as: Int.self), "crashes of \(id)")
            try require(model.jobs[id]?.wasRescued, try row.decode("rescued", as: Bool.self), "rescues of \(id)")
        }
        let ends = try await house.connection.query(
            "SELECT job_id, count(*) AS times FROM holdfast.history WHERE final GROUP BY job_id")
        try require(model.ends.count, ends.count, "jobs that ended")
        for row in ends {
            let id = try row.decode("job_id", as: Int64.self)
            try require(model.ends[id], try row.decode("times", as: Int.self), "ends of \(id)")
        }
    }

    private mutating func check<Value: Equatable>(_ expected: Value, _ found: Value, _ step: String) throws {
        steps.append("\(step): \(found)")
        try require(expected, found, step)
    }

    private func require<Value: Equatable>(_ expected: Value, _ found: Value, _ step: String) throws {
        guard expected != found else { return }
        throw Mismatch(
            description: "\(step): the model says \(expected), the queue \(found); the steps before that:\n"
                + steps.suffix(40).joined(separator: "\n"))
    }
}
