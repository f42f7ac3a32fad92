import FoundationEssentials
import Outbox
import Postgres

/// Plans an action on letters that are owed, and does it: each letter in a transaction of its own.
struct OwedRun {
    private let connection: Connection
    private let options: OwedOptions
    /// The letters that are meant: those that were named, or those of a filter that the action fits.
    private var jobs: [Int64]
    private(set) var ledger: OwedLedger
    private var failure: (any Error)?

    init(_ connection: Connection, _ action: OwedAction, _ options: OwedOptions) {
        self.connection = connection
        self.options = options
        jobs = Set(options.jobs).sorted()
        ledger = OwedLedger(
            action: action, requestID: options.planned.anyRequestID(), isFilter: options.jobs.isEmpty)
    }

    private var filter: OwedJobs.Filter { OwedJobs.Filter(kind: options.kind, state: options.state?.rawValue) }

    /// Finds out what would be done, and changes nothing.
    mutating func plan() async throws {
        if jobs.isEmpty { try await planFiltered() } else { try await planNamed() }
    }

    private mutating func planFiltered() async throws {
        let owed = OwedJobs(connection)
        ledger.plan = try await owed.count(ledger.action, filter)
        try options.limit.require(ledger.planned, narrower: "--kind or --state", otherwise: "nothing was changed")
        ledger.plannedChanges = try await owed.plan(ledger.action, filter, most: options.limit.limit)
        jobs = ledger.plannedChanges.filter { $0.answer == .done }.map(\.jobID)
        // What has come or gone between the two is of no account.
        ledger.plan[.done] = jobs.isEmpty ? nil : jobs.count
    }

    /// Ends the transaction of a plan.
    private struct Planned: Error {
        let change: OwedChange
    }

    private mutating func planNamed() async throws {
        let note = try options.planned.note(ledger.requestID)
        for job in jobs {
            let change = try await planned(job, note)
            ledger.plannedChanges.append(change)
            ledger.plan[change.answer, default: 0] += 1
        }
    }

    /// The real thing, taken back.
    ///
    /// Whoever kept one letter's lock while waiting for the next one's could deadlock with an application, and would keep
    /// it waiting in any case.
    private func planned(_ job: Int64, _ note: OperatorNote) async throws -> OwedChange {
        let action = ledger.action
        do {
            return try await connection.withTransaction { transaction in
                throw Planned(change: try await OwedJobs(transaction).change(action, job, note))
            }
        } catch let end as Planned {
            return end.change
        }
    }

    /// Does it, until it is done, the operator wants it to stop, or the database says no.
    mutating func change() async throws {
        let note = try options.planned.note(ledger.requestID)
        let interrupt = await Interrupt(saying: "stopping after the letter under way; Ctrl-C again ends at once")
        options.planned.announce(ledger.requestID, letters: ledger.planned)
        var bar = ProgressBar("letters", of: ledger.planned, tellsLogs: false)
        defer { bar.end() }
        let keepsAll = options.planned.json
        do {
            try await eachChange(note) { change in
                ledger.note(change, keepingAll: keepsAll)
                bar.show(ledger.done)
                if interrupt.isWanted, ledger.done < ledger.planned { throw Interrupted() }
            }
        } catch is Interrupted {
            ledger.isInterrupted = true
        } catch {
            failure = error
        }
    }

    /// Ends what is under way between two letters.
    private struct Interrupted: Error {}

    /// What a filter meant when it was planned, and nothing that came since, as long as it still fits.
    private func eachChange(_ note: OperatorNote, _ body: (OwedChange) async throws -> Void) async throws {
        let owed = OwedJobs(connection)
        guard options.jobs.isEmpty else {
            for job in jobs { try await body(try await owed.change(ledger.action, job, note)) }
            return
        }
        var planned = filter
        planned.jobs = jobs
        try await owed.change(ledger.action, planned, note, body)
    }

    /// Ends the command with the exit code and the sentence that it deserves; returns when everything is done.
    func conclude() throws {
        let planned = options.planned
        try planned.conclude(ledger.requestID, failure, stopped: ledger.isInterrupted ? "stopped" : nil)
        if let sentence = planned.dryRun ? ledger.planShortfall : ledger.shortfall {
            throw CommandFailure(.no, sentence)
        }
    }
}
