import FoundationEssentials
import Logging
import Notifications
import Outbox
import Postgres
import SMTP

/// Claims due jobs for the couriers, as many as can start within moments, until it is told to stop.
struct ClaimLoop {
    let floor: Floor
    let settings: WorkerSettings
    let connection: ReconnectingConnection

    /// Without a wake-up the queue is looked at this often: NOTIFY may be unheard, or a clock may have moved.
    private static let pollInterval: Duration = .seconds(5)
    private static let deafPollInterval: Duration = .seconds(1)
    /// A job that is due and locked by somebody is not looked at more often than this.
    private static let leastRest: Duration = .milliseconds(100)
    /// Every so many claims the least urgent jobs come first.
    private static let leastUrgentTurn = 8
    /// A claim asks for at least so much of the depth, so that round trips are worth their while.
    private static let leastShare = 4

    /// Runs until the floor is closing, or, when draining, until nothing is due and everything has been settled.
    ///
    /// Throws `RelayUnavailable` when draining and the relay takes no letters, and whatever ended the floor.
    func run() async throws {
        var prefetch = Prefetch(sessions: settings.sessions)
        var purse = Purse()
        var full: (since: ContinuousClock.Instant, letters: Int)?
        var turn = 0
        // The answer to a claim was lost: it may have been committed.
        var isUnsure = false
        // The couriers are too slow for what was claimed: others may have it.
        var isStalled = false
        var window = ClaimWindow()
        while !floor.isClosing {
            try Task.checkCancellation()
            if floor.giveBackStale() { isStalled = true }
            isStalled = isStalled && !floor.backlog.isAwaited
            if isStalled {
                await floor.bell.wait(atMost: Self.deafPollInterval)
                continue
            }
            if isUnsure {
                isUnsure = try await !putBack()
                continue
            }
            guard let (room, relay) = try await room(prefetch),
                let limit = try await affordable(room, at: relay, &purse)
            else { continue }
            turn += 1
            let (worker, asked, waiting) = (floor.lease.worker, ContinuousClock.now, floor.backlog.count)
            // Nothing due may be left behind by a worker that ends.
            let start = settings.drains ? nil : window.start(at: asked)
            guard
                let claims = try await claim(limit, worker, turn: turn, isBacklog: full != nil, since: start)
            else {
                isUnsure = true
                continue
            }
            purse.spend(claims.count, on: relay)
            window.claimed(
                from: start, earliest: claims.map(\.dueAt).min(), isFull: claims.count == limit, asked: asked)
            floor.take(claims.map { HeldClaim(claim: $0, worker: worker, heldSince: asked, payee: relay) })
            if claims.count == limit {
                if let full { prefetch.used(full.letters - waiting, in: asked - full.since) }
                full = (asked, waiting + claims.count)
            } else {
                full = nil
                if settings.drains, claims.isEmpty, floor.isIdle { break }
                try await rest(since: window.start())
            }
        }
        if let failure = floor.failure { throw failure }
    }

    /// How many jobs to claim now, and for which relay; nil after a wait, when everything is to be looked at again.
    private func room(_ prefetch: Prefetch) async throws -> (Int, relay: Int)? {
        var pause = Self.deafPollInterval
        switch floor.relays.readiness {
        case .away(let until):
            if settings.drains, floor.isIdle, let trouble = floor.relays.trouble { throw trouble }
            if let until, until > .now { pause = until - .now }
        case .trial(let relay, let isLast) where floor.lease.isLive && (floor.isIdle || !isLast):
            return (1, relay)
        case .ready(let relay, let places) where floor.lease.isLive:
            let depth = prefetch.depth(for: places)
            let room = depth - floor.backlog.count
            if room * Self.leastShare >= depth { return (room, relay) }
        case .trial, .ready: break
        }
        await floor.bell.wait(atMost: pause)
        return nil
    }

    /// How many of the jobs a relay's budget pays for; nil after a wait.
    private func affordable(_ room: Int, at relay: Int, _ purse: inout Purse) async throws -> Int? {
        guard let rate = floor.relays.all[relay].ratePerSecond else { return room }
        if purse.letters(to: relay) == 0 {
            if let wait = purse.wait(for: relay, at: .now) {
                await floor.bell.wait(atMost: wait)
                return nil
            }
            let (name, most) = (floor.relays.all[relay].description, Purse.portion(ofRate: rate, for: room))
            let lease = try await asking("the relay's budget cannot be leased") {
                try await $0.leaseBudget(of: name, ratePerSecond: rate, most: most)
            }
            guard let lease else { return nil }
            purse.receive(lease, for: relay, at: .now)
            if lease.tokens == 0 { return nil }
        }
        return min(room, purse.letters(to: relay))
    }

    /// The claims, or nil when nobody knows whether there are any.
    private func claim(_ limit: Int, _ worker: WorkerID, turn: Int, isBacklog: Bool, since: Date?)
        async throws -> [Claim]?
    {
        // Longer than opening a session, a second one, the dialogue and the dot may take.
        let sendingTime = settings.timers.overall * 4 + settings.timers.dataTermination
        let request = ClaimRequest(
            worker: worker, queues: settings.queues, kinds: Kind.all.map(\.name), limit: limit,
            sendingTime: sendingTime, followsFullClaim: isBacklog,
            leastUrgentFirst: turn.isMultiple(of: Self.leastUrgentTurn), since: since)
        return try await asking("jobs cannot be claimed") { try await $0.claim(request) }
    }

    /// Puts back what a lost claim may have taken; false when it is to be tried again.
    private func putBack() async throws -> Bool {
        let (worker, known) = (floor.lease.worker, floor.outstanding)
        return try await asking("a lost claim cannot be put back") { try await $0.putBack(worker, except: known) }
            != nil
    }

    /// Waits for a wake-up, the next job that comes due, or the poll.
    private func rest(since: Date?) async throws {
        let poll = floor.hears ? Self.pollInterval : Self.deafPollInterval
        let (queues, kinds) = (settings.queues, Kind.all.map(\.name))
        let due = try await asking("the next due job cannot be asked for") { outbox in
            try await outbox.nextDue(queues: queues, kinds: kinds, since: since) ?? poll
        }
        if let due { await floor.bell.wait(atMost: max(min(due, poll), Self.leastRest)) }
    }

    /// Asks the database; nil after a logged failure and a pause.
    private func asking<Answer>(
        _ complaint: StaticString, _ question: (Outbox) async throws -> Answer
    ) async throws -> Answer? {
        do {
            return try await connection.withConnection { try await question(Outbox($0)) }
        } catch let error as CancellationError {
            throw error
        } catch {
            floor.logger.event(.error, complaint, [.error: "\(error)"])
            await floor.bell.wait(atMost: Self.deafPollInterval)
            return nil
        }
    }
}
