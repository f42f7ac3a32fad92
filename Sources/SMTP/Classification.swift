/// Verdict and scope of an outcome: a pure function of where it happened and what was said.
///
/// The basic code decides between transient and permanent (RFC 5321 §4.2.1); the enhanced code and the stage decide
/// whose trouble it is. First match wins. Trouble of the relay or the sender is never the letter's fault.
package struct Classification: Sendable, Equatable {
    /// What became of the message.
    package let verdict: Verdict
    /// Whose trouble it is.
    package let scope: Scope

    /// Statuses that say the mailbox does not exist or is switched off for good.
    static let deadAddress: Set<EnhancedStatus> = [
        .init(5, 1, 1), .init(5, 1, 2), .init(5, 1, 3), .init(5, 1, 6), .init(5, 1, 10), .init(5, 2, 1),
    ]

    /// What a complete reply means at a stage.
    package static func of(_ stage: Stage, _ reply: Reply) -> Classification {
        switch reply.code / 100 {
        case 2 where stage == .dot || stage == .accepted:
            Classification(verdict: .accepted, scope: .none)
        case 4:
            Classification(verdict: .transient, scope: transientScope(stage, reply))
        case 5:
            Classification(verdict: .permanent, scope: permanentScope(stage, reply))
        default:
            of(stage, .malformedReply)
        }
    }

    /// What the lack of a reply means at a stage.
    package static func of(_ stage: Stage, _ fault: Fault) -> Classification {
        switch fault {
        case .timedOut, .closed, .broken, .malformedReply, .unsolicited:
            stage == .dot
                ? Classification(verdict: .unknown, scope: .none) : Classification(verdict: .transient, scope: .relay)
        case .tooLarge, .malformedMessage: Classification(verdict: .permanent, scope: .message)
        case .needsSMTPUTF8(.recipient): Classification(verdict: .permanent, scope: .recipient)
        case .needsSMTPUTF8(.sender): Classification(verdict: .permanent, scope: .sender)
        case .withheld: Classification(verdict: .transient, scope: .none)
        }
    }

    private static func transientScope(_ stage: Stage, _ reply: Reply) -> Scope {
        guard stage >= .mail, ![421, 432, 454].contains(reply.code) else { return .relay }
        let status = reply.enhancedStatus
        switch (status?.subject, status?.detail) {
        case (3, _), (4, _), (7, 28): return .relay
        case (1, 7), (1, 8), (7, 27): return .sender
        default: break
        }
        if reply.text.lowercased().contains("too much mail") { return .relay }
        switch stage {
        case .rcpt: return .recipient
        case .dot: return .policy
        default: return .relay
        }
    }

    private static func permanentScope(_ stage: Stage, _ reply: Reply) -> Scope {
        guard stage >= .mail, ![530, 534, 535, 538].contains(reply.code) else { return .relay }
        let status = reply.enhancedStatus
        switch (status?.subject, status?.detail) {
        case (7, 8), (7, 9), (7, 11): return .relay
        case (1, 7), (1, 8), (7, 27): return .sender
        case (3, 4), (6, _): return .message
        // What relays say at RCPT of an address they cannot use (RFC 5321 §4.2.3); it must not close the way for
        // others.
        case _ where stage == .rcpt && [501, 504, 553].contains(reply.code): return .recipient
        case (3, _), (5, _): return .relay
        case (2, 2) where stage != .mail: return .recipient
        default: break
        }
        // 500–504 and 555: the relay did not understand us, which no other letter would mend.
        if (500...504).contains(reply.code) || reply.code == 555 { return .relay }
        if stage == .mail { return reply.code == 552 ? .message : .sender }
        if let status, deadAddress.contains(status) { return .recipient }
        if reply.code == 552 { return stage == .rcpt ? .recipient : .message }
        return .policy
    }
}

extension Stage: Comparable {
    /// Earlier on the wire is less.
    package static func < (left: Stage, right: Stage) -> Bool { left.order < right.order }

    private var order: Int {
        switch self {
        case .resolve: 0
        case .connect: 1
        case .tls: 2
        case .greeting: 3
        case .hello: 4
        case .auth: 5
        case .rset: 6
        case .mail: 7
        case .rcpt: 8
        case .data: 9
        case .body: 10
        case .dot: 11
        case .accepted: 12
        }
    }
}
