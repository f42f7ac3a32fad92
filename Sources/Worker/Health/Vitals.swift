import Synchronization

/// What goes wrong in a worker and since when, and when it last proved that it does its work.
///
/// Shared by its tasks; health and the log are told from it. The reasons are the errors' own sentences, which name
/// nobody.
final class Vitals: Sendable {
    /// What can be in trouble.
    enum Subject: Hashable, Sendable {
        /// The database connection of this name.
        case connection(String)
        case claims
        case putBack
        case nextDue
        case settles
        case heartbeat
        case listener
        case queueWatch
    }

    /// Trouble that lasts.
    struct Trouble: Sendable, Equatable {
        let since: ContinuousClock.Instant
        let reason: String
    }

    private struct State {
        var troubles: [Subject: Trouble] = [:]
        var provedAt: ContinuousClock.Instant?
    }

    private let state = Mutex(State())

    /// Notes trouble, or the latest reason for it; true when it is new.
    func note(_ subject: Subject, _ reason: String, at now: ContinuousClock.Instant = .now) -> Bool {
        state.withLock { state in
            let known = state.troubles[subject]
            state.troubles[subject] = Trouble(since: known?.since ?? now, reason: reason)
            return known == nil
        }
    }

    /// Notes the end of trouble; how long it lasted, nil when there was none.
    func end(_ subject: Subject, at now: ContinuousClock.Instant = .now) -> Duration? {
        state.withLock { $0.troubles.removeValue(forKey: subject) }.map { now - $0.since }
    }

    /// Notes that the queue was claimed from or found empty, or need not be looked at: the couriers have enough, or the
    /// relay takes nothing.
    func proved(at now: ContinuousClock.Instant = .now) {
        state.withLock { $0.provedAt = now }
    }

    /// All trouble there is.
    var troubles: [Subject: Trouble] { state.withLock { $0.troubles } }

    /// When the claim loop last did its work; nil before the first time.
    var provedAt: ContinuousClock.Instant? { state.withLock { $0.provedAt } }
}
