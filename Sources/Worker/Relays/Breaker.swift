/// Whether letters may go to one relay: a circuit breaker.
///
/// Closed, letters go. A cohort of failures opens it: as many in a row, with no letter judged in between, as there are
/// letters under way. So the failure of a lone letter opens it, one failure among many letters that are taken does not,
/// and a relay that dies under all its sessions opens it once. Open, nothing goes for a growing pause; then a session
/// without a letter probes the relay, and half-open one letter tries it.
///
/// A pure value; clock and chance are handed in.
struct Breaker {
    /// Where it stands.
    enum State: Equatable {
        /// Letters go.
        case closed
        /// Nothing goes; the relay is probed at this moment.
        case open(until: ContinuousClock.Instant)
        /// The probe succeeded: one letter may try, and perhaps does.
        case halfOpen(isTried: Bool)
    }

    private static let firstPause: Duration = .seconds(5)
    private static let longestPause: Duration = .seconds(300)

    private(set) var state = State.closed
    /// Counts the times it opened; what was begun before the last time says nothing about the relay now.
    private(set) var generation = 0
    /// Failures since a letter was judged.
    private var failures = 0
    /// Openings since the relay last took letters freely.
    private var openings = 0

    /// A letter takes the trial of a half-open breaker.
    mutating func beginTrial() {
        if case .halfOpen = state { state = .halfOpen(isTried: true) }
    }

    /// What began ended without saying anything about the relay: a trial is free again.
    mutating func withdrew(_ begun: Int) {
        if begun == generation, case .halfOpen = state { state = .halfOpen(isTried: false) }
    }

    /// The relay judged a letter by itself; true when that closed it.
    ///
    /// - Parameter begun: the generation in which the letter began.
    mutating func succeeded(_ begun: Int) -> Bool {
        guard begun == generation else { return false }
        failures = 0
        guard state != .closed else { return false }
        openings = 0
        state = .closed
        return true
    }

    /// The relay made trouble; returns the pause when that opened it.
    ///
    /// - Parameters:
    ///   - begun: the generation in which the letter began.
    ///   - underWay: how many letters are on their way to the relay, this one included.
    ///   - hint: how long the relay asks to wait.
    ///   - chance: 0 to 1.
    mutating func failed(
        _ begun: Int, underWay: Int, hint: Duration?, at now: ContinuousClock.Instant, chance: Double
    ) -> Duration? {
        guard begun == generation else { return nil }
        failures += 1
        guard state != .closed || failures >= underWay else { return nil }
        return open(hint: hint, at: now, chance: chance)
    }

    /// Opens it, whatever went before; returns the pause.
    mutating func open(hint: Duration?, at now: ContinuousClock.Instant, chance: Double) -> Duration {
        let doubled = Self.firstPause * Double(1 << min(openings, 10))
        let pause = hint ?? min(doubled, Self.longestPause) * (0.75 + 0.5 * chance)
        openings += 1
        failures = 0
        generation += 1
        state = .open(until: now + pause)
        return pause
    }

    /// A session without a letter was opened: the next letter may try.
    mutating func probed() {
        if case .open = state { state = .halfOpen(isTried: false) }
    }
}
