/// A moment as a wall clock somewhere shows it.
///
/// The database computes it; Swift only words it.
package struct LocalTime: Sendable, Equatable {
    /// Gregorian year.
    package let year: Int
    /// 1 (January) to 12.
    package let month: Int
    /// 1 to 31.
    package let day: Int
    /// ISO 8601: 1 (Monday) to 7 (Sunday).
    package let weekday: Int
    /// 0 to 23.
    package let hour: Int
    /// 0 to 59.
    package let minute: Int
    /// Seconds east of UTC in force at that moment, within ± 24 h.
    package let utcOffset: Int
    /// IANA time zone identifier, such as `America/Los_Angeles`.
    package let zone: String

    /// Returns nil when a part is out of its range; the calendar itself is the database's business.
    package init?(
        year: Int, month: Int, day: Int, weekday: Int, hour: Int, minute: Int, utcOffset: Int, zone: String
    ) {
        guard (1...9999).contains(year), (1...12).contains(month), (1...31).contains(day), (1...7).contains(weekday),
            (0...23).contains(hour), (0...59).contains(minute), abs(utcOffset) < 86_400
        else { return nil }
        (self.year, self.month, self.day, self.weekday) = (year, month, day, weekday)
        (self.hour, self.minute, self.utcOffset, self.zone) = (hour, minute, utcOffset, zone)
    }
}
