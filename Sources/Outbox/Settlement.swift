package import Notifications

/// What became of a claimed job, as history records it.
package enum Outcome: String, Sendable, CaseIterable {
    /// The relay took the letter.
    case sent
    /// Not taken; it will be tried again.
    case retry
    /// Refused for good.
    case failed
    /// The facts no longer wanted it.
    case suppressed
    /// It would have come too late.
    case expired
    /// It was withdrawn before it was claimed.
    case cancelled
    /// Nobody knows whether the relay took it.
    case unknown
    /// It brings workers down.
    case poison
}

/// One settle: the end of a job, or its next attempt.
package struct Settlement: Sendable {
    /// Whether the job is over.
    package enum Next: Sendable, Equatable {
        /// The row leaves the queue.
        case end
        /// The row is due again after this time.
        case again(after: Duration)
        /// The row waits for the operator; no worker claims it.
        case hold
    }

    /// What the relay said, for history and the operator.
    package struct Evidence: Sendable {
        /// How far the dialogue came.
        package var stage: String?
        /// The reply's code.
        package var code: Int?
        /// The reply's enhanced status code (RFC 3463).
        package var enhanced: String?
        /// The reply without addresses and links, at most 512 characters.
        package var reply: String?
        /// The relay's own name for the accepted letter.
        package var queueID: String?
        /// TLS version and cipher of the session.
        package var tls: String?
        /// The Message-ID that was sent.
        package var messageID: String?

        /// No evidence: nothing was said to a relay.
        package init() {}
    }

    /// Which claim.
    package let ticket: Ticket
    /// What became of it.
    package let outcome: Outcome
    /// Whether the job is over.
    package let next: Next
    /// The attempt counts against the letter.
    package let burnsAttempt: Bool
    /// The relay may have taken the letter: another attempt must be the same bytes.
    package let leavesDoubt: Bool
    /// A sentence that names nobody.
    package let reason: String?
    /// What the relay said.
    package let evidence: Evidence
    /// The recipient's address, when the outcome proves that it cannot be reached; only the end of a job counts.
    package let unreachable: UnreachableAddress?

    /// Describes a settle; nothing is written yet.
    package init(
        _ ticket: Ticket, _ outcome: Outcome, next: Next = .end, burnsAttempt: Bool = false, leavesDoubt: Bool = false,
        reason: String? = nil, evidence: Evidence = Evidence(), unreachable: UnreachableAddress? = nil
    ) {
        self.ticket = ticket
        self.outcome = outcome
        self.next = next
        self.burnsAttempt = burnsAttempt
        self.leavesDoubt = leavesDoubt
        self.reason = reason
        self.evidence = evidence
        self.unreachable = unreachable
    }
}
