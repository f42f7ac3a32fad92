import Dispatch
import Executors
import Logging
import Outbox
import Postgres

/// Keeps the worker's lease alive, and puts back what lost workers left behind.
///
/// It runs on a thread of its own, waits there, and its connection has another: however busy Swift's cooperative pool
/// is, no renewal comes late.
actor Heartbeat {
    private let floor: Floor
    private let connection: ReconnectingConnection
    /// What the worker says of itself: a JSON object.
    private let info: String
    private let executor = ThreadExecutor(label: "heartbeat")
    /// Ends the wait for the next beat.
    private let stop = DispatchSemaphore(value: 0)
    private var rota = RescueRota()

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    private static let rescueLimit = 1000
    /// A worker that starts spares leases that have just ended: after an outage of the database their workers are about
    /// to renew them.
    private static let graceAtStart: Duration = .seconds(15)

    /// A heartbeat that has not begun; nothing else may use the connection.
    ///
    /// The connection must not wait by itself for a database that is away: the next beat tries again.
    init(floor: Floor, connection: ReconnectingConnection, info: String) {
        self.floor = floor
        self.connection = connection
        self.info = info
    }

    /// Takes out the first lease and puts back what lost workers left behind.
    ///
    /// Throws what the database says.
    func begin() async throws {
        try await register(floor.lease.worker)
        try await rescue(isSweep: true, grace: Self.graceAtStart)
    }

    /// Beats until the task is cancelled.
    func run() async {
        await withTaskCancellationHandler {
            var next = ContinuousClock.now
            while true {
                next = max(next + floor.lease.timing.beat, .now)
                rest(until: next)
                guard !Task.isCancelled else { return }
                await renewAndRescue()
            }
        } onCancel: {
            stop.signal()
        }
    }

    /// Blocks this actor's own thread, on purpose.
    private func rest(until next: ContinuousClock.Instant) {
        let pause = max(.zero, next - .now)
        _ = stop.wait(timeout: .now() + .nanoseconds(Int(pause / .nanoseconds(1))))
    }

    private func renewAndRescue() async {
        do {
            guard try await renew() else { return rota.troubledBeat() }
            let turn = rota.calmBeat()
            guard turn.isDue else { return }
            try await rescue(isSweep: turn.isSweep)
            floor.recover(.heartbeat, "the heartbeat is whole again: lease and rescue")
        } catch is CancellationError {
            return
        } catch {
            rota.troubledBeat()
            floor.complain(.heartbeat, "a heartbeat failed: lease or rescue", error)
        }
    }

    /// Gives the lease back, so that nothing waits for it to run out.
    ///
    /// What a lost claim may have taken goes back first; a letter whose outcome is unwritten does not: it is in doubt.
    func end() async throws {
        do {
            try await giveUp(floor.lease.worker)
        } catch let error as PostgresError where error.code == .connectionLost {
            // It may have died unnoticed since the last beat; both statements may run twice.
            try await giveUp(floor.lease.worker)
        }
    }

    private func giveUp(_ worker: WorkerID) async throws {
        try await connection.withConnection { connection in
            try await Outbox(connection).putBack(worker, except: floor.outstanding)
            try await Outbox(connection).remove(worker)
        }
    }

    /// Takes out a lease under a name; the journal learns the name first, so that no claim is under one it lacks.
    private func register(_ worker: WorkerID) async throws {
        _ = floor.note(.serving(worker))
        let asked = ContinuousClock.now
        let length = floor.lease.timing.length
        try await connection.withConnection { try await Outbox($0).register(worker, lease: length, info: info) }
        floor.lease.granted(to: worker, asked: asked)
    }

    /// False when the lease had lapsed, or was gone and had to be taken out anew.
    private func renew() async throws -> Bool {
        let worker = floor.lease.worker
        let wasLive = floor.lease.isLive
        let asked = ContinuousClock.now
        let length = floor.lease.timing.length
        let relays = floor.relays.states.map(WorkerRelay.init)
        let renewed = try await connection.withConnection {
            try await Outbox($0).renew(worker, lease: length, relays: relays)
        }
        if renewed {
            floor.lease.granted(to: worker, asked: asked)
            return wasLive
        }
        floor.lease.lost()
        floor.logger.event(
            .error, "the lease was over: others have taken this worker's jobs", [.worker: worker.rawValue])
        try await register(WorkerID())
        return false
    }

    private func rescue(isSweep: Bool, grace: Duration = .zero) async throws {
        let rescue = try await connection.withConnection {
            try await Outbox($0).rescue(limit: Self.rescueLimit, isSweep: isSweep, grace: grace)
        }
        rota.rescued(rescue, isSweep: isSweep)
        if rescue.poison > 0 {
            floor.logger.event(
                .error, "letters left the queue as poison: each brought a worker down alone", [.count: rescue.poison])
        }
        guard rescue.jobs > 0 else { return }
        floor.metrics.rescued(rescue.jobs)
        floor.logger.event(.warning, "jobs of a lost worker were put back", [.count: rescue.jobs])
        floor.bell.ring()
    }
}

extension WorkerRelay {
    fileprivate init(_ relay: RelayState) {
        self.init(
            name: relay.name, breaker: relay.state.rawValue, limit: relay.limit, sessionsInUse: relay.sessionsInUse,
            trouble: relay.trouble)
    }
}
