import FoundationEssentials

/// A moment on the Gregorian calendar in UTC, to the whole second before it.
struct CivilTime {
    let year: Int
    let month: Int
    let day: Int
    let hour: Int
    let minute: Int
    let second: Int
    /// From 0 for Thursday, the day of the week that 1970 began with.
    let daysFromThursday: Int

    /// The first second of the year 10000, which the grammars' readers no longer expect.
    private static let end = 253_402_300_800.0

    /// Throws ``MailError`` about `field` outside the years 1970 to 9999.
    init(_ date: Date, field: MailError.Field) throws(MailError) {
        let seconds = date.timeIntervalSince1970
        guard seconds >= 0, seconds < Self.end else { throw MailError(field, .outOfRange) }
        let (days, rest) = Int(seconds).quotientAndRemainder(dividingBy: 86_400)
        (year, month, day) = Self.civil(days)
        (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60)
        daysFromThursday = days % 7
    }

    /// The number with at least two digits.
    static func padded(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

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
