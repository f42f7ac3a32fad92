import FoundationEssentials
import Outbox
import Postgres

/// Plans an action on letters that are owed, and does it: each letter in a transaction of its own.
struct OwedRun {
    private let connection: Connection
    private let options: OwedOptions
    private(set) var ledger: OwedLedger
    private var failure: (any Error)?

    init(_ connection: Connection, _ action: OwedAction, _ options: OwedOptions) {
        self.connection = connection
        self.options = options
        ledger = OwedLedger(action: action, requestID: options.planned.anyRequestID())
    }

    private var filter: OwedJobs.Filter { OwedJobs.Filter(kind: options.kind, state: options.state?.rawValue) }

    /// Ends the transaction of a plan.
    private struct Planned: Error {
        let changes: [OwedChange]
    }

    /// Finds out what would be done, and changes nothing: of named letters it is the real thing, taken back.
    mutating func plan() async throws {
        guard !options.jobs.isEmpty else {
            ledger.plan = try await OwedJobs(connection).count(ledger.action, filter)
            return
        }
        let (action, jobs) = (ledger.action, Set(options.jobs).sorted())
        let note = try OperatorNote(operatorName: "plan", reason: "plan", requestID: ledger.requestID)
        do {
            try await connection.withTransaction { transaction in
                var changes: [OwedChange] = []
                for job in jobs { changes.append(try await OwedJobs(transaction).change(action, job, note)) }
                throw Planned(changes: changes)
            }
        } catch let end as Planned {
            ledger.plannedChanges = end.changes
            ledger.plan = Dictionary(grouping: end.changes, by: \.answer).mapValues(\.count)
        }
    }

    /// Does it, until it is done, the operator wants it to stop, or the database says no.
    mutating func change() async throws {
        let note = try options.planned.note(ledger.requestID)
        let interrupt = await Interrupt(saying: "stopping after the letter under way; Ctrl-C again ends at once")
        var bar = ProgressBar("letters", of: ledger.planned, tellsLogs: false)
        defer { bar.end() }
        do {
            try await eachChange(note) { change in
                ledger.changes.append(change)
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

    private func eachChange(_ note: OperatorNote, _ body: (OwedChange) async throws -> Void) async throws {
        let owed = OwedJobs(connection)
        guard !options.jobs.isEmpty else { return try await owed.change(ledger.action, filter, note, body) }
        for job in Set(options.jobs).sorted() { try await body(try await owed.change(ledger.action, job, note)) }
    }

    /// Ends the command with the exit code and the sentence that it deserves; returns when everything is done.
    func conclude() throws {
        let goOn = "the same command with --request-id \(ledger.requestID) goes on where it was"
        if let failure {
            guard let known = CommandFailure(failure) else { throw failure }
            throw CommandFailure(known.code, "\(known.message)\n\(goOn)")
        }
        if ledger.isInterrupted { throw CommandFailure(.no, "stopped: \(goOn)") }
        if ledger.meant == 0 { throw CommandFailure(.no, "nothing matches: no such letter is owed") }
        guard options.planned.dryRun ? ledger.isPlanComplete : ledger.isComplete else {

            throw CommandFailure(
                .no,
                "it was not done to \(ledger.meant - ledger.done) of \(FindingsReport.count(ledger.meant, "letter"))")

        }
    }
}
