import Testing

@testable import SMTP
@testable import Worker

@Suite("Relay pool")
final class RelayPoolTests {
    private let now = ContinuousClock.now
    private var pool = RelayPool([("a", false), ("b", false)], sessions: 8)

    @Test("letters go to the first relay, and only couriers within its limit carry them")
    func preference() {
        for courier in 1...5 { #expect(relay(courier) == 0) }
        for courier in 6...8 { #expect(route(courier) == .parked) }
        #expect(pool.admits(5) && !pool.admits(6))
        #expect(pool.readiness() == .ready(relay: 0, places: 5))
        #expect(pool.lines.map(\.underWay) == [5, 0])
    }

    @Test("a relay that takes letters soon gets every courier")
    func growth() throws {
        for _ in 0..<18 { #expect(end(try pass(1), .judged).isEmpty) }
        #expect(pool.admits(8))
        #expect(pool.readiness() == .ready(relay: 0, places: 8))
    }

    @Test("a letter that one relay turned away goes to the next, and to none twice")
    func nextRelay() {
        #expect(relay(1, tried: [0]) == 1)
        #expect(relay(1, tried: [1]) == 0)
        #expect(route(1, tried: [0, 1]) == .none)
    }

    @Test("when the first relay's breaker opens, letters go to the second, and to the first again once it is back")
    func failoverAndBack() throws {
        let events = end(try pass(1), try .trouble(Self.trouble()))
        #expect(events.map(\.name) == ["opened 0", "over to 1"])
        #expect(relay(2) == 1)
        #expect(pool.readiness() == .ready(relay: 1, places: 5))
        #expect(try pool.trouble?.description == Self.trouble().description)
        #expect(pool.hasAlternative(to: 0) && !pool.hasAlternative(to: 1))

        #expect(probe(0, nil).isEmpty)
        let trial = try pass(3)
        #expect(trial.relay == 0)
        #expect(relay(4) == 1, "one letter tries, the others do not wait for it")
        #expect(end(trial, .judged).map(\.name) == ["closed 0"])
        #expect(relay(4) == 0)
        #expect(pool.trouble == nil)
    }

    @Test("while every breaker is open nothing is claimed, and then one letter, once nothing else is under way")
    func allOpen() throws {
        let events =
            end(try pass(1), try .trouble(Self.trouble()))
            + end(try pass(1), try .trouble(Self.trouble()))
        #expect(events.map(\.name) == ["opened 0", "over to 1", "opened 1"])
        #expect(pool.readiness() == .away(until: now + .seconds(5)))
        #expect(route(1) == .none)
        #expect(pool.admits(8), "couriers give back what they hold")

        _ = probe(1, nil)
        #expect(pool.readiness() == .trial(relay: 1, isLast: true))
        let trial = try pass(1)
        #expect(trial.relay == 1)
        #expect(pool.readiness() == .away(until: now + .seconds(5)))
        _ = end(trial, .undecided)
        #expect(pool.readiness() == .trial(relay: 1, isLast: true))
    }

    @Test("what began before a breaker opened says nothing about the relay afterwards")
    func stragglers() throws {
        let (early, late) = (try pass(1), try pass(2))
        #expect(pool.isCurrent(early))
        _ = end(late, try .trouble(Self.trouble()))
        let last = try pass(3)
        #expect(end(last, try .trouble(Self.trouble())).map(\.name) == ["opened 0", "over to 1"])
        #expect(!pool.isCurrent(early))
        #expect(end(early, .judged).isEmpty)
        #expect(pool.lines[0].breaker.state == .open(until: now + .seconds(5)))
        #expect(pool.lines[0].underWay == 0)
    }

    @Test("a relay that asks for fewer gets half the couriers, and the others are parked")
    func throttle() throws {
        let passes = try (1...4).map { try pass($0) }
        #expect(end(passes[0], try .trouble(Self.trouble(code: 421)), at: now + .seconds(1)).isEmpty)
        #expect(pool.admits(2) && !pool.admits(3))
        #expect(end(passes[1], try .trouble(Self.trouble(code: 421)), at: now + .seconds(2)).isEmpty)
        #expect(pool.admits(2), "they were under way together")
        #expect(route(3) == .parked, "another relay is no place for what is too much for this")
        for pass in passes[2...] { _ = end(pass, .judged) }
        #expect(pool.admits(3))
    }

    @Test("a probe that fails keeps the relay away for longer")
    func failedProbe() throws {
        _ = end(try pass(1), try .trouble(Self.trouble()))
        let events = probe(0, try Self.trouble(), at: now + .seconds(5))
        #expect(events.map(\.name) == ["opened 0"])
        #expect(pool.lines[0].breaker.state == .open(until: now + .seconds(15)))
    }

    @Test("a letter goes to a relay with a rate only when that relay's budget paid for it")
    func payment() throws {
        pool = RelayPool([("a", true), ("b", false)], sessions: 8)
        #expect(relay(1, payee: 0) == 0)
        #expect(relay(1, payee: 1) == 1)
        #expect(relay(1) == 1)
        _ = end(try pass(1, payee: 0), .undecided)
        pool = RelayPool([("a", true), ("b", true)], sessions: 8)
        #expect(route(1, tried: [0], payee: 0) == .none)
    }

    @Test("no courier is parked with a letter for another relay than the one whose limit would wake it")
    func parkedForNobody() throws {
        pool = RelayPool([("a", true), ("b", false)], sessions: 8)
        for _ in 0..<18 { _ = end(try pass(1, payee: 0), .judged) }
        #expect(pool.admits(6))
        #expect(route(6, payee: 1) == .none)
        #expect(relay(5, payee: 1) == 1)
    }

    @Test("the trial of a relay with a rate is claimed for it, though another takes letters")
    func ratedTrial() throws {
        pool = RelayPool([("a", true), ("b", false)], sessions: 8)
        _ = end(try pass(1, payee: 0), try .trouble(Self.trouble()))
        #expect(pool.readiness() == .ready(relay: 1, places: 5))
        _ = probe(0, nil)
        #expect(pool.readiness() == .trial(relay: 0, isLast: false))
        #expect(relay(1, payee: 0) == 0)
        #expect(pool.readiness() == .ready(relay: 1, places: 5))
    }

    @Test("how a relay stands is told with its name, its limit and its trouble")
    func state() throws {
        _ = end(try pass(1), try .trouble(Self.trouble()))
        _ = try pass(2)
        let states = pool.lines.map(RelayState.init)
        #expect(states.map(\.name) == ["a", "b"])
        #expect(states.map(\.state) == [.open, .closed])
        #expect(states.map(\.limit) == [5, 5])
        #expect(states.map(\.sessionsInUse) == [0, 1])
        #expect(try states.map(\.trouble) == [Self.trouble().description, nil])
    }

    private func relay(_ courier: Int, tried: Set<Int> = [], payee: Int? = nil) -> Int? {
        try? pass(courier, tried: tried, payee: payee).relay
    }

    private func pass(
        _ courier: Int, tried: Set<Int> = [], payee: Int? = nil
    ) throws -> RelayPool.Pass {
        guard case .pass(let pass) = route(courier, tried: tried, payee: payee) else {
            throw NoWay()
        }
        return pass
    }

    private struct NoWay: Error {}

    private func route(_ courier: Int, tried: Set<Int> = [], payee: Int? = nil) -> RelayPool.Route {
        pool.route(courier: courier, tried: tried, payee: payee, at: now)
    }

    private func end(
        _ pass: RelayPool.Pass, _ ending: RelayPool.Ending, at time: ContinuousClock.Instant? = nil
    ) -> [RelayPool.Event] {
        pool.ended(pass, ending, at: time ?? now, chance: 0.5)
    }

    private func probe(
        _ relay: Int, _ trouble: RelayUnavailable?, at time: ContinuousClock.Instant? = nil
    ) -> [RelayPool.Event] {
        pool.probed(relay, trouble, at: time ?? now, chance: 0.5)
    }

    private static func trouble(code: Int? = nil) throws -> RelayUnavailable {
        let relay = try Relay(url: "smtp://127.0.0.1:25", password: nil, caFile: nil, ehloName: "here.test")
        let reply = code.map { Reply(code: $0, wire: Array("\($0) 4.3.2 Later\r\n".utf8)) }
        return RelayUnavailable(SMTPFailure(.refused, at: .greeting, reply: reply, relay: relay))
    }
}

extension RelayPool.Event {
    fileprivate var name: String {
        switch self {
        case .opened(let relay, _, _): "opened \(relay)"
        case .closed(let relay): "closed \(relay)"
        case .failedOver(let relay): "over to \(relay)"
        }
    }
}
