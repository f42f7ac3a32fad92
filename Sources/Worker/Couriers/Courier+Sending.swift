import Logging
import Mail
import Notifications
import Outbox
import SMTP

extension Courier {
    /// What one relay made of a letter.
    private enum Turn {
        /// It is over for this claim.
        case done(Report)
        /// Turned away before a byte of the text was sent: another relay may take it, or else this is reported.
        case next(Report)
    }

    /// Takes a letter to the first relay that judges it; nil when it is somebody else's to carry.
    func send(_ held: HeldClaim, _ kind: Kind) throws -> Report? {
        var letter: Letter?
        var tried: Set<Int> = []
        var last: Report?
        while true {
            switch floor.relays.route(courier: number, tried: tried, payee: held.payee) {
            case .none: return last ?? .release(held.claim.job.ticket)
            case .parked: return last
            case .pass(let pass):
                switch try turn(held, kind, &letter, pass) {
                case .done(let report): return report
                case .next(let report):
                    tried.insert(pass.relay)
                    last = report
                }
            }
        }
    }

    /// One relay's turn; tells the pool what came of it, whatever happens.
    private func turn(
        _ held: HeldClaim, _ kind: Kind, _ letter: inout Letter?, _ pass: RelayPool.Pass
    ) throws -> Turn {
        let ticket = held.claim.job.ticket
        do {
            session = try takeSession(pass)
            // Opening may have taken minutes, and what was true at the claim may not be so any more.
            guard mayStart(held) else {
                floor.relays.ended(pass, .undecided)
                return .done(.release(ticket))
            }
            let written = try letter ?? write(kind, held)
            letter = written
            return try deliver(written, held, pass)
        } catch let failure as SMTPFailure where failure.code == .abandoned {
            floor.relays.ended(pass, .undecided)
            return .next(.release(ticket))
        } catch let failure as SMTPFailure {
            floor.relays.ended(pass, .trouble(RelayUnavailable(failure)))
            return .next(.release(ticket))
        } catch {
            floor.relays.ended(pass, .undecided)
            throw error
        }
    }

    private func write(_ kind: Kind, _ held: HeldClaim) throws(LetterError) -> Letter {
        let letter = try writer.write(kind, for: held.claim)
        floor.noteLanguage(of: letter)
        return letter
    }

    /// Sends on the open session; one that turns out to be stale is replaced at once, which is no attempt.
    private func deliver(_ letter: Letter, _ held: HeldClaim, _ pass: RelayPool.Pass) throws -> Turn {
        let envelope = try Envelope(
            reversePath: letter.bounceAddress.unredactedText, forwardPath: letter.recipient.unredactedText)
        var delivery = try deliver(letter, envelope, held, pass)
        if delivery.verdict == .stale { delivery = try deliver(letter, envelope, held, pass) }
        let refusals = floor.refusals[pass.relay]
        delivery = refusals.judged(delivery, to: letter.recipient, log: floor.logger)
        let ending = RelayPool.Ending(delivery, relay: floor.relays.all[pass.relay])
        floor.relays.ended(pass, ending)
        let job = held.claim.job
        floor.logger.event(
            delivery.verdict == .accepted ? .debug : .notice, "a letter was tried",
            [
                .job: job.ticket.jobID, .kind: job.kind, .outcome: delivery.verdict.rawValue,
                .stage: delivery.stage.rawValue, .reply: delivery.reply?.code ?? 0,
            ])
        let evidence = Settlement.Evidence(delivery, messageID: letter.message.messageID, hiding: envelope)
        let report = judge(held, throttles: refusals.throttles(of: job.ticket.jobID, delivery)).report(
            delivery, of: job, to: held.claim.facts.subject?.recipient.address, evidence: evidence)
        if case .trouble = ending, delivery.stage < .body { return .next(report) }
        return .done(report)
    }

    private func deliver(
        _ letter: Letter, _ envelope: Envelope, _ held: HeldClaim, _ pass: RelayPool.Pass
    ) throws(SMTPFailure) -> Delivery {
        var open = try takeSession(pass)
        // The dialogue may have taken minutes: a letter past its deadline does not leave, and the next claim says so.
        let delivery = open.deliver(envelope, letter.message.bytes) {
            floor.lease.isLive(for: held.worker) && held.now < held.claim.job.expiresAt
                && noteDoubt(about: letter, held)
        }
        if open.isReusable { session = consume open }
        return delivery
    }

    /// Notes what is to be settled if nobody hears the relay's word on the letter; false when it must not leave.
    private func noteDoubt(about letter: Letter, _ held: HeldClaim) -> Bool {
        guard let journal = floor.journal else { return true }
        var evidence = Settlement.Evidence()
        evidence.stage = Stage.dot.rawValue
        evidence.messageID = letter.message.messageID
        return journal.note(.outcome(JournalOutcome(judge(held).doubt(about: held.claim.job, evidence))))
    }

    private func judge(_ held: HeldClaim, throttles: Int = 0) -> DeliveryJudge {
        DeliveryJudge(
            policy: policy, inDoubt: Kind.named(held.claim.job.kind)?.inDoubt ?? .resend, throttles: throttles,
            now: held.now, chance: .random(in: 0...1))
    }

    /// The session with this relay that is open and fresh, or a new one; whoever takes it puts it back.
    private func takeSession(_ pass: RelayPool.Pass) throws(SMTPFailure) -> Session {
        if let kept = session.take() {
            if sessionRelay == pass.relay, kept.isFresh() { return kept }
            kept.quit()
        }
        sessionRelay = pass.relay
        let timers = floor.relays.timers(timers, for: pass.relay)
        return try Session.open(floor.relays.all[pass.relay], timers: timers) {
            !floor.isClosing && floor.relays.isCurrent(pass)
        }
    }
}

extension RelayPool.Ending {
    /// What a delivery says of the relay.
    fileprivate init(_ delivery: Delivery, relay: Relay) {
        switch delivery.scope {
        case .relay, .throttle, .sender:
            self = .trouble(RelayUnavailable(delivery, relay: relay))
        case .recipient, .message, .policy:
            self = .judged
        case .session, .none:
            self = delivery.verdict == .accepted ? .judged : .undecided
        }
    }
}
