/// What became of a message.
package enum Verdict: String, Sendable, CaseIterable {
    /// The relay took it and answers for it from here on.
    case accepted
    /// Not accepted; may be tried again.
    case transient
    /// Not accepted; the same again would be refused again.
    case permanent
    /// The final dot may have left and no complete reply came: it may or may not have been accepted.
    case unknown
    /// Not tried: the kept session was dead. Open another one at once; this was no attempt.
    case stale
}

/// Why something ended without a reply that explains it.
package enum Fault: Sendable, Equatable {
    /// A timer ran out.
    case timedOut
    /// The relay closed the connection.
    case closed
    /// The network or TLS failed under us, with libcurl's code.
    case broken(curl: UInt32)
    /// Bytes that are no reply, or a reply that cannot follow what was asked.
    case malformedReply
    /// The relay spoke when it was not asked.
    case unsolicited
    /// The message is larger than the SIZE the relay announced.
    case tooLarge(limit: Int)
    /// The message holds a bare CR, a bare LF or a NUL.
    case malformedMessage
    /// An address that is not ASCII, and a relay without SMTPUTF8.
    case needsSMTPUTF8(EnvelopeError.Side)
    /// The caller said no before the text was sent.
    case withheld
}

/// The outcome of one message on one session.
package struct Delivery: Sendable, Equatable {
    /// What became of it.
    package let verdict: Verdict
    /// The step that decided it.
    package let stage: Stage
    /// Whose trouble it is.
    package let scope: Scope
    /// The reply that decided it; it may echo addresses, store only its scrubbed form.
    package let reply: Reply?
    /// Why there is no such reply.
    package let fault: Fault?
    /// The relay's id of the accepted message.
    package let queueID: String?
    /// TLS version and cipher, nil on a plaintext loopback session.
    package let tls: String?
    /// How long the relay asks to wait, within one minute to one hour.
    package let retryAfter: Duration?
    /// What the reply proves about the recipient's address; nil when nothing.
    package let finding: AddressFinding?

    init(_ classification: Classification, at stage: Stage, reply: Reply? = nil, fault: Fault? = nil, tls: String?) {
        verdict = classification.verdict
        scope = classification.scope
        finding = classification.finding
        self.stage = stage
        self.reply = reply
        self.fault = fault
        self.tls = tls
        queueID = classification.verdict == .accepted ? reply?.queueID : nil
        retryAfter = reply.flatMap(RetryHint.find)
    }

    /// Whether the basic and the enhanced code of the reply disagree; then the basic one decided, and it is worth a
    /// word in the log.
    package var isContradictory: Bool { reply?.isContradictory ?? false }

    /// The same outcome, blamed on the relay: nothing is proved about the address.
    package func blamingTheRelay() -> Delivery {
        let classification = Classification(verdict: verdict, scope: .relay)
        return Delivery(classification, at: stage, reply: reply, fault: fault, tls: tls)
    }
}
