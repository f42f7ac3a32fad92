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
    /// What came of each that was tried.
    var changes: [OwedChange] = []
    /// The operator wanted it to stop.
    var isInterrupted = false
    private static let mostListed = 20

    /// How many it would be done to.
    var planned: Int { plan[.done] ?? 0 }
    /// How many it was done to.
    var done: Int { changes.count { $0.answer == .done } }
    private var doneBefore: Int { plan[.doneBefore] ?? 0 }
    /// How many letters are meant: of a filter not those that are as they should be, or that it never fits.
    var meant: Int {
        guard plannedChanges.isEmpty else { return plannedChanges.count }
        return [.done, .doneBefore, .running, .inDoubt].reduce(0) { $0 + (plan[$1] ?? 0) }
    }

    /// It was done to all that are meant, now or under the same request before.
    var isComplete: Bool { meant > 0 && done + doneBefore >= meant }
    /// It would be done to all that are meant.
    var isPlanComplete: Bool { meant > 0 && planned + doneBefore == meant }

    /// What is asked before.
    var question: String { "\(action.order) \(FindingsReport.count(planned, "letter"))?" }

    /// What would be done, and what would not and why.
    var planLines: [StyledLine] {
        let others = plan.filter { $0.key != .done }.sorted { $0.key.rawValue < $1.key.rawValue }
        let lines =
            plannedChanges.isEmpty
            ? others.map {
                StyledLine("\(FindingsReport.count($0.value, "letter")): ") + StyledLine($0.key.sentence, .warning)
            } : plannedChanges.map { line($0, done: "can be done") }
        let end = "plan: \(action.name) \(planned) of \(FindingsReport.count(plan.values.reduce(0, +), "letter"))"
        return lines + [StyledLine(end, .strong)]
    }

    /// What was done, and what was not although it was planned.
    var resultLines: [StyledLine] {
        let planned = Dictionary(plannedChanges.map { ($0.jobID, $0.answer) }) { first, _ in first }
        let others = changes.filter { $0.answer != .done && $0.answer != planned[$0.jobID] }
        let told = others.prefix(Self.mostListed).map { line($0, done: "done") }
        return told + [StyledLine("\(FindingsReport.count(done, "letter")) \(action.past)", .strong)]
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

    fileprivate var past: String {
        switch self {
        case .retry: "due now"
        case .hold: "held"
        case .release: "released"
        case .cancel: "called off"
        }
    }
}
