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

    /// - Parameter now: what the database's clock says.
    init(_ resends: Resends, _ manner: ResendManner, _ planned: PlannedOptions, at now: Date) {
        self.resends = resends
        self.manner = manner
        self.planned = planned
        ledger = ResendLedger(requestID: planned.anyRequestID(), clock: WallClock(now: now))
    }

    /// Finds out what would become of the letters; changes nothing.
    mutating func plan(_ choice: ResendChoice) async throws {
        let groups = try await groups(of: choice)
        var tally = ResendTally()
        var bar = ProgressBar("letters planned", of: groups.count, tellsLogs: false)
        defer { bar.end() }
        for (number, group) in groups.enumerated() {
            let plan = try await resends.plan(
                group, manner.options, requestID: ledger.requestID, after: &tally)
            if let plan { ledger.entries.append(ResendLedger.Entry(plan)) }
            bar.show(number + 1)
        }
    }

    /// The letters that come into question for each one that is sent, or not.
    private mutating func groups(of choice: ResendChoice) async throws -> [[ResendTarget]] {
        var groups: [[ResendTarget]] = []
        for selection in try choice.selections(at: ledger.clock.now) {
            let found = try await resends.targets(
                of: selection, most: choice.limit.limit, requestID: ledger.requestID)
            switch selection {
            case .failed:
                try choice.limit.require(
                    found.matched, narrower: "--kind, --code or a shorter --since", otherwise: "nothing was sent")
                groups += found.groups
            case .recipient:
                groups += found.groups.prefix(Resends.mostOfRecipient)
                ledger.leftOut = found.groups.count - groups.count
            case .job, .reservation, .task: groups += found.groups
            }
        }
        return groups
    }

    /// Sends what may leave, until all did, the operator wants it to stop, or the database says no.
    mutating func send() async throws {
        let note = try planned.note(ledger.requestID)
        let interrupt = await Interrupt(saying: "stopping after the letter under way; Ctrl-C again ends at once")
        let places = ledger.entries.indices.filter { ledger.entries[$0].result == nil }
        planned.announce(ledger.requestID, letters: places.count)
        var bar = ProgressBar("letters", of: places.count, tellsLogs: places.count > 1)
        defer { bar.end() }
        for (number, place) in places.enumerated() {
            if interrupt.isWanted { break }
            let next = ContinuousClock.now + .seconds(1 / manner.rate)
            do {
                ledger.entries[place].result = try await resends.send(
                    ledger.entries[place].plan, manner.options, note)
            } catch {
                failure = error
                return
            }
            bar.show(number + 1)
            if number + 1 < places.count { await interrupt.pause(for: next - .now) }
        }
        ledger.isInterrupted = interrupt.isWanted && ledger.left > 0
    }

    /// Ends the command with the exit code and the sentence that it deserves; returns when everything is done.
    func conclude() throws {
        try planned.conclude(
            ledger.requestID, failure, stopped: ledger.isInterrupted ? "stopped with \(ledger.left) not begun" : nil)
        if ledger.entries.isEmpty {
            throw CommandFailure(.no, "nothing matches: no letter of that sort failed, or later ones made it good")
        }
        let isDone =
            planned.dryRun
            ? ledger.leftOut == 0 && ledger.entries.allSatisfy { $0.plan.verdict.isGood } : ledger.isComplete
        guard isDone else {
            let refused = "\(ledger.refused.count) of \(counted(ledger.entries.count, "letter")) refused"
            throw CommandFailure(.no, ledger.leftOut > 0 ? "\(refused), \(ledger.leftOut) left out" : refused)
        }
    }
}

extension ResendPlan.Verdict {
    fileprivate var isGood: Bool {
        if case .refused = self { false } else { true }
    }
}
