import Outbox

/// What a worker knows of itself at one moment: what health is judged by and gauges show.
package struct WorkerState: Sendable {
    /// Trouble of one thing.
    struct Trouble: Sendable, Equatable {
        /// How long it lasts.
        var lasted: Duration
        /// A sentence that names nobody.
        var reason: String
    }

    /// When it was read.
    var readAt = ContinuousClock.now
    /// All trouble there is.
    var troubles: [Vitals.Subject: Trouble] = [:]
    /// It was asked to stop.
    var isClosing = false
    /// How long it may still start sends; zero or less when it may not.
    var leaseLeft: Duration
    /// How long ago the claim loop last did its work; nil before the first time.
    var sinceProof: Duration?
    /// It could hear NOTIFY: no pooler stands between.
    var canHear = true
    /// It hears NOTIFY.
    var hears = true
    /// Claimed letters that no courier has taken yet.
    var backlog = 0
    /// Claims whose outcome is not written yet, those included.
    var outstanding = 0
    /// How the relays stand.
    var relays: [RelayState] = []
    /// Why the journal cannot be written; nil while it can, or when none is kept.
    var journalTrouble: String?
    /// The journal's size in bytes; nil when none is kept.
    var journalSize: Int?
    /// What upkeep found last; nil before its first look.
    var findings: UpkeepFindings?

    /// A state without trouble.
    init(leaseLeft: Duration) {
        self.leaseLeft = leaseLeft
    }

    /// The state of a worker's floor now.
    init(of floor: Floor, at now: ContinuousClock.Instant = .now) {
        leaseLeft = floor.lease.left(at: now)
        troubles = floor.vitals.troubles.mapValues { Trouble(lasted: now - $0.since, reason: $0.reason) }
        isClosing = floor.isClosing
        sinceProof = floor.vitals.provedAt.map { now - $0 }
        canHear = floor.canHear
        readAt = now
        hears = floor.hears
        backlog = floor.backlog.count
        outstanding = floor.outstanding.count
        relays = floor.relays.states
        journalTrouble = floor.journal?.trouble?.description
        journalSize = floor.journal?.size
        findings = floor.findings
    }
}
