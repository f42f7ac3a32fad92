/// How long a relay asks to wait, read from the text of a transient reply.
enum RetryHint {
    /// The shortest and the longest wait that is believed.
    static let bounds: ClosedRange<Duration> = .seconds(60) ... .seconds(3600)

    /// Finds "in 5 minutes", "after 300 seconds", "retry in 2h" and the like; nil without one or when not 4yz.
    static func find(in reply: Reply) -> Duration? {
        guard reply.isTransient else { return nil }
        let words = reply.text.lowercased().split { !$0.isLetter && !$0.isNumber }
        for (index, word) in words.enumerated() where word == "in" || word == "after" {
            let rest = words[(index + 1)...]
            guard let first = rest.first else { return nil }
            let digits = first.prefix(while: \.isNumber)
            guard digits.count <= 6, let count = Int(digits) else { continue }
            let unit = digits.endIndex == first.endIndex ? rest.dropFirst().first : first[digits.endIndex...]
            guard let seconds = unit.flatMap(secondsPerUnit) else { continue }
            return min(max(.seconds(count * seconds), bounds.lowerBound), bounds.upperBound)
        }
        return nil
    }

    private static func secondsPerUnit(_ unit: Substring) -> Int? {
        switch unit {
        case "s", "sec", "secs", "second", "seconds": 1
        case "m", "min", "mins", "minute", "minutes": 60
        case "h", "hr", "hrs", "hour", "hours": 3600
        default: nil
        }
    }
}
