/// Tells on standard error how far a long command is: a bar on a terminal, a line now and then in a pipe or a file.
struct ProgressBar {
    private var state: ProgressState
    private let isLive = Terminal.errors.canRedraw
    private let tellsLogs: Bool
    private var lastShown: ContinuousClock.Instant
    private var lastTenth = 0
    private var hasEnded = false

    /// Often enough to look alive, rarely enough to cost nothing.
    private static let frame = Duration.milliseconds(100)
    /// The longest silence of a log.
    private static let silence = Duration.seconds(30)

    /// Begins.
    ///
    /// - Parameters:
    ///   - noun: what is counted, in the plural, such as `letters`.
    ///   - tellsLogs: whether a pipe or a file learns of it, too; a matter of seconds is not worth a line there.
    init(_ noun: String, of total: Int, tellsLogs: Bool = true) {
        let now = ContinuousClock.now
        self.tellsLogs = tellsLogs
        state = ProgressState(noun, of: total, at: now)
        lastShown = now
        if isLive { draw() }
    }

    /// So many are done: drawn at most ten times a second; a line in a log at each tenth, or after half a minute.
    mutating func show(_ done: Int) {
        let now = ContinuousClock.now
        state.advance(to: done, at: now)
        let tenth = Int(state.share * 10)
        let isWanted = isLive ? now - lastShown >= Self.frame : tenth > lastTenth || now - lastShown >= Self.silence
        guard isWanted else { return }
        (lastShown, lastTenth) = (now, tenth)
        draw()
    }

    /// Takes the bar away, once; what became of it all is the command's to say.
    mutating func end() {
        guard isLive, !hasEnded else { return }
        hasEnded = true
        Terminal.errors.clearLine()
    }

    private func draw() {
        guard isLive else { return tellsLogs ? Terminal.error(state.sentence) : () }
        // Free stay two columns for the ^C that a terminal writes behind the bar, and the last one: once that is written
        // it may go to the next line, and what is left of the bar in this one is never taken away.
        Terminal.errors.replaceLine(state.bar(columns: Terminal.errors.columns - 3))
    }
}
