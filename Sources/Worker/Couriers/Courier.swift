import Executors
import FoundationEssentials
import Logging
import Mail
import Notifications
import Outbox
import SMTP

/// Carries letters: takes the next claimed job, writes its letter and sends it on the session it owns, on a thread of
/// its own.
actor Courier {
    private let executor: ThreadExecutor
    /// From 1; the relay's limit says up to which number couriers work.
    let number: Int
    let floor: Floor
    let writer: LetterWriter
    let allowList: AllowList
    let timers: Timers
    let policy: RetryPolicy
    var session: Session?
    /// Which relay the session is with.
    var sessionRelay = 0

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ number: Int, floor: Floor, settings: WorkerSettings) {
        executor = ThreadExecutor(label: "courier-\(number)")
        self.number = number
        self.floor = floor
        writer = settings.writer
        allowList = settings.allowList
        timers = settings.timers
        policy = settings.retryPolicy
    }

    /// Carries until the backlog is finished; then says goodbye to the relay.
    func run() async {
        await floor.relays.admission(of: number)
        while let held = await floor.backlog.receive() {
            if floor.backlog.count == 0 { floor.bell.ring() }
            let begun = ContinuousClock.now
            if let report = carry(held) {
                floor.journal?.heard(report)
                floor.metrics.carried(report, kind: held.claim.job.kind, in: .now - begun)
                floor.reports.send(CollectionOfOne(report))
                await floor.reports.space()
            } else {
                await leave(held)
            }
        }
        sayGoodbye()
    }

    /// Leaves a letter to the couriers that the relay has room for, and waits until it has room for this one.
    private func leave(_ held: HeldClaim) async {
        floor.handBack(held)
        sayGoodbye()
        await floor.relays.admission(of: number)
    }

    private func sayGoodbye() {
        if let session = session.take() { session.quit() }
    }

    /// Ends a session that nobody used for a while, so that the relay need not.
    func closeIdleSession() {
        guard let idle = session.take() else { return }
        if idle.isFresh() { session = consume idle } else { idle.quit() }
    }

    /// Tries again to write a journal that could not be written.
    func mendJournal() {
        guard let journal = floor.journal, journal.trouble != nil else { return }
        if journal.writeAnew() { floor.bell.ring() }
    }

    /// Nil when the letter is somebody else's to carry.
    private func carry(_ held: HeldClaim) -> Report? {
        let job = held.claim.job
        guard mayStart(held), let kind = Kind.named(job.kind), floor.note(.began(job.ticket)) else {
            return .release(job.ticket)
        }
        switch kind.decision(on: held.claim, allowing: allowList) {
        case .suppress(let refusal): return withhold(job, .suppressed, refusal)
        case .expire(let refusal): return withhold(job, .expired, refusal)
        case .undecided(let fact): return unwritable(job, .ours(fact))
        case .send where job.isRescued && kind.inDoubt == .hold: return hold(job)
        case .send: break
        }
        do {
            return try send(held, kind)
        } catch let error as LetterError {
            return unwritable(job, error)
        } catch {
            return unwritable(job, .ours(error))
        }
    }

    /// Whether a send may begin: facts still fresh, the claim's lease live, the kind not stopped.
    func mayStart(_ held: HeldClaim) -> Bool {
        held.isFresh && !floor.isStopped(held) && floor.lease.isLive(for: held.worker)
    }

    private func withhold(_ job: Job, _ outcome: Outcome, _ refusal: Refusal) -> Report {
        floor.logger.event(
            .info, "a letter is not sent", [.job: job.ticket.jobID, .kind: job.kind, .reason: refusal.rawValue])
        return .settle(Settlement(job.ticket, outcome, reason: refusal.rawValue))
    }

    /// The worker that died with it may have sent it, and a letter of this kind is not sent twice unasked.
    private func hold(_ job: Job) -> Report {
        .settle(Settlement(job.ticket, .unknown, next: .hold, leavesDoubt: true, reason: "held: its worker was lost"))
    }

    private func unwritable(_ job: Job, _ error: LetterError) -> Report {
        floor.logger.event(
            .error, "a letter cannot be written", [.job: job.ticket.jobID, .kind: job.kind, .error: "\(error)"])
        switch error {
        case .recipient:
            let reason = "the name or address cannot be written"
            return .settle(Settlement(job.ticket, .failed, burnsAttempt: true, reason: reason))
        case .keyRetired:
            floor.end(with: error)
            return .release(job.ticket)
        case .ours:
            let pause = policy.pause(after: job.attempts + 1, hint: nil, chance: .random(in: 0...1))
            let reason = "the letter could not be written"
            return .settle(
                Settlement(job.ticket, .retry, next: .again(after: pause), burnsAttempt: true, reason: reason))
        }
    }
}
