import FoundationEssentials
import Notifications
import Outbox
import SMTP

/// What a delivery means for the job: a pure function of what the relay did, the job and the hour.
struct DeliveryJudge {
    let policy: RetryPolicy
    /// What becomes of a letter of this kind that may have been taken.
    var inDoubt = Kind.InDoubt.resend
    /// How often in a row the relay's limits turned this letter away, this time included.
    var throttles = 0
    /// The database's time, as far as this worker can tell.
    let now: Date
    /// 0 to 1, for the spread of pauses.
    let chance: Double

    /// Judges one delivery to an address, which is as the facts had it.
    func report(
        _ delivery: Delivery, of job: Job, to address: String? = nil, evidence: Settlement.Evidence
    ) -> Report {
        switch delivery.verdict {
        case .accepted:
            return .settle(Settlement(job.ticket, .sent, burnsAttempt: true, evidence: evidence))
        case .unknown:
            return .settle(doubt(about: job, evidence))
        case .stale:
            return .release(job.ticket)
        case .transient, .permanent:
            if delivery.scope == .throttle, throttles > policy.freeThrottles {
                return .settle(pause(delivery, job, evidence))
            }
            // Trouble of the relay or the sender is not the letter's fault: no attempt is spent and nobody is
            // suppressed.
            guard delivery.scope.isLettersFault else { return .release(job.ticket, after: rest(after: delivery)) }
            guard delivery.verdict == .permanent else { return .settle(pause(delivery, job, evidence)) }
            return .settle(refusal(of: job, delivery.finding, address, evidence))
        }
    }

    /// How long a letter rests that was not to blame; the claim after it judges anew whether it is still in time.
    private func rest(after delivery: Delivery) -> Duration {
        if delivery.fault == .withheld { return .zero }
        let wish = delivery.scope == .throttle ? delivery.retryAfter : nil
        return max(policy.pauseAfterTrouble, wish ?? .zero)
    }

    private func refusal(
        of job: Job, _ finding: AddressFinding?, _ address: String?, _ evidence: Settlement.Evidence
    ) -> Settlement {
        let ground: UnreachableAddress.Ground? =
            switch finding {
            case .dead: .dead
            case .full: .full
            case nil: nil
            }
        let reason =
            switch finding {
            case .dead: "the address does not exist"
            case .full: "the mailbox is full"
            case nil: "the relay refused it for good"
            }
        var unreachable: UnreachableAddress?
        if let ground, let address { unreachable = UnreachableAddress(address, ground) }
        return Settlement(
            job.ticket, .failed, burnsAttempt: true, reason: reason, evidence: evidence, unreachable: unreachable)
    }

    private func pause(_ delivery: Delivery, _ job: Job, _ evidence: Settlement.Evidence) -> Settlement {
        let pause = policy.pause(after: job.attempts + 1, hint: delivery.retryAfter, chance: chance)
        let lastChance = policy.lastChance(firstTried: job.triedAt ?? now, expiresAt: job.expiresAt)
        guard now.addingTimeInterval(pause / .seconds(1)) < lastChance else {
            return Settlement(job.ticket, .expired, burnsAttempt: true, reason: "not taken in time", evidence: evidence)
        }
        return Settlement(job.ticket, .retry, next: .again(after: pause), burnsAttempt: true, evidence: evidence)
    }

    /// A letter that may have been taken is sent once more, the same to the byte, or held for the operator, as its kind
    /// says; a second doubt, or one that its deadline leaves no time for, is the end.
    func doubt(about job: Job, _ evidence: Settlement.Evidence) -> Settlement {
        let wait =
            switch inDoubt {
            case .resend: policy.pauseInDoubt
            case .hold: Duration.zero
            }
        let isLast = job.isInDoubt || now.addingTimeInterval(wait / .seconds(1)) >= job.expiresAt
        let next: Settlement.Next =
            switch inDoubt {
            case _ where isLast: .end
            case .resend: .again(after: wait)
            case .hold: .hold
            }
        return Settlement(
            job.ticket, .unknown, next: next, burnsAttempt: true, leavesDoubt: true,
            reason: "no reply to the final dot", evidence: evidence)
    }
}

extension Settlement.Evidence {
    /// What history keeps of a delivery: nothing that names or leads to anybody.
    init(_ delivery: Delivery, messageID: String, hiding envelope: Envelope) {
        self.init()
        self.messageID = messageID
        stage = delivery.stage.rawValue
        code = delivery.reply?.code
        enhanced = delivery.reply?.enhancedStatus.map { "\($0)" }
        reply = delivery.reply?.scrubbed(limit: 512, hiding: envelope)
        queueID = delivery.queueID.flatMap { Reply.isStorable($0, hiding: envelope) ? $0 : nil }
        tls = delivery.tls
    }
}
