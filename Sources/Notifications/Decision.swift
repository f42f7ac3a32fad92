/// Whether the facts still want a letter.
package enum Decision: Equatable, Sendable {
    /// It is to be sent.
    case send
    /// It is not to be sent: the reason goes to history.
    case suppress(Refusal)
    /// It would come too late: the reason goes to history.
    case expire(Refusal)
    /// The facts cannot be read: a mistake of ours or of the schema, to be mended before the letter is lost.
    case undecided(MalformedFact)

    /// The first refusal whose condition holds; to be sent when none does.
    static func send(unless refusals: KeyValuePairs<Refusal, Bool>) -> Decision {
        guard let refusal = refusals.first(where: \.value)?.key else { return .send }
        return refusal == .pastDeadline ? .expire(refusal) : .suppress(refusal)
    }
}

/// Why a letter that was owed is not sent: the sentence that history and the operator read.
///
/// It names nobody.
package enum Refusal: String, Sendable, CaseIterable {
    case subjectGone = "the subject is gone"
    case superseded = "the subject changed after this letter was owed"
    case stateMoved = "the subject's state no longer wants it"
    case requiresAuthorization = "the payor requires authorization"
    case alreadyActivated = "the portal is active already"
    case alreadyTold = "its reader was told the same already"
    case nothingTold = "nobody was told of it before"
    case noticesOff = "the provider has turned notices off"
    case invitationOver = "the invitation was withdrawn or used"
    case noOpenTask = "no task is open any more"
    case clientInactive = "the client's record is paused or closed"
    case checkinsOff = "check-ins are off"
    case readMeanwhile = "the messages were read meanwhile"
    case addressSuppressed = "the address must not be written to"
    case overCap = "too many letters to this address today"
    case notAllowedHere = "the address is not in HOLDFAST_ONLY_TO"
    case pastDeadline = "its deadline passed"
    case linkRevoked = "its link was revoked"
}

extension Kind {
    /// Judges a claim: what holds for every letter, then what this kind asks, then whether the reader may be written
    /// to.
    ///
    /// Pure; the only clock is the database's, read with the claim.
    package func decision(on claim: Claim, allowing allowList: AllowList) -> Decision {
        if case .malformed(let fact) = claim.facts {
            return claim.job.expiresAt <= claim.readAt ? .expire(.pastDeadline) : .undecided(fact)
        }
        guard let subject = claim.facts.subject else { return .suppress(.subjectGone) }
        if subject.generation != claim.job.subjectGeneration, !outlivesChange { return .suppress(.superseded) }
        let own = judge(claim.facts)
        guard own == .send else { return own }
        let decision = Decision.send(unless: [
            .pastDeadline: claim.job.expiresAt <= claim.readAt,
            .addressSuppressed: subject.isSuppressed,
            .overCap: subject.isOverCap,
            .notAllowedHere: !allowList.allows(subject.recipient.address),
        ])
        return decision == .send ? linkDecision(on: claim) : decision
    }

    /// A letter that is about a link is worth nothing when that is missing or arrives dead.
    private func linkDecision(on claim: Claim) -> Decision {
        for purpose in links {
            guard let link = claim.links.first(where: { $0.purpose == purpose }) else {
                return .undecided(MalformedFact("no link was issued: is a signing key active?"))
            }
            if link.isRevoked { return .suppress(.linkRevoked) }
            if link.expiresAt <= claim.readAt { return .expire(.pastDeadline) }
        }
        return .send
    }
}
