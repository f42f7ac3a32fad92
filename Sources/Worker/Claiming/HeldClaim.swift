import FoundationEssentials
import Notifications
import Outbox

/// A claim with the lease it was made under and the moment it was asked for.
struct HeldClaim: Sendable {
    let claim: Claim
    let worker: WorkerID
    let heldSince: ContinuousClock.Instant
    /// The relay whose budget paid for the letter, where it has one.
    var payee: Int?
    /// When its facts came: a claim that takes long must not make them old, or no letter of a slow database would leave.
    private let answeredAt = ContinuousClock.now

    /// Facts older than this are read again before they are used.
    private static let shelfLife: Duration = .seconds(5)

    var isFresh: Bool { .now - answeredAt < Self.shelfLife }

    /// The database's time now, as far as this worker can tell.
    var now: Date { claim.readAt.addingTimeInterval((ContinuousClock.now - heldSince) / .seconds(1)) }
}
