import Notifications
import Outbox

/// What the queue must look like: its rules without SQL, small enough to be seen to be right.
struct QueueModel {
    /// One job that is owed.
    struct Job: Equatable {
        var claimNumber: Int64 = 0
        /// Who is sending it; nil while it waits.
        var owner: WorkerID?
        var attempts = 0
        var crashes = 0
        var wasRescued = false
        /// Rescued a moment ago: a journal may have more to say, so nobody claims it yet.
        var rests = false
        /// Claimed with nothing beside it, for having been in flight in two crashes.
        var isAlone = false
        var isOverdue = false
        var isSuspect: Bool { crashes >= 2 }
        var key: String?
    }

    var jobs: [Int64: Job] = [:]
    /// Which job each key stands for, also after the job has ended.
    var keys: [String: Int64] = [:]
    /// Whether the lease of each worker that has one is live.
    var leases: [WorkerID: Bool] = [:]
    /// How often each job has ended: once, or never.
    var ends: [Int64: Int] = [:]

    /// A letter comes to be owed; `id` is what the database says.
    ///
    /// False when it should have been the known job of that key, or a new one, and was not.
    mutating func owe(key: String?, id: Int64) -> Bool {
        if let key, let known = keys[key] { return known == id }
        guard jobs[id] == nil, ends[id] == nil else { return false }
        jobs[id] = Job(key: key)
        if let key { keys[key] = id }
        return true
    }

    /// A worker claims; false when it got what was not to be had, or less than there was.
    mutating func claim(_ worker: WorkerID, limit: Int, ofSuspect: Bool, got tickets: [Ticket]) -> Bool {
        let free = jobs.filter { $0.value.owner == nil && !$0.value.rests && $0.value.isSuspect == ofSuspect }
        guard tickets.count == (leases[worker] == true ? min(limit, free.count) : 0) else { return false }
        for ticket in tickets {
            guard var job = free[ticket.jobID], ticket.claimNumber == job.claimNumber + 1 else { return false }
            job.claimNumber += 1
            job.owner = worker
            job.isOverdue = false
            job.isAlone = ofSuspect
            jobs[ticket.jobID] = job
        }
        return Set(tickets.map(\.jobID)).count == tickets.count
    }

    /// A claim ends its job; whether it may.
    mutating func end(_ ticket: Ticket) -> Bool {
        guard let job = jobs[ticket.jobID], job.claimNumber == ticket.claimNumber, job.owner != nil || job.wasRescued
        else { return false }
        finish(ticket.jobID)
        return true
    }

    /// A claim gives its job back, with or without an attempt spent; whether it may.
    mutating func giveBack(_ ticket: Ticket, burning: Bool) -> Bool {
        guard var job = jobs[ticket.jobID], job.claimNumber == ticket.claimNumber, job.owner != nil else {
            return false
        }
        job.owner = nil
        job.isOverdue = false
        job.attempts += burning ? 1 : 0
        // Whoever has something to say of a letter has survived it.
        if burning { job.crashes = 0 }
        jobs[ticket.jobID] = job
        return true
    }

    /// The application takes back what it owed under a key; whether there was anything to take back.
    mutating func cancel(key: String) -> Bool {
        guard let id = keys[key], let job = jobs[id], job.owner == nil else { return false }
        finish(id)
        keys[key] = nil
        return true
    }

    /// A lease is renewed; whether it was there, live or not.
    mutating func renew(_ worker: WorkerID) -> Bool {
        guard leases[worker] != nil else { return false }
        leases[worker] = true
        return true
    }

    /// Somebody looks for lost jobs; how many are put back, and how many are poison.
    mutating func rescue() -> (jobs: Int, poison: Int) {
        leases = leases.filter(\.value)
        let lost = jobs.filter { $0.value.owner.map { leases[$0] == nil } == true || $0.value.isOverdue }
        let poison = lost.filter { $0.value.isAlone && !$0.value.isOverdue }.keys
        for id in poison { finish(id) }
        for id in lost.keys where jobs[id] != nil {
            jobs[id]?.owner = nil
            jobs[id]?.crashes += 1
            jobs[id]?.wasRescued = true
            jobs[id]?.rests = true
            jobs[id]?.isOverdue = false
        }
        return (lost.count - poison.count, poison.count)
    }

    /// A minute passes.
    mutating func pass() {
        for id in jobs.keys { jobs[id]?.rests = false }
    }

    private mutating func finish(_ id: Int64) {
        jobs[id] = nil
        ends[id, default: 0] += 1
    }
}
