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

    /// Facts older than this are read again before they are used.
    private static let shelfLife: Duration = .seconds(5)

    var isFresh: Bool { .now - heldSince < Self.shelfLife }

    /// The database's time now, as far as this worker can tell.
    var now: Date { claim.readAt.addingTimeInterval((ContinuousClock.now - heldSince) / .seconds(1)) }
}
