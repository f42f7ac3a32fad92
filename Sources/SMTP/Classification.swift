/// Verdict and scope of an outcome: a pure function of where it happened and what was said.
///
/// The basic code decides between transient and permanent (RFC 5321 §4.2.1); ``table`` decides whose trouble it is.
/// Trouble of the relay or the sender is never the letter's fault.
package struct Classification: Sendable, Equatable {
    /// What became of the message.
    package let verdict: Verdict
    /// Whose trouble it is.
    package let scope: Scope
    /// What the reply proves about the recipient's address; nil when nothing.
    package let finding: AddressFinding?

    /// A classification; without a finding nothing is said about the address.
    init(verdict: Verdict, scope: Scope, finding: AddressFinding? = nil) {
        self.verdict = verdict
        self.scope = scope
        self.finding = finding
    }

    /// What a complete reply means at a stage.
    package static func of(_ stage: Stage, _ reply: Reply) -> Classification {
        switch reply.code / 100 {
        case 2 where stage == .dot || stage == .accepted: Classification(verdict: .accepted, scope: .none)
        case 4: refusal(.transient, at: stage, reply)
        case 5: refusal(.permanent, at: stage, reply)
        default: of(stage, .malformedReply)
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

    private static func refusal(_ verdict: Verdict, at stage: Stage, _ reply: Reply) -> Classification {
        let rule = ClassificationRule.first(for: stage, reply)
        // Codes that contradict each other prove nothing.
        let finding = reply.isContradictory ? nil : rule?.finding
        // The table ends with rules for every refusal; a gap in it would still cost no letter.
        return Classification(verdict: verdict, scope: rule?.scope ?? .relay, finding: finding)
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
