import FoundationEssentials

/// Instants as tokens and published keys write them: `2026-03-04T17:00:00Z`, UTC, whole seconds, 20 characters.
enum Instant {
    private static let secondsPerDay = 86_400

    /// The text of an instant, rounded down to the second; nil outside the years 0001 to 9999.
    static func text(_ instant: Date) -> String? {
        seconds(instant).map(text(unixSeconds:))
    }

    /// The whole seconds since 1970, rounded down; nil outside the years 0001 to 9999.
    static func seconds(_ instant: Date) -> Int? {
        let seconds = instant.timeIntervalSince1970.rounded(.down)
        guard seconds >= -62_135_596_800, seconds < 253_402_300_800 else { return nil }
        return Int(seconds)
    }

    /// The instant of a text, or nil unless the text is exactly what `text` would write.
    static func parse(_ text: some Collection<UInt8>) -> Date? {
        let bytes = Array(text)
        let template = Array("0000-00-00T00:00:00Z".utf8)
        let hasShape =
            bytes.count == template.count
            && zip(bytes, template).allSatisfy { $1 == UInt8(ascii: "0") ? $0.isDigit : $0 == $1 }
        guard hasShape else { return nil }
        func number(_ range: Range<Int>) -> Int {
            bytes[range].reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) }
        }
        let days = daysSince1970(year: number(0..<4), month: number(5..<7), day: number(8..<10))
        let seconds = days * secondsPerDay + number(11..<13) * 3600 + number(14..<16) * 60 + number(17..<19)
        let instant = Date(timeIntervalSince1970: Double(seconds))
        // A 31 February, a 24:00 or a leap second would come back as another text.
        return self.text(instant).map { Array($0.utf8) } == bytes ? instant : nil
    }

    private static func text(unixSeconds seconds: Int) -> String {
        let secondOfDay = ((seconds % secondsPerDay) + secondsPerDay) % secondsPerDay
        let (year, month, day) = date(daysSince1970: (seconds - secondOfDay) / secondsPerDay)
        let fields = [
            (year, 4, "-"), (month, 2, "-"), (day, 2, "T"),
            (secondOfDay / 3600, 2, ":"), (secondOfDay / 60 % 60, 2, ":"), (secondOfDay % 60, 2, "Z"),
        ]
        return fields.reduce(into: "") { text, field in
            let digits = String(field.0)
            text += String(repeating: "0", count: max(0, field.1 - digits.count)) + digits + field.2
        }
    }

    /// The Gregorian date of a day, counted in years that begin on 1 March so that the leap day comes last.
    private static func date(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return (year, month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func daysSince1970(year: Int, month: Int, day: Int) -> Int {
        let shiftedYear = month <= 2 ? year - 1 : year
        let era = (shiftedYear >= 0 ? shiftedYear : shiftedYear - 399) / 400
        let yearOfEra = shiftedYear - era * 400
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        let dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear
        return era * 146_097 + dayOfEra - 719_468
    }
}
