import FoundationEssentials
import Outbox

/// Letters that are sent again, one by one: what was planned, what came of it and what is left; a pure value.
struct ResendLedger {
    /// One letter.
    struct Entry {
        let plan: ResendPlan
        /// What came of it; nil for one that may leave and was not begun.
        var result: ResendResult?

        init(_ plan: ResendPlan) {
            self.plan = plan
            switch plan.verdict {
            case .send: result = nil
            case .refused(let refusal): result = .refused(refusal)
            case .done(let job): result = .done(job)
            }
        }
    }

    let requestID: String
    /// How moments are told.
    let clock: WallClock
    var entries: [Entry] = []
    /// Of how many more subjects letters were found, and not planned.
    var leftOut = 0
    /// The operator wanted it to stop.
    var isInterrupted = false
    /// Letters are listed up to here; what there is of more is counted.
    private static let mostListed = 20
    private static let wayOut = "name them with --reservation or --task, as 'holdfast find' shows them"

    /// How many may leave and were not begun.
    var left: Int { entries.count { $0.result == nil } }
    private var sent: Int { entries.count { if case .sent? = $0.result { true } else { false } } }
    private var done: Int { entries.count { if case .done? = $0.result { true } else { false } } }
    /// Those that may not leave.
    var refused: [Entry] { entries.filter { if case .refused? = $0.result { true } else { false } } }

    /// Every letter left, now or under the same request before.
    var isComplete: Bool { !entries.isEmpty && leftOut == 0 && sent + done == entries.count }

    /// What is asked before any leaves.
    var question: String { left == 1 ? "Send this letter again?" : "Send these \(left) letters again?" }

    /// Which older links would end, by purpose, each counted once.
    private func endings(_ open: [Entry]) -> [StyledLine] {
        let ended = open.reduce(into: [UUID: String]()) { $0.merge($1.plan.endedLinks) { $1 } }
        let numbers = Dictionary(grouping: ended.values) { $0 }.sorted { $0.key < $1.key }
        guard !ended.isEmpty else { return [] }
        let words = numbers.map { "\($0.value.count) \($0.key)" }.joined(separator: ", ")
        return [StyledLine("\(counted(ended.count, "link")) of older copies would end: \(words)", .warning)]
    }

    /// Which letters may leave, and why others may not.
    var planLines: [StyledLine] {
        let open = entries.filter { $0.result == nil }
        let stopped = Set(open.filter(\.plan.isStopped).map(\.plan.target.kind)).sorted()
        let kinds = Dictionary(grouping: open) { "\($0.plan.target.kind) to the \($0.plan.target.audience)" }
        let listed =
            open.count <= Self.mostListed
            ? open.map { "job \($0.plan.target.jobID) \($0.plan.words): " + StyledLine("send", .good) }
            : kinds.sorted { $0.key < $1.key }.map { "\($0.value.count) × \($0.key): " + StyledLine("send", .good) }
        let before = entries.compactMap { entry -> StyledLine? in
            guard case .done(let job) = entry.plan.verdict else { return nil }
            return StyledLine("job \(entry.plan.target.jobID): sent again before under this request, as job \(job)")
        }
        return listed + (before.count <= Self.mostListed ? before : []) + refusals(refused) + endings(open)
            + stopped.map {
                StyledLine("letters of kind \($0) are stopped: they wait until 'holdfast resume'", .warning)
            }
            + (leftOut > 0
                ? [StyledLine("left out: \(counted(leftOut, "older subject")); \(Self.wayOut)", .warning)] : [])
            + [StyledLine("plan: \(counts("to send", left))", .strong)]
    }

    /// What was done, what was not, and how to go on.
    var resultLines: [StyledLine] {
        let new = entries.compactMap { entry -> StyledLine? in
            guard case .sent(let job)? = entry.result else { return nil }
            return "job \(entry.plan.target.jobID): " + StyledLine("owed again as job \(job)", .good)
                + "; see 'holdfast find \(job)'"
        }
        let late = refused.filter { $0.plan.verdict == .send }
        let end = "\(counts("owed again", sent))\(left > 0 ? ", \(left) not begun" : "")"
        return (new.count <= Self.mostListed ? new : []) + refusals(late) + [StyledLine(end, .strong)]
    }

    private func refusals(_ entries: [Entry]) -> [StyledLine] {
        let listed = entries.prefix(Self.mostListed).map { entry -> StyledLine in
            guard case .refused(let refusal)? = entry.result else { return "" }
            return "job \(entry.plan.target.jobID) \(entry.plan.words): " + StyledLine("refused", .warning)
                + ", \(refusal.sentence { clock.text($0) })"
        }
        let more = entries.count - listed.count
        return listed + (more > 0 ? ["and \(more) more that are refused: see --json"] : [])
    }

    private func counts(_ what: String, _ number: Int) -> String {
        let before = done > 0 ? ", \(done) sent before under this request" : ""
        return "\(counted(number, "letter")) \(what), \(refused.count) refused\(before)"
    }
}

extension ResendPlan {
    /// The letter, to whom and about what.
    fileprivate var words: String {
        let address = recipient.map { " \($0)" } ?? ""
        let id = target.subjectID.text
        return "\(target.kind) to the \(target.audience)\(address), about \(target.subjectKind) \(id)"
    }
}
