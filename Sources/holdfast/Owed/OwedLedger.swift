import FoundationEssentials
import Outbox

/// An action on letters that are owed: what would be done, and what was; a pure value.
struct OwedLedger {
    let action: OwedAction
    let requestID: String
    /// The letters were not named one by one.
    let isFilter: Bool
    /// What would come of it, by number of letters.
    var plan: [OwedChange.Answer: Int] = [:]
    /// The same of each letter that was named, or that a filter found: of so many as one command may change.
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
    /// Why it is nothing to a letter that a filter found.
    private static let needless: [OwedChange.Answer] = [.due, .scheduled, .held, .notHeld]

    init(action: OwedAction, requestID: String, isFilter: Bool) {
        self.action = action
        self.requestID = requestID
        self.isFilter = isFilter
    }

    /// Notes what came of one, and keeps it where it is told: each for programs, a few that were not done for people.
    mutating func note(_ change: OwedChange, keepingAll: Bool) {
        tally[change.answer, default: 0] += 1
        if change.answer == .done, change.isStopped, action.letsGo, let kind = change.kind { stopped.insert(kind) }
        let isTold = change.answer != .done && changes.count < Self.mostListed && !plannedChanges.contains(change)
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
        isFilter ? matched - Self.needless.reduce(0) { $0 + (plan[$1] ?? 0) } : matched
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

    /// What would be done, and what would not and why: the first letters of both one by one, and how many more.
    var planLines: [StyledLine] {
        var room = Self.mostListed
        let others = plan.keys.filter { $0 != .done }.sorted { order(of: $0) < order(of: $1) }
        let refusals = others.flatMap { planLines(of: $0, &room) }
        room = Self.mostListed
        let end = "plan: \(action.name) \(planned) of \(counted(matched, "letter"))"
        return planLines(of: .done, &room) + refusals + [StyledLine(end, .strong)]
    }

    /// What stands in the way comes before what needs nothing.
    private func order(of answer: OwedChange.Answer) -> (Int, String) {
        (Self.needless.contains(answer) ? 1 : 0, answer.rawValue)
    }

    private func planLines(of answer: OwedChange.Answer, _ room: inout Int) -> [StyledLine] {
        let listed = plannedChanges.filter { $0.answer == answer }.prefix(room).map { line($0, done: "can be done") }
        room -= listed.count
        let more = (plan[answer] ?? 0) - listed.count
        guard more > 0 else { return listed }
        let words: StyledLine =
            answer == .done ? " can be done: see --json" : ": " + StyledLine(answer.sentence, .warning)
        return listed + [StyledLine(listed.isEmpty ? counted(more, "letter") : "and \(more) more") + words]
    }

    /// What was done, and what was not although it was planned.
    var resultLines: [StyledLine] {
        changes.filter { $0.answer != .done }.prefix(Self.mostListed).map { line($0, done: "done") }
            + stopped.sorted().map {
                StyledLine("letters of kind \($0) are stopped: they wait until 'holdfast resume'", .warning)
            } + [StyledLine("\(counted(done, "letter")) \(action.past)", .strong)]
    }

    private func line(_ change: OwedChange, done: String) -> StyledLine {
        let kind = change.kind.map { " \($0)" } ?? ""
        let audience = change.audience.map { " to the \($0)" } ?? ""
        let id = change.subjectID.map { ", about \(change.subjectKind ?? "") \($0.text)" } ?? ""
        let isDone = change.answer == .done
        return StyledLine("job \(change.jobID)\(kind)\(audience)\(id): ")
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
