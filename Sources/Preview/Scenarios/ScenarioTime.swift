import FoundationEssentials
import Notifications

/// A moment as a scenario writes it: a date, a wall clock, and the offset from UTC in force there then.
///
/// The weekday is computed. The offset is not: that is the time zone database's business, which tests ask.
struct ScenarioTime {
    /// How one is written.
    static let example = "2027-03-04 10:00 -08:00"

    /// The moment.
    let instant: Date
    /// What `holdfast.wall_clock` says of it where the offset is in force.
    private let wallClock: String

    /// When clocks begin: what stands in for a moment that cannot be read.
    static let epoch = ScenarioTime(instant: Date(timeIntervalSince1970: 0), wallClock: "1970-01-01 4 00:00 0")

    private init(instant: Date, wallClock: String) {
        self.instant = instant
        self.wallClock = wallClock
    }

    /// Reads one; nil when it is written otherwise, or there is no such date, or it is before 1970.
    init?(_ text: String) {
        let parts = text.split(separator: " ", omittingEmptySubsequences: false)
        guard parts.count == 3, let offset = Self.seconds(parts[2]) else { return nil }
        let (date, time) = (parts[0], parts[1])
        // A 31 February and a 24:00 come back as another text.
        guard let local = try? Date("\(date)T\(time):00Z", strategy: .iso8601), local.timeIntervalSince1970 >= 0,
            local.formatted(.iso8601) == "\(date)T\(time):00Z"
        else { return nil }
        instant = local - TimeInterval(offset)
        // 1970-01-01 was a Thursday, the fourth day of ISO 8601's week.
        let weekday = (Int(local.timeIntervalSince1970) / 86_400 + 3) % 7 + 1
        wallClock = "\(date) \(weekday) \(time) \(offset)"
    }

    /// The moment as a clock in this zone shows it.
    func clock(in zone: String) throws(MalformedFact) -> WallClock { try WallClock(wallClock, zone: zone) }

    /// The seconds of an offset such as `-08:00`.
    private static func seconds(_ text: Substring) -> Int? {
        let digits = text.dropFirst().split(separator: ":", omittingEmptySubsequences: false)
        guard let sign = ["+": 1, "-": -1][text.prefix(1)], digits.count == 2,
            digits.allSatisfy({ $0.utf8.count == 2 && $0.allSatisfy(\.isNumber) }),
            let hours = Int(digits[0]), let minutes = Int(digits[1]), hours <= 14, minutes < 60
        else { return nil }
        return sign * (hours * 3600 + minutes * 60)
    }
}
