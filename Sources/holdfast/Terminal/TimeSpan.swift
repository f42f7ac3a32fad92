/// A length of time for people, in its two largest units: `45s`, `3m 10s`, `2h 5m`, `4d 1h`.
struct TimeSpan: CustomStringConvertible {
    let description: String

    /// A span of so many seconds; one below zero is none at all.
    init(seconds: Double) {
        let whole = Int(min(max(seconds, 0), 1e12))
        description =
            switch whole {
            case ..<60: "\(whole)s"
            case ..<3600: "\(whole / 60)m \(whole % 60)s"
            case ..<86_400: "\(whole / 3600)h \(whole % 3600 / 60)m"
            default: "\(whole / 86_400)d \(whole % 86_400 / 3600)h"
            }
    }

    /// A span as the clocks measure it.
    init(_ duration: Duration) { self.init(seconds: duration / .seconds(1)) }
}
