package import Rendering

/// Reads the database's wording of a wall clock: Swift words times and computes none, so that letter, reminder and
/// deadline share one time zone database.
package struct WallClock: Sendable, Equatable {
    /// The moment, in parts.
    package let time: LocalTime

    /// Reads `holdfast.wall_clock`: `2027-03-04 4 10:00 -28800`, the weekday 1 to 7 from Monday, the offset in seconds
    /// east of UTC.
    package init(_ text: String, zone: String) throws(MalformedFact) {
        let numbers = text.split(whereSeparator: { " :".contains($0) }).flatMap { part in
            part.first == "-" ? [Int(part)] : part.split(separator: "-").map { Int($0) }
        }
        let parts = numbers.compactMap { $0 }
        guard numbers.count == 7, parts.count == 7,
            let time = LocalTime(
                year: parts[0], month: parts[1], day: parts[2], weekday: parts[3], hour: parts[4], minute: parts[5],
                utcOffset: parts[6], zone: zone)
        else { throw MalformedFact("holdfast.wall_clock did not return a date, a weekday, a time and an offset") }
        self.time = time
    }
}
