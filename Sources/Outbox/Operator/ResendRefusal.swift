package import FoundationEssentials
package import Notifications

/// Why a letter is not sent again.
package enum ResendRefusal: Sendable, Equatable {
    /// Where a letter stands that is owed still.
    package enum Open: String, Sendable {
        /// It waits for its time, or for a worker.
        case ready
        /// A worker has it.
        case running
        /// It waits for an operator.
        case held
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
    /// It carries no links that could be ended.
    case noLinks

    /// The letter does not fit how its subject stands, and no operator can help it.
    var isUnfit: Bool {
        switch self {
        case .unwanted(let refusal): ![.overCap, .notAllowedHere, .linkRevoked].contains(refusal)
        case .undecided, .unknownKind: true
        case .stillOwed, .suppressed, .complained, .tooSoon, .tooMany, .noLinks: false
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
        case .noLinks: "letters of this kind carry no links: leave out --rotate"
        }
    }

    private static func sentence(of job: Int64, _ state: Open, _ moment: String) -> String {
        switch state {
        case .ready:
            "it is still owed as job \(job), due \(moment): 'holdfast retry \(job)' sends it now"
        case .running: "it is being sent this moment as job \(job): see 'holdfast find \(job)' in a minute"
        case .held:
            "it is held as job \(job): 'holdfast release \(job)' lets it go, "
                + "'holdfast cancel \(job)' ends it"
        }
    }
}
