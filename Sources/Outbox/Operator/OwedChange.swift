package import FoundationEssentials
import Postgres

/// What came of an action on one letter.
package struct OwedChange: Sendable, Equatable {
    /// What came of it: `holdfast.change_owed` has these words.
    package enum Answer: String, Sendable, CaseIterable {
        /// It was done.
        case done
        /// It was done before, under the same request.
        case doneBefore = "done_before"
        /// It was done before under the same request, and something else became of the doubt.
        case otherRequest = "other_request"
        /// Somebody is changing the letter this moment.
        case busy
        /// A worker has the letter, or went down with it a moment ago.
        case running
        /// It is held: release it first.
        case held
        /// It is not held.
        case notHeld = "not_held"
        /// It is held and in doubt, and nobody has said what is to become of that.
        case inDoubt = "in_doubt"
        /// It is held and surely did not arrive, and somebody has said what is to become of a doubt.
        case notInDoubt = "not_in_doubt"
        /// It is due already.
        case due
        /// It was never tried: it waits for its own time.
        case scheduled
        /// It is not owed any more.
        case settled
        /// There never was such a letter.
        case unknown

        /// What was done or why not, and the way out.
        package var sentence: String {
            switch self {
            case .done: "done"
            case .doneBefore: "done before, under the same request"
            case .otherRequest:
                "another decision was made under the same request: give this one a request id of its own"
            case .busy: "somebody is changing it this moment: try again"
            case .running: "a worker is sending it this moment: look again in a minute"
            case .held: "it is held: let it go with 'holdfast release'"
            case .notHeld: "it is not held"
            case .inDoubt:
                "it is held, and an earlier attempt may have arrived: say --in-doubt send or --in-doubt drop"
            case .notInDoubt: "no attempt of it can have arrived: release it without --in-doubt, or cancel it"
            case .due: "it is due already, and leaves as soon as a worker has a place"
            case .scheduled: "it was not tried yet: it leaves at its own time"
            case .settled: "it is not owed any more: see 'holdfast find'"
            case .unknown: "there is no such job"
            }
        }
    }

    /// The letter's number.
    package let jobID: Int64
    /// Its kind; nil when there is no such letter.
    package let kind: String?
    /// The sort of subject it is about.
    package let subjectKind: String?
    /// The subject.
    package let subjectID: UUID?
    /// To whom.
    package let audience: String?
    /// What came of it.
    package let answer: Answer
    /// Letters of its kind are stopped just now.
    package let isStopped: Bool

    init(_ row: Row) throws {
        jobID = try row.decode("job_id")
        kind = try row.decodeIfPresent("kind")
        subjectKind = try row.decodeIfPresent("subject_kind")
        subjectID = try row.decodeIfPresent("subject_id")
        audience = try row.decodeIfPresent("audience")
        answer = Answer(rawValue: try row.decode("answer")) ?? .unknown
        isStopped = try row.decode("stopped")
    }
}
