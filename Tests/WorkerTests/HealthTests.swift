import Testing

@testable import Worker

@Suite("Health, judged without a worker")
struct HealthTests {
    private typealias Code = Health.Problem.Code

    /// A worker that does its work.
    private var well: WorkerState {
        var state = WorkerState(leaseLeft: .seconds(8))
        state.sinceProof = .seconds(4)
        return state
    }

    private func health(_ change: (inout WorkerState) -> Void) -> Health {
        var state = well
        change(&state)
        return Health(state)
    }

    private func trouble(_ seconds: Int, _ reason: String = "why") -> WorkerState.Trouble {
        .init(lasted: .seconds(seconds), reason: reason)
    }

    private func relay(_ state: RelayState.State) -> RelayState {
        .init(name: "smtp://relay.test:587", state: state, limit: 5, sessionsInUse: 0, trouble: nil, since: nil)
    }

    @Test("a worker that claims is ready and nothing is wrong")
    func ready() {
        #expect(Health(well).status == .ready)
        #expect(Health(well).problems.isEmpty)
    }

    @Test("a worker that has claimed nothing yet is not ready")
    func fresh() {
        let health = health { $0.sinceProof = nil }
        #expect(health.status == .failing)
        #expect(health.problems.map(\.code) == [.claims])
    }

    @Test("a worker that lives and claims nothing is not ready, from 45 seconds on")
    func silent() {
        #expect(health { $0.sinceProof = Health.silence }.status == .ready)
        let health = health { $0.sinceProof = Health.silence + .milliseconds(1) }
        #expect(health.status == .failing)
        #expect(health.problems.map(\.code) == [.claims])
        #expect(health.problems.first?.lasted == Health.silence + .milliseconds(1))
    }

    @Test("a database that is away is one problem, told by the connection that has missed it for longest")
    func database() {
        let health = health {
            $0.troubles = [
                .connection("claim"): trouble(3, "short"), .connection("settle"): trouble(9, "long"),
                .connection("lease"): trouble(1, "shortest"),
            ]
        }
        #expect(health.status == .failing)
        #expect(
            health.problems == [.init(code: .database, severity: .failing, lasted: .seconds(9), detail: "long")])
    }

    @Test("the listener's connection alone costs moments, not letters")
    func deafByConnection() {
        let health = health {
            $0.hears = false
            $0.troubles[.connection("listen")] = trouble(5, "gone")
        }
        #expect(health.status == .degraded)
        #expect(
            health.problems == [.init(code: .listener, severity: .degraded, lasted: .seconds(5), detail: "gone")])
    }

    @Test("a worker that cannot hear is degraded, and one that is not meant to is ready")
    func deaf() {
        #expect(health { $0.hears = false }.status == .degraded)
        #expect(
            health {
                $0.hears = false
                $0.canHear = false
            }.status == .ready)
    }

    @Test("a lease that is over is told with how long it has been", arguments: [0, 7])
    func lease(seconds: Int) {
        let health = health { $0.leaseLeft = .zero - .seconds(seconds) }
        #expect(health.status == .failing)
        #expect(health.problems.map(\.code) == [.lease])
        #expect(health.problems.first?.lasted == .seconds(seconds))
    }

    @Test(
        "trouble of one part is its problem, with its reason",
        arguments: [
            (Vitals.Subject.claims, Health.Problem.Code.claims, Health.Status.failing), (.putBack, .claims, .failing),
            (.nextDue, .claims, .degraded),
            (.settles, .settles, .failing),
            (.heartbeat, .heartbeat, .degraded), (.queueWatch, .queueWatch, .degraded),
        ])
    func parts(_ subject: Vitals.Subject, code: Health.Problem.Code, severity: Health.Status) {
        let health = health { $0.troubles[subject] = trouble(20) }
        #expect(health.status == severity)
        #expect(health.problems == [.init(code: code, severity: severity, lasted: .seconds(20), detail: "why")])
    }

    @Test(
        "letters leave as long as one relay takes them",
        arguments: [
            ([RelayState.State.closed], nil), ([.open], Health.Status.failing), ([.halfOpen], .degraded),
            ([.closed, .open], .degraded), ([.open, .closed], .degraded), ([.open, .halfOpen], .degraded),
        ])
    func relays(_ states: [RelayState.State], severity: Health.Status?) {
        let health = health { $0.relays = states.map { relay($0) } }
        #expect(health.status == severity ?? .ready)
        #expect(health.problems.map(\.code) == (severity == nil ? [] : [.relay]))
    }

    @Test("a journal that cannot be written fails")
    func journal() {
        let health = health { $0.journalTrouble = "full" }
        #expect(health.problems == [.init(code: .journal, severity: .failing, lasted: nil, detail: "full")])
    }

    @Test("what fails is told before what is only degraded")
    func order() {
        let health = health {
            $0.troubles = [.queueWatch: trouble(1), .heartbeat: trouble(1), .settles: trouble(1)]
            $0.relays = [relay(.open)]
            $0.hears = false
        }
        #expect(health.status == .failing)
        #expect(health.problems.map(\.code) == [.relay, .settles, .listener, .heartbeat, .queueWatch])
    }

    @Test("a worker that stops says so, and what is wrong besides")
    func stopping() {
        let health = health {
            $0.isClosing = true
            $0.troubles[.settles] = trouble(2)
        }
        #expect(health.status == .stopping)
        #expect(health.problems.map(\.code) == [.settles])
    }
}
