import FoundationEssentials
import Outbox

/// An action on letters that are owed: what would be done, and what was; a pure value.
struct OwedLedger {
    let action: OwedAction
    let requestID: String
    /// What would come of it, by number of letters.
    var plan: [OwedChange.Answer: Int] = [:]
    /// The same of each letter that was named.
    var plannedChanges: [OwedChange] = []
    /// What came of those that were tried: of all that are to be told.
    private(set) var changes: [OwedChange] = []
    /// What came of them, by number of letters.
    private var tally: [OwedChange.Answer: Int] = [:]
    /// The kinds of those it was done to that are stopped.
    private var stopped: Set<String> = []
    /// The operator wanted it to stop.
    var isInterrupted = false
    private static let mostListed = 20

    init(action: OwedAction, requestID: String) {
        self.action = action
        self.requestID = requestID
    }

    /// Notes what came of one, and keeps it where it is told: each for programs, a few that were not done for people.
    mutating func note(_ change: OwedChange, keepingAll: Bool) {
        tally[change.answer, default: 0] += 1
        if change.answer == .done, change.isStopped, action.letsGo, let kind = change.kind { stopped.insert(kind) }
        let isTold = change.answer != .done && !plannedChanges.contains(change) && changes.count < Self.mostListed
        if keepingAll || isTold { changes.append(change) }
    }

    /// How many it would be done to.
    var planned: Int { plan[.done] ?? 0 }
    /// How many it was done to.
    var done: Int { tally[.done] ?? 0 }
    private var doneBefore: Int { max(plan[.doneBefore] ?? 0, tally[.doneBefore] ?? 0) }
    private var matched: Int { plan.values.reduce(0, +) }
    /// How many letters are meant: of a filter not those that do not need it, or that it never fits.
    private var meant: Int {
        guard plannedChanges.isEmpty else { return plannedChanges.count }
        return matched - [.due, .scheduled, .held, .notHeld].reduce(0) { $0 + (plan[$1] ?? 0) }
    }

    /// It was done to all that are meant, now or under the same request before.
    var isComplete: Bool { shortfall == nil }
    /// Why it is not complete; nil when it is.
    var shortfall: String? { shortfall(of: done, "was not done") }
    /// Why it would not be; nil when it would.
    var planShortfall: String? { shortfall(of: planned, "cannot be done") }

    private func shortfall(of done: Int, _ words: String) -> String? {
        if plan.isEmpty { return "nothing matches: no such letter is owed" }
        if meant == 0 { return "nothing to do: none of \(counted(matched, "letter")) that matched needs it" }
        let left = meant - done - doneBefore
        return left > 0 ? "it \(words) to \(left) of \(counted(meant, "letter"))" : nil
    }

    /// What is asked before.
    var question: String { "\(action.order) \(counted(planned, "letter"))?" }

    /// What would be done, and what would not and why.
    var planLines: [StyledLine] {
        let others = plan.filter { $0.key != .done }.sorted { $0.key.rawValue < $1.key.rawValue }
        let lines =
            plannedChanges.isEmpty
            ? others.map {
                StyledLine("\(counted($0.value, "letter")): ") + StyledLine($0.key.sentence, .warning)
            } : plannedChanges.map { line($0, done: "can be done") }
        let end = "plan: \(action.name) \(planned) of \(counted(matched, "letter"))"
        return lines + [StyledLine(end, .strong)]
    }

    /// What was done, and what was not although it was planned.
    var resultLines: [StyledLine] {
        changes.filter { $0.answer != .done }.prefix(Self.mostListed).map { line($0, done: "done") }
            + stopped.sorted().map {
                StyledLine("letters of kind \($0) are stopped: they wait until 'holdfast resume'", .warning)
            } + [StyledLine("\(counted(done, "letter")) \(action.past)", .strong)]
    }

    private func line(_ change: OwedChange, done: String) -> StyledLine {
        let letter = change.kind.map { kind in " \(kind)\(change.audience.map { " to the \($0)" } ?? "")" } ?? ""
        let isDone = change.answer == .done
        return StyledLine("job \(change.jobID)\(letter): ")
            + StyledLine(isDone ? done : change.answer.sentence, isDone ? .good : .warning)
    }
}

extension OwedAction {
    /// As a question begins that asks for it.
    fileprivate var order: String {
        switch self {
        case .retry: "Try now"
        case .hold: "Hold"
        case .release(inDoubt: .drop): "Release, and drop what is in doubt of,"
        case .release(inDoubt: .send): "Release, and send once more what is in doubt of,"
        case .release: "Release"
        case .cancel: "Call off"
        }
    }

    /// Letters leave by it, as far as nothing else keeps them.
    fileprivate var letsGo: Bool {
        switch self {
        case .retry, .release(inDoubt: .send), .release(inDoubt: nil): true
        case .hold, .cancel, .release(inDoubt: .drop): false
        }
    }

    fileprivate var past: String {
        switch self {
        case .retry: "due now"
        case .hold: "held"
        case .release: "released"
        case .cancel: "called off"
        }
    }
}
