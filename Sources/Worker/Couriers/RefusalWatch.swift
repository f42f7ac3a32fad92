import Logging
import Mail
import SMTP
import Synchronization

/// What the couriers of one worker remember of refusals from letter to letter.
final class RefusalWatch: Sendable {
    private let alarm = Mutex(PolicyAlarm())
    private let runs = Mutex(ThrottleRuns())

    /// The delivery as it counts: a policy refusal for good is blamed on the relay while it refuses everybody.
    func judged(_ delivery: Delivery, to recipient: EmailAddress, log: Logger) -> Delivery {
        if delivery.isContradictory {
            log.event(
                .notice, "the relay's codes contradict each other: the basic code decides",
                [.reply: delivery.reply?.code ?? 0, .enhanced: "\(delivery.reply?.enhancedStatus, default: "none")"])
        }
        if delivery.verdict == .accepted {
            if alarm.withLock({ $0.accepted() }) {
                log.event(.notice, "the relay takes letters again: policy refusals fail their letters as before")
            }
            return delivery
        }
        guard delivery.verdict == .permanent, delivery.scope == .policy else { return delivery }
        let (isNews, isRaised) = alarm.withLock { ($0.refused(recipient, at: .now), $0.isRaised) }
        if isNews {
            log.event(
                .error, "the relay refuses one recipient after the other by policy: letters wait until it takes one",
                [.count: PolicyAlarm.threshold, .reply: delivery.reply?.code ?? 0])
        }
        return isRaised ? delivery.blamingTheRelay() : delivery
    }

    /// How often in a row the relay's limits turned this letter away, this delivery included.
    func throttles(of job: Int64, _ delivery: Delivery) -> Int {
        runs.withLock { $0.note(delivery.scope, of: job) }
    }
}
