/// How far a long command is, how fast it goes and when it will be done; a pure value.
struct ProgressState: Sendable {
    private struct Mark: Sendable {
        let done: Int
        let at: ContinuousClock.Instant
    }

    /// What is counted, such as `letters`.
    let noun: String
    let total: Int
    private(set) var done = 0
    private let start: ContinuousClock.Instant
    private var now: ContinuousClock.Instant
    private var marks: [Mark]

    /// The rate is that of so many last seconds: after a pause, or a relay's change of mind, the old one says nothing.
    private static let memory = Duration.seconds(30)

    /// Nothing of `total` done at this moment.
    init(_ noun: String, of total: Int, at start: ContinuousClock.Instant) {
        self.noun = noun
        self.total = total
        self.start = start
        now = start
        marks = [Mark(done: 0, at: start)]
    }

    /// So many are done now.
    mutating func advance(to done: Int, at now: ContinuousClock.Instant) {
        self.done = done
        self.now = now
        while marks.count > 1, marks[1].at <= now - Self.memory { marks.removeFirst() }
        if let last = marks.last, now - last.at >= .seconds(1) { marks.append(Mark(done: done, at: now)) }
    }

    /// So many a second lately; nil before anything can be said.
    var rate: Double? {
        guard let first = marks.first, now > first.at, done > first.done else { return nil }
        return Double(done - first.done) / ((now - first.at) / .seconds(1))
    }

    /// The whole seconds it will take from now on; nil before anything can be said.
    var secondsLeft: Double? { rate.map { (Double(total - done) / $0).rounded(.up) } }

    /// How long it has taken.
    var elapsed: Duration { now - start }

    /// From 0 to 1.
    var share: Double { total > 0 ? min(1, Double(done) / Double(total)) : 1 }

    /// The state in words: `120 of 500 letters, 2.0/s, 3m 10s left`.
    var sentence: String {
        let speed = rate.map { ", \(Self.short($0))/s" } ?? ""
        let left = done < total ? secondsLeft.map { ", \(TimeSpan(seconds: $0)) left" } ?? "" : ", \(TimeSpan(elapsed))"
        return "\(done) of \(total) \(noun)\(speed)\(left)"
    }

    /// A bar and the words, in one line of at most so many columns; without the bar where there is no room for it.
    func bar(columns: Int) -> StyledLine {
        let words = StyledLine(sentence)
        let room = min(40, columns - words.columns - 4)
        guard room >= 10 else { return words.cut(to: columns) }
        let full = Int(share * Double(room))
        return "[" + StyledLine(String(repeating: "#", count: full), .good)
            + StyledLine(String(repeating: ".", count: room - full), .faint) + "]  " + words
    }

    /// One digit after the point below ten, none above: the rate is no exact figure.
    private static func short(_ rate: Double) -> String {
        rate >= 9.95 ? "\(Int(rate.rounded()))" : "\((rate * 10).rounded() / 10)"
    }
}
