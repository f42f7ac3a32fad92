public import FoundationEssentials

/// Why a link was not accepted.
///
/// Only an authentic refusal may be explained to the visitor; all others deserve the same "not found" page, so that
/// guessing teaches nothing.
public enum LinkRefusal: Error, Hashable, Sendable {
    /// The text is no token of this kind: too long, wrong characters, wrong header, or a footer that is not a key id.
    case malformed
    /// No key of that id is in the key ring, or the key is revoked or past its time.
    case unknownKey
    /// The signature does not fit: altered, or signed by another key, for another purpose or another environment.
    case badSignature
    /// Signed by a key of ours, but the claims are not the seven there must be.
    case invalidClaims
    /// Signed for another site.
    case wrongAudience
    /// The link ended at `at`; `jti` names it, so that a page can offer to mail a new one to the stored address.
    case expired(at: Date, jti: UUID)
    /// Issued in the future by more than the tolerance: a clock is wrong.
    case notYetValid
    /// The claims name another purpose than the route's.
    case wrongPurpose

    /// Whether the signature had verified before the refusal, so that a page may say what happened.
    public var isAuthentic: Bool {
        switch self {
        case .malformed, .unknownKey, .badSignature: false
        case .invalidClaims, .wrongAudience, .expired, .notYetValid, .wrongPurpose: true
        }
    }
}

extension LinkRefusal: CustomStringConvertible {
    /// One sentence for a log; it names no token and no person.
    public var description: String {
        switch self {
        case .malformed: "The text is not a link token."
        case .unknownKey: "The link's key is unknown, revoked or past its time; fetch the published keys anew."
        case .badSignature: "The signature does not verify for this route, environment and key."
        case .invalidClaims: "The link is signed, but its claims are not in the documented form."
        case .wrongAudience: "The link was issued for another site."
        case .expired(let instant, _): "The link expired at \(Instant.text(instant) ?? "an unknown time")."
        case .notYetValid: "The link was issued in the future; check the clocks."
        case .wrongPurpose: "The link's claims name another purpose than this route's."
        }
    }
}
