package import FoundationEssentials
package import Notifications

/// Why a letter is not sent again.
package enum ResendRefusal: Sendable, Equatable {
    /// Where a letter stands that is owed still: `holdfast.resend` has these words.
    package enum Open: String, Sendable {
        /// It waits for a worker.
        case due
        /// It waits for another attempt.
        case waits
        /// It waits for its own time, and was never tried.
        case scheduled
        /// It waits until letters of its kind are resumed.
        case stopped
        /// A worker has it.
        case running
        /// It waits for an operator.
        case held
        /// It waits for an operator, because an earlier attempt may have arrived.
        case inDoubt = "in_doubt"
    }

    /// The facts do not want it, or its address is not to be written to here.
    case unwanted(Refusal)
    /// The facts cannot be read.
    case undecided(MalformedFact)
    /// This program does not know letters of its kind.
    case unknownKind(String)
    /// The same letter is still owed, under this number; when it is due.
    case stillOwed(Int64, Open, dueAt: Date)
    /// The address is suppressed: why (`holdfast.suppression.reason`), and until when.
    case suppressed(String, until: Date?)
    /// Its reader complained of letters.
    case complained
    /// It was sent again a moment ago; another may follow at this time.
    case tooSoon(until: Date)
    /// As many letters about this subject were sent again as a day may see; another may follow at this time.
    case tooMany(until: Date)
    /// It brings no links that could replace older ones.
    case noLinks
    /// The letter with this number may be arriving, or may have arrived, with links that would end.
    case linksUnderWay(Int64)
    /// Somebody is changing its subject this moment.
    case busy
    /// A rule of the database forbids it: its SQLSTATE.
    case forbidden(String)
    /// It was sent under the same request with other options, as the letter with this number.
    case otherRequest(Int64)

    /// The letter does not fit how its subject stands, and no operator can help it.
    var isUnfit: Bool {
        switch self {
        case .unwanted(let refusal): ![.overCap, .notAllowedHere, .linkRevoked].contains(refusal)
        case .undecided, .unknownKind: true
        case .stillOwed, .suppressed, .complained, .tooSoon, .tooMany, .noLinks, .linksUnderWay, .busy, .forbidden,
            .otherRequest:
            false
        }
    }

    /// Why, and the way out; it names nobody, and tells moments in UTC.
    package var sentence: String { sentence { $0.formatted(.iso8601) } }

    /// The same with moments as `moment` words them.
    package func sentence(_ moment: (Date) -> String) -> String {
        switch self {
        case .unwanted(.overCap):
            "the address has had as many letters of this sort as a day allows: try again tomorrow"
        case .unwanted(.notAllowedHere): "the address is not in HOLDFAST_ONLY_TO, and nobody else is written to here"
        case .unwanted(.superseded):
            "its subject changed since, and what is true now has letters of its own: see 'holdfast find'"
        case .unwanted(.requiresAuthorization):
            "the payor requires authorization: it may be written about once that is given"
        case .unwanted(let refusal): "\(refusal.rawValue): 'holdfast find' shows how it stands"
        case .undecided(let fact): "its facts cannot be read: \(fact)"
        case .unknownKind(let name): "this holdfast has no letters of kind '\(name)': use the version that sends them"
        case .stillOwed(let job, let state, let date): Self.sentence(of: job, state, moment(date))
        case .suppressed(let reason, let until):
            "the address is suppressed (\(reason)\(until.map { " until \(moment($0))" } ?? "")): "
                + "lift it with 'holdfast suppressions remove', or say --even-suppressed"
        case .complained: "the reader complained of letters: nothing is sent to that address"
        case .tooSoon(let date):
            "it was sent again less than ten minutes ago: wait until \(moment(date))"
        case .tooMany(let date):
            "three letters about this were sent again within a day: wait until \(moment(date))"
        case .noLinks: "it would bring no new links, so that none would end: leave out --rotate"
        case .linksUnderWay(let job):
            "links would end that job \(job) may be bringing this moment: see 'holdfast find \(job)', and try again when "
                + "it is over"
        case .busy: "somebody is changing its subject this moment: try again"
        case .forbidden(let state): "the database forbids it (SQLSTATE \(state)): its log says why"
        case .otherRequest(let job):
            "it was sent under this request with other options, as job \(job): give this one a request id of its own"
        }
    }

    private static func sentence(of job: Int64, _ state: Open, _ moment: String) -> String {
        let owed = "it is still owed as job \(job)"
        return switch state {
        case .due: "\(owed), and leaves as soon as a worker has a place: see 'holdfast status' when it does not"
        case .waits:
            "\(owed), and is tried again at \(moment): 'holdfast retry \(job)' does it now"
        case .scheduled: "\(owed), and leaves at its own time, \(moment)"
        case .stopped: "\(owed), and letters of its kind are stopped: 'holdfast resume' lets them go"
        case .running: "it is being sent this moment as job \(job): see 'holdfast find \(job)' in a minute"
        case .held:
            "it is held as job \(job): 'holdfast release \(job)' lets it go, 'holdfast cancel \(job)' ends it"
        case .inDoubt:
            "it is held as job \(job), and may have arrived: 'holdfast release \(job) --in-doubt send' sends it once "
                + "more, '--in-doubt drop' leaves it at that"
        }
    }
}
