import FoundationEssentials

/// The `date-time` of RFC 5322 section 3.3, always in UTC as `+0000`.
enum InternetDate {
    private static let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
    private static let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]

    /// The first second of the year 10000, which the grammar's readers no longer expect.
    private static let end = 253_402_300_800.0

    /// Writes `date` to the whole second before it; throws ``MailError`` outside the years 1970 to 9999.
    static func string(from date: Date) throws(MailError) -> String {
        let seconds = date.timeIntervalSince1970
        guard seconds >= 0, seconds < end else { throw MailError(.date, .outOfRange) }
        let (days, second) = Int(seconds).quotientAndRemainder(dividingBy: 86_400)
        let (year, month, day) = civil(days)
        let clock = "\(padded(second / 3600)):\(padded(second / 60 % 60)):\(padded(second % 60))"
        return "\(weekdays[days % 7]), \(padded(day)) \(months[month - 1]) \(year) \(clock) +0000"
    }

    private static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    /// The Gregorian date `days` after 1970-01-01, with years that begin in March so that the leap day is last.
    private static func civil(_ days: Int) -> (year: Int, month: Int, day: Int) {
        let (era, dayOfEra) = (days + 719_468).quotientAndRemainder(dividingBy: 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }
}
