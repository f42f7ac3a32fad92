import FoundationEssentials
import Outbox

/// What was planned and what came of it, as JSON.
struct ResendReport: Encodable {
    struct Letter: Encodable {
        let job: Int64
        let kind: String
        let subjectKind: String
        let subject: String
        let audience: String
        let recipient: String?
        /// Letters of its kind are stopped just now.
        let isStopped: Bool
        /// How many links of older copies end with it, by purpose.
        let endedLinks: [String: Int]
        /// `planned`, `sent`, `done` (under the same request before), `refused`.
        let result: String
        /// The letter that is owed for it.
        let newJob: Int64?
        /// Why it is refused.
        let refusal: String?
    }

    let requestID: String
    let isDryRun: Bool
    let isInterrupted: Bool
    let isComplete: Bool
    let letters: [Letter]
    /// Of how many more subjects letters were found, and not planned.
    let leftOut: Int

    init(_ ledger: ResendLedger, isDryRun: Bool) {
        requestID = ledger.requestID
        self.isDryRun = isDryRun
        isInterrupted = ledger.isInterrupted
        isComplete = ledger.isComplete
        letters = ledger.entries.map(Letter.init)
        leftOut = ledger.leftOut
    }
}

extension ResendReport.Letter {
    fileprivate init(_ entry: ResendLedger.Entry) {
        let target = entry.plan.target
        job = target.jobID
        kind = target.kind
        subjectKind = target.subjectKind
        subject = target.subjectID.text
        audience = target.audience
        recipient = entry.plan.recipient.map { "\($0)" }
        isStopped = entry.plan.isStopped
        endedLinks = Dictionary(grouping: entry.plan.endedLinks.values) { $0 }.mapValues(\.count)
        switch entry.result {
        case nil: (result, newJob, refusal) = ("planned", nil, nil)
        case .sent(let job): (result, newJob, refusal) = ("sent", job, nil)
        case .done(let job): (result, newJob, refusal) = ("done", job, nil)
        case .refused(let reason): (result, newJob, refusal) = ("refused", nil, reason.sentence)
        }
    }
}
