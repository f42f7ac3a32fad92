import FoundationEssentials

/// The `date-time` of RFC 5322 section 3.3, always in UTC as `+0000`.
enum InternetDate {
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// Writes `date` to the whole second before it; throws ``MailError`` outside the years 1970 to 9999.
    static func string(from date: Date) throws(MailError) -> String {
        let time = try CivilTime(date, field: .date)
        let day =
            "\(weekdays[time.daysFromThursday]), \(CivilTime.padded(time.day)) \(months[time.month - 1]) \(time.year)"
        let clock = [time.hour, time.minute, time.second].map(CivilTime.padded).joined(separator: ":")
        return "\(day) \(clock) +0000"
    }
}
