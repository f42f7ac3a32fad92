import ArgumentParser
import FoundationEssentials
import Outbox

/// A point in time as somebody types it: so long from now, such as `2h` or `30d`, or a day or an instant, UTC.
enum Moment: ExpressibleByArgument, Equatable {
    /// So many seconds away.
    case away(Double)
    /// This one.
    case at(Date)

    private static let units: [Character: Double] = ["s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800]

    init?(argument: String) {
        if let unit = argument.last.flatMap({ Self.units[$0] }), let number = Int(argument.dropLast()), number > 0 {
            self = .away(Double(min(number, 1_000_000_000)) * unit)
        } else if let date = SuppressionList.date(argument) {
            self = .at(date)
        } else {
            return nil
        }
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
