import FoundationEssentials
import Glibc

/// Moments as the clock on the operator's wall shows them; a pure value but for the time zone of this host.
struct WallClock {
    let now: Date

    /// The moment itself, with the zone that the others are told in: `Sun 22 Nov 2026 16:48 CET (UTC+01:00)`.
    var heading: String {
        let fields = Self.fields(of: now)
        return "\(Self.format("%a %-d %b %Y %H:%M", fields)) \(Self.zone(fields)) (\(Self.offset(fields)))"
    }

    /// A moment: `Sun 22 Nov 16:48`, with the year where it is another one, and the zone where its clock is another.
    func text(_ date: Date, withSeconds: Bool = false) -> String {
        let (fields, today) = (Self.fields(of: date), Self.fields(of: now))
        let day = fields.tm_year == today.tm_year ? "%a %-d %b" : "%-d %b %Y"
        let zone = fields.tm_gmtoff == today.tm_gmtoff ? "" : " \(Self.zone(fields))"
        return Self.format("\(day) %H:%M\(withSeconds ? ":%S" : "")", fields) + zone
    }

    /// How far away a moment is: `in 3h 10m`, `8m 4s ago`.
    func distance(to date: Date) -> String {
        let seconds = date.timeIntervalSince(now)
        return seconds >= 0 ? "in \(TimeSpan(seconds: seconds))" : "\(TimeSpan(seconds: -seconds)) ago"
    }

    private static func fields(of date: Date) -> tm {
        // No date of a letter is further away than some thousand years.
        var seconds = time_t(min(max(date.timeIntervalSince1970, -1e11), 1e11))
        var fields = tm()
        localtime_r(&seconds, &fields)
        return fields
    }

    private static func offset(_ fields: tm) -> String {
        let digits = format("%z", fields)
        return "UTC\(digits.dropLast(2)):\(digits.suffix(2))"
    }

    private static func zone(_ fields: tm) -> String { format("%Z", fields) }

    private static func format(_ format: String, _ fields: tm) -> String {
        var fields = fields
        return withUnsafeTemporaryAllocation(of: CChar.self, capacity: 80) { buffer in
            guard let start = buffer.baseAddress, strftime(start, buffer.count, format, &fields) > 0 else { return "" }
            return String(cString: start)
        }
    }
}
