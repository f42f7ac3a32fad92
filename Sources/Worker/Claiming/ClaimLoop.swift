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
    /// Throws `RelayUnavailable` when draining and no relay takes letters, `JournalError` when draining and the journal
    /// cannot be written, and whatever ended the floor.
    func run() async throws {
        var progress = Progress(prefetch: Prefetch(sessions: settings.sessions))
        while !floor.isClosing {
            try Task.checkCancellation()
            if floor.giveBackStale() { progress.isStalled = true }
            progress.isStalled = progress.isStalled && !floor.backlog.isAwaited
            if progress.isStalled {
                floor.vitals.proved()
                await floor.bell.wait(atMost: Self.deafPollInterval)
            } else if progress.isUnsure {
                progress.isUnsure = try await !putBack()
            } else if let (room, relay) = try await room(progress.prefetch),
                let limit = try await affordable(room, at: relay, &progress.purse)
            {
                if try await !claim(limit, for: relay, &progress) { break }
            }
        }
        if let failure = floor.failure { throw failure }
    }

    /// What the loop remembers from one turn to the next.
    private struct Progress {
        var prefetch: Prefetch
        var purse = Purse()
        var window = ClaimWindow()
        var suspects = SuspectWatch(now: .now)
        /// When the last claim that came back full was asked for, and how many letters waited for couriers after it.
        var full: (since: ContinuousClock.Instant, letters: Int)?
        var turn = 0
        /// The answer to a claim was lost: it may have been committed.
        var isUnsure = false
        /// The couriers are too slow for what was claimed: others may have it.
        var isStalled = false
    }

    /// One turn with room for so many jobs; false when draining and nothing is left.
    private func claim(_ limit: Int, for relay: Int, _ progress: inout Progress) async throws -> Bool {
        if progress.suspects.isQuestionDue(now: .now), let waits = try await suspectWaits() {
            progress.suspects.answered(isWaiting: waits, now: .now)
        }
        if progress.suspects.isClearing {
            if floor.isIdle {
                _ = try await claimSuspect(for: relay, &progress)
            } else {
                await floor.bell.wait(atMost: Self.deafPollInterval)
            }
            return true
        }
        progress.turn += 1
        // What is in flight now may be given back too late for this claim to see it.
        let (asked, wasIdle, waiting) = (ContinuousClock.now, floor.isIdle, floor.backlog.count)
        guard let count = try await take(limit, for: relay, &progress) else { return true }
        if count == limit {
            if let full = progress.full { progress.prefetch.used(full.letters - waiting, in: asked - full.since) }
            progress.full = (asked, waiting + count)
            return true
        }
        progress.full = nil
        if count == 0, wasIdle, settings.drains || progress.suspects.isLookDue(now: .now) {
            guard let found = try await claimSuspect(for: relay, &progress) else { return true }
            if found { return true }
            if settings.drains { return false }
        }
        try await rest(since: progress.window.start())
        return true
    }

    /// Claims a suspect for a worker with nothing in flight, and returns once it has nothing in flight again.
    ///
    /// False when there is none; nil when nobody knows.
    private func claimSuspect(for relay: Int, _ progress: inout Progress) async throws -> Bool? {
        guard let count = try await take(1, for: relay, &progress, ofSuspect: true) else { return nil }
        progress.suspects.looked(found: count > 0, now: .now)
        while !floor.isIdle, !floor.isClosing {
            try Task.checkCancellation()
            await floor.bell.wait(atMost: Self.deafPollInterval)
        }
        return count > 0
    }

    /// How many jobs to claim now, and for which relay; nil after a wait, when everything is to be looked at again.
    private func room(_ prefetch: Prefetch) async throws -> (Int, relay: Int)? {
        var pause = Self.deafPollInterval
        if let trouble = floor.journal?.trouble {
            if settings.drains, floor.isIdle { throw trouble }
            await floor.bell.wait(atMost: pause)
            return nil
        }
        switch floor.relays.readiness {
        case .away(let until):
            if settings.drains, floor.isIdle, let trouble = floor.relays.trouble { throw trouble }
            floor.vitals.proved()
            if let until, until > .now { pause = until - .now }
        case .trial(let relay, let isLast) where floor.lease.isLive && (floor.isIdle || !isLast):
            return (1, relay)
        case .ready(let relay, let places) where floor.lease.isLive:
            let depth = prefetch.depth(for: places)
            let room = depth - floor.backlog.count
            if room * Self.leastShare >= depth { return (room, relay) }
        case .trial, .ready: break
        }
        if floor.lease.isLive { floor.vitals.proved() }
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
            let lease = try await asking(.claims, "the relay's budget cannot be leased") {
                try await $0.leaseBudget(of: name, ratePerSecond: rate, most: most)
            }
            guard let lease else { return nil }
            purse.receive(lease, for: relay, at: .now)
            if lease.tokens == 0 { return nil }
        }
        return min(room, purse.letters(to: relay))
    }

    /// Claims and hands the claims to the couriers; returns how many, or nil when nobody knows, which is noted.
    private func take(
        _ limit: Int, for relay: Int, _ progress: inout Progress, ofSuspect: Bool = false
    ) async throws -> Int? {
        let (worker, asked) = (floor.lease.worker, ContinuousClock.now)
        // Nothing due may be left behind by a worker that ends, nor a suspect that came due long ago.
        let start = settings.drains || ofSuspect ? nil : progress.window.start(at: asked)
        // Longer than opening a session, a second one, the dialogue and the dot may take.
        let sendingTime = settings.timers.overall * 4 + settings.timers.dataTermination
        let request = ClaimRequest(
            worker: worker, queues: settings.queues, kinds: Kind.all.map(\.name), limit: limit,
            sendingTime: sendingTime, followsFullClaim: progress.full != nil,
            leastUrgentFirst: progress.turn.isMultiple(of: Self.leastUrgentTurn), since: start, ofSuspect: ofSuspect)
        let answer = try await asking(.claims, "jobs cannot be claimed") { outbox in
            // Waiting for a connection is no part of it.
            (since: ContinuousClock.now, claims: try await outbox.claim(request))
        }
        guard let (since, claims) = answer else {
            progress.isUnsure = true
            return nil
        }
        floor.vitals.proved()
        floor.metrics.claimed(claims.count, in: .now - asked)
        progress.purse.spend(claims.count, on: relay)
        if !ofSuspect {
            progress.window.claimed(
                from: start, earliest: claims.map(\.dueAt).min(), isFull: claims.count == limit, asked: asked)
        }
        floor.take(claims.map { HeldClaim(claim: $0, worker: worker, heldSince: since, payee: relay) })
        return claims.count
    }

    private func suspectWaits() async throws -> Bool? {
        let (queues, kinds) = (settings.queues, Kind.all.map(\.name))
        return try await asking(.nextDue, "suspects cannot be asked for") { outbox in
            try await outbox.suspectWaits(atLeast: SuspectWatch.patience, queues: queues, kinds: kinds)
        }
    }

    /// Puts back what a lost claim may have taken; false when it is to be tried again.
    private func putBack() async throws -> Bool {
        let (worker, known) = (floor.lease.worker, floor.outstanding)
        return try await asking(.putBack, "a lost claim cannot be put back") {
            try await $0.putBack(worker, except: known)
        }
            != nil
    }

    /// Waits for a wake-up, the next job that comes due, or the poll.
    private func rest(since: Date?) async throws {
        let poll = floor.hears ? Self.pollInterval : Self.deafPollInterval
        let (queues, kinds) = (settings.queues, Kind.all.map(\.name))
        let due = try await asking(.nextDue, "the next due job cannot be asked for") { outbox in
            try await outbox.nextDue(queues: queues, kinds: kinds, since: since) ?? poll
        }
        if let due { await floor.bell.wait(atMost: max(min(due, poll), Self.leastRest)) }
    }

    /// Asks the database; nil after a noted failure and a pause.
    private func asking<Answer>(
        _ subject: Vitals.Subject, _ complaint: StaticString, _ question: (Outbox) async throws -> Answer
    ) async throws -> Answer? {
        do {
            let answer = try await connection.withConnection { try await question(Outbox($0)) }
            floor.recover(subject, "the queue answers again")
            return answer
        } catch let error as CancellationError {
            throw error
        } catch {
            floor.complain(subject, complaint, error)
            await floor.bell.wait(atMost: Self.deafPollInterval)
            return nil
        }
    }
}
