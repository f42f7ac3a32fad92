import FoundationEssentials
import Notifications
import Outbox
import SMTP

/// What a delivery means for the job: a pure function of what the relay did, the job and the hour.
struct DeliveryJudge {
    let policy: RetryPolicy
    /// The database's time, as far as this worker can tell.
    let now: Date
    /// 0 to 1, for the spread of pauses.
    let chance: Double

    /// Judges one delivery.
    func report(_ delivery: Delivery, of job: Job, evidence: Settlement.Evidence) -> Report {
        switch delivery.verdict {
        case .accepted:
            return .settle(Settlement(job.ticket, .sent, burnsAttempt: true, evidence: evidence))
        case .unknown:
            return .settle(doubt(about: job, evidence))
        case .stale:
            return .release(job.ticket)
        case .transient, .permanent:
            // Trouble of the relay or the sender is not the letter's fault: no attempt is spent and nobody is
            // suppressed.
            guard delivery.scope.isLettersFault else {
                return .release(job.ticket, after: delivery.fault == .withheld ? .zero : policy.pauseAfterTrouble)
            }
            return .settle(delivery.verdict == .permanent ? refusal(of: job, evidence) : pause(delivery, job, evidence))
        }
    }

    private func refusal(of job: Job, _ evidence: Settlement.Evidence) -> Settlement {
        Settlement(job.ticket, .failed, burnsAttempt: true, reason: "the relay refused it for good", evidence: evidence)
    }

    private func pause(_ delivery: Delivery, _ job: Job, _ evidence: Settlement.Evidence) -> Settlement {
        let pause = policy.pause(after: job.attempts + 1, hint: delivery.retryAfter, chance: chance)
        let lastChance = policy.lastChance(firstTried: job.triedAt ?? now, expiresAt: job.expiresAt)
        guard now.addingTimeInterval(pause / .seconds(1)) < lastChance else {
            return Settlement(job.ticket, .expired, burnsAttempt: true, reason: "not taken in time", evidence: evidence)
        }
        return Settlement(job.ticket, .retry, next: .again(after: pause), burnsAttempt: true, evidence: evidence)
    }

    /// A letter that may have been taken is sent once more, the same to the byte; a second doubt is left to the
    /// operator.
    private func doubt(about job: Job, _ evidence: Settlement.Evidence) -> Settlement {
        let resend = now.addingTimeInterval(policy.pauseInDoubt / .seconds(1))
        let isLast = job.isInDoubt || resend >= job.expiresAt
        return Settlement(
            job.ticket, .unknown, next: isLast ? .end : .again(after: policy.pauseInDoubt), burnsAttempt: true,
            leavesDoubt: true,
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
        queueID = delivery.queueID
        tls = delivery.tls
    }
}
