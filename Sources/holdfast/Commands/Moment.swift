import ArgumentParser
import FoundationEssentials
import Outbox

/// A point in time as somebody types it: so long from now, such as `2h` or `30d`, or a day or an instant, UTC.
enum Moment: Equatable {
    /// So many seconds away.
    case away(Double)
    /// This one.
    case at(Date)

    private static let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]

    /// A thousand years: what lies further away is a slip, and may be more than PostgreSQL can count.
    private static let mostSeconds = 1000 * 365.25 * 86_400

    /// Reads it, as an option's transform: whoever parses the command line puts the option's name before what is thrown.
    ///
    /// - Throws: `ValidationError`.
    static func parse(_ text: String) throws -> Moment {
        let (moment, seconds): (Moment, Double)
        if let unit = text.last.flatMap({ units[$0] }), let number = Int(text.dropLast()), number > 0 {
            seconds = Double(number) * unit
            moment = .away(seconds)
        } else if let date = SuppressionList.date(text) {
            seconds = date.timeIntervalSinceReferenceDate
            moment = .at(date)
        } else {
            throw ValidationError("write it as \(words)")
        }
        guard abs(seconds) <= mostSeconds else {
            throw ValidationError("it is more than 1000 years away")
        }
        return moment
    }

    /// What help and refusals call it.
    static let words = "2h, 7d, 2027-03-01 or 2027-03-01T09:00:00Z (UTC)"

    /// The moment when that long ago is meant.
    func before(_ now: Date) -> Date {
        switch self {
        case .away(let seconds): now - seconds
        case .at(let date): date
        }
    }

    /// The moment when that long from now is meant.
    func after(_ now: Date) -> Date {
        switch self {
        case .away(let seconds): now + seconds
        case .at(let date): date
        }
    }
}
