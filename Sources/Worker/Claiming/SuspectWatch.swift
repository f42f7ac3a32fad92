/// When the jobs that were in flight in two crashes get their turn: a pure value.
///
/// A suspect is carried alone, by a worker that has nothing else in flight, so that its next crash accuses nobody else.
/// That waits until nothing else is due; but a worker that is never idle clears the way for one that has waited.
struct SuspectWatch {
    /// A suspect that has been due for so long has a busy worker clear its way.
    static let patience: Duration = .seconds(60)
    /// A busy worker asks this often whether one has waited so long; that may read much of a long queue.
    private static let questionInterval: Duration = .seconds(15)
    /// Suspects that have waited get so much of a busy worker's time after a question.
    private static let turn: Duration = .seconds(1)
    /// An idle worker looks for suspects this often.
    private static let idleInterval: Duration = .seconds(5)

    private var lookedAt: ContinuousClock.Instant?
    private var askedAt: ContinuousClock.Instant
    private var turnBegan: ContinuousClock.Instant?
    /// Nothing else is claimed until what is in flight is settled and the suspects had their turn.
    private(set) var isClearing = false

    init(now: ContinuousClock.Instant) {
        askedAt = now
    }

    /// Whether a worker with nothing in flight and nothing else due should look for a suspect now.
    func isLookDue(now: ContinuousClock.Instant) -> Bool {
        lookedAt.map { now - $0 >= Self.idleInterval } ?? true
    }

    /// Whether a busy worker should ask now if one has waited too long.
    func isQuestionDue(now: ContinuousClock.Instant) -> Bool {
        !isClearing && now - askedAt >= Self.questionInterval
    }

    /// Learns the answer to that question.
    mutating func answered(isWaiting: Bool, now: ContinuousClock.Instant) {
        askedAt = now
        turnBegan = nil
        isClearing = isWaiting
    }

    /// Learns whether a look found one; then there may be more.
    mutating func looked(found: Bool, now: ContinuousClock.Instant) {
        lookedAt = found ? nil : now
        let began = turnBegan ?? now
        turnBegan = began
        if !found || now - began >= Self.turn { (isClearing, askedAt) = (false, now) }
    }
}
