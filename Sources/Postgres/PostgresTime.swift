import FoundationEssentials

/// PostgreSQL's times: microseconds since 2000-01-01 00:00 UTC, with two values set aside for the infinities.
enum PostgresTime {
    /// 2000-01-01 on Foundation's scale, which starts at 2001-01-01.
    private static let epoch: Double = -31_622_400
    /// 4714-11-24 BC and 294277-01-01 AD (MIN_TIMESTAMP, END_TIMESTAMP in PostgreSQL's timestamp.h).
    private static let range: Range<Int64> = -211_813_488_000_000_000..<9_223_371_331_200_000_000

    /// The wire value of a date; nil outside what the server stores.
    static func microseconds(of date: Date) -> Int64? {
        let seconds = date.timeIntervalSinceReferenceDate
        if date == .distantFuture || seconds == .infinity { return .max }
        if date == .distantPast || seconds == -.infinity { return .min }
        // Whole seconds apart from their fraction: a product of both would lose digits far from the epoch.
        let whole = seconds.rounded(.down)
        guard let wholeSeconds = Int64(exactly: whole - epoch), wholeSeconds.magnitude < 9_223_372_000_000 else {
            return nil
        }
        let microseconds = wholeSeconds * 1_000_000 + Int64(((seconds - whole) * 1_000_000).rounded())
        return range.contains(microseconds) ? microseconds : nil
    }

    /// The date of a wire value; the infinities become `.distantFuture` and `.distantPast`.
    static func date(microseconds: Int64) -> Date {
        switch microseconds {
        case .max: return .distantFuture
        case .min: return .distantPast
        default:
            let (seconds, fraction) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
            return Date(timeIntervalSinceReferenceDate: Double(seconds) + epoch + Double(fraction) / 1_000_000)
        }
    }

    /// A duration cut to whole microseconds; nil when it does not fit 64 bits.
    static func microseconds(of duration: Duration) -> Int64? {
        let (seconds, attoseconds) = duration.components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, carry) = whole.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        return overflow || carry ? nil : sum
    }
}
