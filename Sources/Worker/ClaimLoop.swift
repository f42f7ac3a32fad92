import Logging
import Notifications
import Outbox
import Postgres
import SMTP
import Synchronization

/// Claims due jobs for the couriers, as many as can start within moments, until it is told to stop.
struct ClaimLoop {
    let floor: Floor
    let settings: WorkerSettings
    let connection: ReconnectingConnection

    /// Without a wake-up the queue is looked at this often: NOTIFY may be unheard, or a clock may have moved.
    private static let pollInterval: Duration = .seconds(5)
    private static let deafPollInterval: Duration = .seconds(1)
    /// Every so many claims the least urgent jobs come first.
    private static let patientTurn = 8
    /// A claim asks for at least so much of the depth, so that round trips are worth their while.
    private static let leastShare = 4

    /// Runs until the floor is closing, or, when draining, until nothing is due and everything has been settled.
    ///
    /// Throws `RelayUnavailable` when draining and the relay takes no letters.
    func run() async throws {
        var prefetch = Prefetch(sessions: settings.sessions)
        var fullSince: ContinuousClock.Instant?
        var turn = 0
        while !floor.isClosing {
            guard let limit = await room(prefetch) else { continue }
            let asked = ContinuousClock.now
            turn += 1
            guard let claims = try await claim(limit, isPatient: turn.isMultiple(of: Self.patientTurn)) else {
                continue
            }
            floor.outstanding.add(claims.count, ordering: .sequentiallyConsistent)
            floor.backlog.send(claims.map { HeldClaim(claim: $0, heldSince: asked) })
            if claims.count == limit {
                if let fullSince { prefetch.lasted(asked - fullSince) }
                fullSince = asked
            } else {
                fullSince = nil
                if try await isDrained(claims.count) { return }
                await rest()
            }
        }
    }

    /// How many jobs to claim now; nil after a wait, when everything is to be looked at again.
    private func room(_ prefetch: Prefetch) async -> Int? {
        switch floor.gate.state() {
        case .closed(let until):
            await floor.bell.wait(atMost: until - .now)
            return nil
        case .probing:
            if floor.outstanding.load(ordering: .sequentiallyConsistent) == 0 { return 1 }
        case .open:
            let room = prefetch.depth - floor.backlog.count
            if room * Self.leastShare >= prefetch.depth { return room }
        }
        await floor.bell.wait(atMost: Self.deafPollInterval)
        return nil
    }

    private func claim(_ limit: Int, isPatient: Bool) async throws -> [Claim]? {
        guard floor.lease.isLive else {
            await floor.bell.wait(atMost: Self.deafPollInterval)
            return nil
        }
        let request = ClaimRequest(
            worker: floor.lease.worker, queues: settings.queues, kinds: Kind.all.map(\.name), limit: limit,
            sendingTime: settings.timers.overall + settings.timers.dataTermination, isPatient: isPatient)
        do {
            return try await connection.withConnection { try await Outbox($0).claim(request) }
        } catch let error as PostgresError {
            floor.logger.event(.error, "jobs cannot be claimed", [.error: error.description])
            await floor.bell.wait(atMost: Self.deafPollInterval)
            return nil
        }
    }

    /// Waits for a wake-up, the next job that comes due, or the poll.
    private func rest() async {
        let poll = floor.hears ? Self.pollInterval : Self.deafPollInterval
        let (queues, kinds) = (settings.queues, Kind.all.map(\.name))
        do {
            let due = try await connection.withConnection { try await Outbox($0).nextDue(queues: queues, kinds: kinds) }
            let wait = min(due ?? poll, poll)
            if wait > .zero { await floor.bell.wait(atMost: wait) }
        } catch {
            floor.logger.event(.warning, "the next due job cannot be asked for", [.error: "\(error)"])
            await floor.bell.wait(atMost: Self.deafPollInterval)
        }
    }

    private func isDrained(_ claimed: Int) async throws -> Bool {
        guard settings.drains else { return false }
        if let failure = floor.relayTrouble { throw failure }
        return claimed == 0 && floor.outstanding.load(ordering: .sequentiallyConsistent) == 0
    }
}
