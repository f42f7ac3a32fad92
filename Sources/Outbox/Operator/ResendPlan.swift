package import FoundationEssentials
import Notifications

/// One letter that was asked for again, and whether it may leave; what ``Resends/plan(_:_:requestID:)`` says is what
/// ``Resends/send(_:_:_:)`` does, unless something happens in between.
package struct ResendPlan: Sendable, Equatable {
    /// Whether it may leave.
    package enum Verdict: Sendable, Equatable {
        /// It may.
        case send
        /// It may not.
        case refused(ResendRefusal)
        /// It was sent under the same request before, as the letter with this number.
        case done(Int64)
    }

    /// The letter.
    package let target: ResendTarget
    /// Where it goes now; nil when nobody is there to read it.
    package let recipient: MaskedAddress?
    /// Letters of its kind are stopped just now: it will wait until somebody resumes them.
    package let isStopped: Bool
    /// Whether it may leave.
    package fileprivate(set) var verdict: Verdict
    /// The older links that end with it, which its own replace, and the purpose of each.
    package var endedLinks: [UUID: String] = [:]
}

/// What came of owing a letter again before it was committed or taken back.
struct ResendRehearsal {
    let plan: ResendPlan
    /// The new letter, or the one of before.
    let jobID: Int64
    /// How many more about its subject the day allows behind it.
    var subjectLeft = Int.max
    /// The same of its address; nil where letters of its kind are not counted.
    var addressLeft: Int?
    /// When a letter about its subject may follow at the earliest, should the day's be used up.
    var tomorrow = Date.distantFuture
}

/// Counts what a plan uses up of a day's letters, so that those behind are judged as they will be once it is done.
package struct ResendTally: Sendable {
    private var ofSubject: [UUID: Int] = [:]
    private var ofAddress: [String: Int] = [:]

    /// Nothing was planned.
    package init() {}

    /// Judges a letter that is planned behind the others, and counts it when it may leave.
    mutating func count(_ rehearsal: ResendRehearsal) -> ResendPlan {
        var plan = rehearsal.plan
        guard plan.verdict == .send else { return plan }
        let address = plan.recipient?.unmasked.lowercased() ?? ""
        if let left = rehearsal.addressLeft, left < ofAddress[address, default: 0] {
            plan.verdict = .refused(.unwanted(.overCap))
        } else if rehearsal.subjectLeft < ofSubject[plan.target.subjectID, default: 0] {
            plan.verdict = .refused(.tooMany(until: rehearsal.tomorrow))
        } else {
            ofSubject[plan.target.subjectID, default: 0] += 1
            if rehearsal.addressLeft != nil { ofAddress[address, default: 0] += 1 }
        }
        return plan
    }
}

/// What became of a letter that was to be sent again.
package enum ResendResult: Sendable, Equatable {
    /// It is owed, under a number of its own.
    case sent(Int64)
    /// It is not: nothing was changed.
    case refused(ResendRefusal)
    /// It was owed before under the same request, under this number: nothing was changed.
    case done(Int64)
}
