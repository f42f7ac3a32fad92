import Logging
import Mail
import Notifications
import Outbox
import SMTP

extension Courier {
    /// Sends on the open session; one that turns out to be stale is replaced at once, which is no attempt.
    func send(_ letter: Letter, _ held: HeldClaim) throws -> Report {
        let job = held.claim.job
        let envelope = try Envelope(
            reversePath: letter.bounceAddress.unredactedText, forwardPath: letter.recipient.unredactedText)
        var delivery = try deliver(letter, envelope, held)
        if delivery.verdict == .stale { delivery = try deliver(letter, envelope, held) }
        tellGate(of: delivery)
        floor.logger.event(
            delivery.verdict == .accepted ? .debug : .notice, "a letter was tried",
            [
                .job: job.ticket.jobID, .kind: job.kind, .outcome: delivery.verdict.rawValue,
                .stage: delivery.stage.rawValue, .reply: delivery.reply?.code ?? 0,
            ])
        let evidence = Settlement.Evidence(delivery, messageID: letter.message.messageID, hiding: envelope)
        return DeliveryJudge(policy: policy, now: held.now, chance: .random(in: 0...1))
            .report(delivery, of: job, evidence: evidence)
    }

    /// The session that is open and fresh, or a new one; whoever takes it puts it back.
    func takeSession() throws(SMTPFailure) -> Session {
        if let kept = session.take() {
            if kept.isFresh() { return kept }
            kept.quit()
        }
        return try Session.open(relay, timers: timers) { !floor.isClosing }
    }

    /// Closes the gate; several couriers in the same trouble close it once.
    func closeGate(for trouble: RelayUnavailable, hint: Duration?) {
        let pause = floor.gate.close(hint: hint, chance: .random(in: 0...1))
        floor.setRelayTrouble(trouble)
        guard let pause else { return }
        floor.logger.event(
            .error, "the relay takes no letters", [.error: trouble, .delay: Int(pause / .milliseconds(1))])
    }

    private func deliver(_ letter: Letter, _ envelope: Envelope, _ held: HeldClaim) throws(SMTPFailure) -> Delivery {
        var open = try takeSession()
        let delivery = open.deliver(envelope, letter.message.bytes) { floor.lease.isLive(for: held.worker) }
        if open.isReusable { session = consume open }
        return delivery
    }

    /// Trouble of the relay or with our sender closes the gate; a letter judged by itself opens it.
    private func tellGate(of delivery: Delivery) {
        if [.relay, .throttle, .sender].contains(delivery.scope) {
            closeGate(for: RelayUnavailable(delivery, relay: relay), hint: delivery.retryAfter)
        } else if delivery.verdict != .unknown, floor.gate.open() {
            floor.setRelayTrouble(nil)
            floor.logger.event(.notice, "the relay takes letters again", [.relay: relay.description])
        }
    }
}
