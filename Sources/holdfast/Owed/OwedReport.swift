import FoundationEssentials
import Outbox

/// An action on letters that are owed, as JSON.
struct OwedReport: Encodable {
    struct Letter: Encodable {
        let job: Int64
        let kind: String?
        let subjectKind: String?
        let subject: String?
        let audience: String?
        /// `done`, `doneBefore`, or why not.
        let answer: String
        let sentence: String
    }

    let action: String
    let requestID: String
    let isDryRun: Bool
    let isInterrupted: Bool
    let isComplete: Bool
    /// How many letters it would be done to, and to how many not, by answer.
    let plan: [String: Int]
    /// What came of each; where nothing was done, what would, first of those that it fits: of as many as `--limit` says.
    let letters: [Letter]

    init(_ ledger: OwedLedger, isDryRun: Bool) {
        action = ledger.action.name
        requestID = ledger.requestID
        self.isDryRun = isDryRun
        isInterrupted = ledger.isInterrupted
        isComplete = ledger.isComplete
        plan = Dictionary(uniqueKeysWithValues: ledger.plan.map { ($0.key.rawValue.inCamelCase, $0.value) })
        letters = (isDryRun || ledger.planned == 0 ? ledger.plannedChanges : ledger.changes).map(Letter.init)
    }
}

extension OwedReport.Letter {
    fileprivate init(_ change: OwedChange) {
        job = change.jobID
        kind = change.kind
        subjectKind = change.subjectKind
        subject = change.subjectID?.text
        audience = change.audience
        answer = change.answer.rawValue.inCamelCase
        sentence = change.answer.sentence
    }
}
