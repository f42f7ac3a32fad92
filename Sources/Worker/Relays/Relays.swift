import Logging
import SMTP
import Synchronization

/// The relays as the couriers, their probers and the claim loop share them: the pool, who is to be woken, and the log.
final class Relays: Sendable {
    /// In the order they are preferred.
    let all: [Relay]

    private struct State {
        var pool: RelayPool
        var isClosed = false
    }

    /// With another relay at hand nobody waits for this one as long as RFC 5321 allows.
    private static let patience: Duration = .seconds(10)
    private static let longestPark: Duration = .seconds(1)

    private let state: Mutex<State>
    /// Wakes the claim loop.
    private let bell: Bell
    private let couriers: [Bell]
    private let probers: [Bell]
    private let logger: Logger

    /// - Parameters:
    ///   - relays: in the order they are preferred, at least one.
    ///   - sessions: how many couriers there are.
    ///   - bell: rung when there may be something to claim again.
    init(_ relays: [Relay], sessions: Int, bell: Bell, logger: Logger) {
        all = relays
        state = Mutex(
            State(
                pool: RelayPool(
                    relays.map { ($0.description, $0.ratePerSecond != nil) }, sessions: sessions)))
        self.bell = bell
        couriers = (0..<sessions).map { _ in Bell() }
        probers = relays.map { _ in Bell() }
        self.logger = logger
    }

    /// How they stand, in the order they are preferred.
    var states: [RelayState] { state.withLock { $0.pool.lines.map(RelayState.init) } }

    /// Whether no letter is on its way to any of them.
    var isIdle: Bool { state.withLock { $0.pool.lines.allSatisfy { $0.underWay == 0 } } }

    /// What may be claimed now.
    var readiness: RelayPool.Readiness { state.withLock { $0.pool.readiness() } }

    /// The trouble of the first relay that has any.
    var trouble: RelayUnavailable? { state.withLock { $0.pool.trouble } }

    /// Where the letter in a courier's hand goes.
    func route(courier: Int, tried: Set<Int>, payee: Int?) -> RelayPool.Route {
        state.withLock { $0.pool.route(courier: courier, tried: tried, payee: payee, at: .now) }
    }

    /// Whether a pass still says something: its relay's breaker has not opened since.
    func isCurrent(_ pass: RelayPool.Pass) -> Bool { state.withLock { $0.pool.isCurrent(pass) } }

    /// The timers for opening a session with a relay: shorter ones while another takes letters.
    func timers(_ timers: Timers, for relay: Int) -> Timers {
        guard state.withLock({ $0.pool.hasAlternative(to: relay) }) else { return timers }
        var shorter = timers
        shorter.connect = min(timers.connect, Self.patience)
        shorter.greeting = min(timers.greeting, Self.patience)
        shorter.hello = min(timers.hello, Self.patience)
        return shorter
    }

    /// Tells what a pass came to; every pass ends here once.
    func ended(_ pass: RelayPool.Pass, _ ending: RelayPool.Ending) {
        learn { $0.ended(pass, ending, at: .now, chance: .random(in: 0...1)) }
    }

    /// Tells what a session without a letter came to; nil says that the relay lets us in.
    func probed(_ relay: Int, _ trouble: RelayUnavailable?) {
        learn { $0.probed(relay, trouble, at: .now, chance: .random(in: 0...1)) }
        bell.ring()
    }

    /// Returns once a courier may take a letter, or all is over.
    func admission(of courier: Int) async {
        while !state.withLock({ $0.isClosed || $0.pool.admits(courier) }), !Task.isCancelled {
            await couriers[courier - 1].wait(atMost: Self.longestPark)
        }
    }

    /// Returns once a relay is to be probed, or the task is cancelled.
    func probeIsDue(_ relay: Int) async {
        while !Task.isCancelled {
            let breaker = state.withLock { $0.pool.lines[relay].breaker.state }
            guard case .open(let until) = breaker else {
                await probers[relay].wait(atMost: .seconds(60))
                continue
            }
            if until <= .now { return }
            await probers[relay].wait(atMost: until - .now)
        }
    }

    /// Lets every courier go on: nothing more is claimed.
    func close() {
        state.withLock { $0.isClosed = true }
        for courier in couriers { courier.ring() }
    }

    private func learn(_ lesson: (inout RelayPool) -> [RelayPool.Event]) {
        let (events, isWider) = state.withLock { state in
            let before = state.pool.active.map { state.pool.lines[$0].limit.places }
            let events = lesson(&state.pool)
            let after = state.pool.active.map { state.pool.lines[$0].limit.places }
            return (events, before != after)
        }
        for event in events { tell(event) }
        if isWider || !events.isEmpty {
            for courier in couriers { courier.ring() }
            bell.ring()
        }
    }

    private func tell(_ event: RelayPool.Event) {
        switch event {
        case .opened(let relay, let pause, let trouble):
            logger.event(
                .error, "the relay takes no letters",
                [.relay: all[relay], .error: trouble, .delay: Int(pause / .milliseconds(1))])
            probers[relay].ring()
        case .closed(let relay):
            logger.event(.notice, "the relay takes letters again", [.relay: all[relay]])
        case .failedOver(let relay):
            logger.event(.warning, "letters go to the next relay", [.relay: all[relay]])
        }
    }
}
