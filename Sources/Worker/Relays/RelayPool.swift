import SMTP

/// The relays in the order they are preferred: which of them a letter goes to, and what is known of each.
///
/// A pure value; clock and chance are handed in. Courier number n may hold a session with a relay whose limit is at
/// least n: so no more sessions are open than the limit says, and nobody has to count them.
struct RelayPool {
    /// What is known of one relay.
    struct Line {
        let name: String
        /// Letters to it are paid for from the budget that all workers share.
        let isRated: Bool
        var breaker = Breaker()
        var limit: ConcurrencyLimit
        /// Letters on their way to it.
        var underWay = 0
        var trouble: RelayUnavailable?
        /// Since when it takes no letters freely.
        var awaySince: ContinuousClock.Instant?
    }

    /// A letter's leave to go to a relay; `ended` must be told what became of it.
    struct Pass: Equatable {
        let relay: Int
        let generation: Int
        let begunAt: ContinuousClock.Instant
    }

    /// Where a letter may go.
    enum Route: Equatable {
        case pass(Pass)
        /// The relay has enough sessions: others carry the letter.
        case parked
        /// No relay takes it now.
        case none
    }

    /// What a pass came to.
    enum Ending {
        /// The relay judged the letter by itself.
        case judged
        /// Nothing was learnt of the relay.
        case undecided
        /// The relay takes no letters, or fewer of them.
        case trouble(RelayUnavailable)
    }

    /// What the log is to tell.
    enum Event {
        case opened(relay: Int, pause: Duration, RelayUnavailable)
        case closed(relay: Int)
        /// Letters go to this relay from now on, because the one before it takes none.
        case failedOver(to: Int)
    }

    /// What may be claimed.
    enum Readiness: Equatable {
        /// Letters for this relay.
        case ready(relay: Int, places: Int)
        /// One letter, to try this relay; `isLast` when no other relay takes letters meanwhile.
        case trial(relay: Int, isLast: Bool)
        /// Nothing; the first relay is probed at this moment, or at any.
        case away(until: ContinuousClock.Instant?)
    }

    private(set) var lines: [Line]

    /// - Parameter sessions: how many sessions one relay gets at most.
    init(_ relays: [(name: String, isRated: Bool)], sessions: Int) {
        lines = relays.map { Line(name: $0.name, isRated: $0.isRated, limit: ConcurrencyLimit(most: sessions)) }
    }

    /// The first relay that takes letters.
    var active: Int? { lines.firstIndex { $0.breaker.state == .closed } }

    /// The trouble of the first relay that has any.
    var trouble: RelayUnavailable? { lines.lazy.compactMap(\.trouble).first }

    /// Where the letter in a courier's hand goes.
    ///
    /// - Parameters:
    ///   - courier: the courier's number, from 1.
    ///   - tried: the relays that turned the letter away.
    ///   - payee: the relay whose budget paid for the letter.
    mutating func route(
        courier: Int, tried: Set<Int> = [], payee: Int? = nil, at now: ContinuousClock.Instant
    ) -> Route {
        for index in lines.indices where !tried.contains(index) && (!lines[index].isRated || payee == index) {
            switch lines[index].breaker.state {
            case .closed:
                if courier <= lines[index].limit.places { return .pass(begin(index, at: now)) }
                // Couriers are woken by the active relay's limit; a letter that is not for it goes back to the queue.
                return index == active ? .parked : .none
            case .halfOpen(isTried: false):
                lines[index].breaker.beginTrial()
                return .pass(begin(index, at: now))
            case .halfOpen(isTried: true), .open:
                continue
            }
        }
        return .none
    }

    /// Whether a courier may take a letter at all.
    func admits(_ courier: Int) -> Bool {
        active.map { courier <= lines[$0].limit.places } ?? true
    }

    /// Whether a pass still says something: its relay's breaker has not opened since.
    func isCurrent(_ pass: Pass) -> Bool {
        lines[pass.relay].breaker.generation == pass.generation
    }

    /// Whether another relay takes letters, so that nobody needs patience with this one.
    func hasAlternative(to relay: Int) -> Bool {
        lines.indices.contains { $0 != relay && lines[$0].breaker.state == .closed }
    }

    /// What may be claimed now.
    func readiness() -> Readiness {
        for (index, line) in lines.enumerated() {
            switch line.breaker.state {
            case .closed:
                return .ready(relay: index, places: line.limit.places)
            case .halfOpen(isTried: false) where line.isRated || active == nil:
                // A letter that another relay's budget paid for could not try this one.
                return .trial(relay: index, isLast: active == nil)
            case .halfOpen, .open:
                continue
            }
        }
        let probes = lines.compactMap { line in
            if case .open(let until) = line.breaker.state { until } else { nil }
        }
        return .away(until: probes.min())
    }

    /// Learns from the end of a pass.
    mutating func ended(
        _ pass: Pass, _ ending: Ending, at now: ContinuousClock.Instant, chance: @autoclosure () -> Double
    ) -> [Event] {
        let (relay, underWay) = (pass.relay, lines[pass.relay].underWay)
        lines[relay].underWay -= 1
        switch ending {
        case .judged:
            lines[relay].limit.grow()
            guard lines[relay].breaker.succeeded(pass.generation) else { return [] }
            (lines[relay].trouble, lines[relay].awaySince) = (nil, nil)
            return [.closed(relay: relay)]
        case .undecided:
            lines[relay].breaker.withdrew(pass.generation)
            return []
        case .trouble(let trouble):
            let before = active
            if trouble.asksForFewer { lines[relay].limit.cut(begun: pass.begunAt, at: now) }
            let pause = lines[relay].breaker.failed(
                pass.generation, underWay: underWay, hint: trouble.retryAfter, at: now, chance: chance())
            return pause.map { opened(relay, $0, trouble, before: before, at: now) } ?? []
        }
    }

    /// Learns from a session without a letter, opened to see whether a relay is back; nil says that it is.
    mutating func probed(
        _ relay: Int, _ trouble: RelayUnavailable?, at now: ContinuousClock.Instant, chance: Double
    ) -> [Event] {
        guard let trouble else {
            lines[relay].breaker.probed()
            return []
        }
        let before = active
        let pause = lines[relay].breaker.open(hint: trouble.retryAfter, at: now, chance: chance)
        return opened(relay, pause, trouble, before: before, at: now)
    }

    private mutating func begin(_ relay: Int, at now: ContinuousClock.Instant) -> Pass {
        lines[relay].underWay += 1
        return Pass(relay: relay, generation: lines[relay].breaker.generation, begunAt: now)
    }

    private mutating func opened(
        _ relay: Int, _ pause: Duration, _ trouble: RelayUnavailable, before: Int?, at now: ContinuousClock.Instant
    ) -> [Event] {
        lines[relay].trouble = trouble
        lines[relay].awaySince = lines[relay].awaySince ?? now
        let opened = Event.opened(relay: relay, pause: pause, trouble)
        guard before == relay, let active else { return [opened] }
        return [opened, .failedOver(to: active)]
    }
}

extension RelayState {
    init(_ line: RelayPool.Line) {
        name = line.name
        state =
            switch line.breaker.state {
            case .closed: .closed
            case .open: .open
            case .halfOpen: .halfOpen
            }
        limit = line.limit.places
        sessionsInUse = line.underWay
        trouble = line.trouble?.description
        since = line.awaySince
    }
}
