import FoundationEssentials
import Outbox
import Postgres

/// Plans letters that are to be sent again, and sends them at a rate, each in a transaction of its own.
struct ResendRun {
    private let resends: Resends
    private let manner: ResendManner
    private let planned: PlannedOptions
    private(set) var ledger: ResendLedger
    private var failure: (any Error)?

    init(_ resends: Resends, _ manner: ResendManner, _ planned: PlannedOptions) {
        self.resends = resends
        self.manner = manner
        self.planned = planned
        ledger = ResendLedger(requestID: planned.anyRequestID())
    }

    /// Finds out what would become of the letters; changes nothing.
    mutating func plan(_ choice: ResendChoice) async throws {
        guard let selection = choice.selection else { return }
        guard case .failed = selection else {
            let plans = try await resends.plan(selection, manner.options, requestID: ledger.requestID)
            ledger.entries = plans.map(ResendLedger.Entry.init)
            return
        }
        let found = try await resends.targets(of: selection, most: choice.limit)
        guard found.matched <= choice.limit else {
            throw CommandFailure(
                .no,
                "\(found.matched) letters match, more than \(choice.limit): narrow it with --kind, --code or a shorter "
                    + "--since, or allow so many with --limit \(found.matched); nothing was sent")
        }
        var tally = ResendTally()
        var bar = ProgressBar("letters planned", of: found.matched, tellsLogs: false)
        defer { bar.end() }
        for (number, group) in found.groups.enumerated() {
            let plan = try await resends.plan(
                group, manner.options, requestID: ledger.requestID, after: &tally)
            if let plan { ledger.entries.append(ResendLedger.Entry(plan)) }
            bar.show(number + 1)
        }
    }

    /// Sends what may leave, until all did, the operator wants it to stop, or the database says no.
    mutating func send() async throws {
        let note = try planned.note(ledger.requestID)
        let interrupt = await Interrupt(saying: "stopping after the letter under way; Ctrl-C again ends at once")
        let total = ledger.left
        if total > 1 {
            Terminal.error("request id \(ledger.requestID): with it, the same command goes on where it was")
        }
        var bar = ProgressBar("letters", of: total, tellsLogs: total > 1)
        defer { bar.end() }
        for place in ledger.entries.indices where ledger.entries[place].result == nil {
            if interrupt.isWanted { break }
            let next = ContinuousClock.now + .seconds(1 / manner.rate)
            do {
                ledger.entries[place].result = try await resends.send(
                    ledger.entries[place].plan, manner.options, note)
            } catch {
                failure = error
                return
            }
            bar.show(total - ledger.left)
            if ledger.left > 0 { await interrupt.pause(for: next - .now) }
        }
        ledger.isInterrupted = interrupt.isWanted && ledger.left > 0
    }

    /// Ends the command with the exit code and the sentence that it deserves; returns when everything is done.
    func conclude() throws {
        let goOn =
            "the same command with --request-id \(ledger.requestID) goes on where it was, and sends nothing twice"
        if let failure {
            guard let known = CommandFailure(failure) else { throw failure }
            throw CommandFailure(known.code, "\(known.message)\n\(goOn)")
        }
        if ledger.isInterrupted { throw CommandFailure(.no, "stopped with \(ledger.left) not begun: \(goOn)") }
        if ledger.entries.isEmpty {
            throw CommandFailure(.no, "nothing matches: no letter of that sort failed, or later ones made it good")
        }
        let isDone = planned.dryRun ? ledger.entries.allSatisfy { $0.plan.verdict.isGood } : ledger.isComplete
        guard isDone else {
            let refused = "\(ledger.refused.count) of \(FindingsReport.count(ledger.entries.count, "letter"))"
            throw CommandFailure(.no, "\(refused) refused")
        }
    }
}

extension ResendPlan.Verdict {
    fileprivate var isGood: Bool {
        if case .refused = self { false } else { true }
    }
}
