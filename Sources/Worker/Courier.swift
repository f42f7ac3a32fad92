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
    private let floor: Floor
    private let writer: LetterWriter
    private let guestList: GuestList
    private let relay: Relay
    private let timers: Timers
    private let policy: RetryPolicy
    private var session: Session?

    nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    init(_ number: Int, floor: Floor, settings: WorkerSettings) {
        executor = ThreadExecutor(label: "courier-\(number)")
        self.floor = floor
        writer = settings.writer
        guestList = settings.guestList
        relay = settings.relay
        timers = settings.timers
        policy = settings.retryPolicy
    }

    /// Carries until the backlog is finished; then says goodbye to the relay.
    func run() async {
        while let held = await floor.backlog.receive() {
            if floor.backlog.count == 0 { floor.bell.ring() }
            floor.reports.send(CollectionOfOne(carry(held)))
            await floor.reports.space()
        }
        if let session = session.take() { session.quit() }
    }

    /// Ends a session that nobody used for a while, so that the relay need not.
    func closeIdleSession() {
        guard let idle = session.take() else { return }
        if idle.isFresh() { session = consume idle } else { idle.quit() }
    }

    private func carry(_ held: HeldClaim) -> Report {
        let job = held.claim.job
        guard held.isFresh, floor.lease.isLive, !floor.isRelayClosed, let kind = Kind.named(job.kind) else {
            return .release(job.ticket)
        }
        switch kind.decision(on: held.claim, allowing: guestList) {
        case .suppress(let refusal): return withhold(job, .suppressed, refusal)
        case .expire(let refusal): return withhold(job, .expired, refusal)
        case .undecided(let fact): return unwritable(job, .ours(fact))
        case .send: break
        }
        do {
            return send(try writer.write(kind, for: held.claim), held)
        } catch {
            return unwritable(job, error)
        }
    }

    private func withhold(_ job: Job, _ outcome: Outcome, _ refusal: Refusal) -> Report {
        floor.logger.event(
            .info, "a letter is not sent", [.job: job.ticket.jobID, .kind: job.kind, .reason: refusal.rawValue])
        return .settle(Settlement(job.ticket, outcome, reason: refusal.rawValue))
    }

    private func unwritable(_ job: Job, _ error: LetterError) -> Report {
        floor.logger.event(
            .error, "a letter cannot be written", [.job: job.ticket.jobID, .kind: job.kind, .error: "\(error)"])
        switch error {
        case .recipient:
            return .settle(
                Settlement(job.ticket, .failed, burnsAttempt: true, reason: "the name or address cannot be written"))
        case .ours:
            let pause = policy.pause(after: job.attempts + 1, hint: nil, chance: .random(in: 0...1))
            return .settle(
                Settlement(
                    job.ticket, .retry, next: .again(after: pause), burnsAttempt: true,
                    reason: "the letter could not be written"))
        }
    }

    /// Sends on the open session, or on a new one; a session that turns out to be stale is replaced at once, which is
    /// no attempt.
    private func send(_ letter: Letter, _ held: HeldClaim) -> Report {
        let job = held.claim.job
        do {
            let envelope = try Envelope(
                reversePath: letter.bounceAddress.unredactedText, forwardPath: letter.recipient.unredactedText)
            var delivery = try deliver(letter, envelope)
            if delivery.verdict == .stale { delivery = try deliver(letter, envelope) }
            if delivery.scope == .relay || delivery.scope == .sender {
                closeGate(for: RelayUnavailable(delivery, relay: relay), hint: delivery.retryAfter)
            } else if delivery.verdict != .unknown {
                openGate()
            }
            let judge = DeliveryJudge(policy: policy, now: held.now, chance: .random(in: 0...1))
            let evidence = Settlement.Evidence(delivery, messageID: letter.message.messageID, hiding: envelope)
            log(delivery, of: job)
            return judge.report(delivery, of: job, evidence: evidence)
        } catch let failure as SMTPFailure {
            closeGate(for: RelayUnavailable(failure), hint: failure.retryAfter)
            return .release(job.ticket)
        } catch {
            return unwritable(job, .ours(error))
        }
    }

    private func deliver(_ letter: Letter, _ envelope: Envelope) throws -> Delivery {
        var session = try openSession()
        let delivery = session.deliver(envelope, letter.message.bytes) { floor.lease.isLive }
        if session.isReusable { self.session = consume session }
        return delivery
    }

    private func openSession() throws(SMTPFailure) -> Session {
        if let kept = session.take() {
            if kept.isFresh() { return kept }
            kept.quit()
        }
        return try Session.open(relay, timers: timers)
    }

    private func closeGate(for trouble: RelayUnavailable, hint: Duration?) {
        floor.setRelayTrouble(trouble)
        guard let pause = floor.gate.close(hint: hint, chance: .random(in: 0...1)) else { return }
        floor.logger.event(
            .error, "the relay takes no letters", [.error: trouble, .delay: Int(pause / .milliseconds(1))])
    }

    /// The relay judged a letter by itself: it is in order.
    private func openGate() {
        guard floor.gate.open() else { return }
        floor.setRelayTrouble(nil)
        floor.logger.event(.notice, "the relay takes letters again", [.relay: relay.description])
    }

    private func log(_ delivery: Delivery, of job: Job) {
        floor.logger.event(
            delivery.verdict == .accepted ? .debug : .notice, "a letter was tried",
            [
                .job: job.ticket.jobID, .kind: job.kind, .outcome: delivery.verdict.rawValue,
                .stage: delivery.stage.rawValue,
                .reply: delivery.reply?.code ?? 0,
            ])
    }
}

extension HeldClaim {
    /// The database's time now, as far as this worker can tell.
    fileprivate var now: Date {
        claim.readAt.addingTimeInterval((ContinuousClock.now - heldSince) / .seconds(1))
    }
}

extension Floor {
    fileprivate var isRelayClosed: Bool {
        if case .closed = gate.state() { return true }
        return false
    }
}
