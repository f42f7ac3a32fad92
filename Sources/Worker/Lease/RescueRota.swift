import Outbox

/// When a heartbeat looks for jobs of lost workers: a pure value that counts beats.
///
/// Every calm beat ends the leases that are over. The whole queue is swept now and then, and right after a beat that
/// found something: a row that was locked, or beyond the limit of one rescue, is found by the second look.
struct RescueRota {
    /// After trouble of its own a worker leaves the others time to come back: an outage of the database ends all leases
    /// at once, and the first to return would rob those who are about to.
    static let beatsOfCalm = 5
    /// A minute.
    static let beatsToSweep = 20

    private var beatsSinceTrouble = RescueRota.beatsOfCalm
    private var beatsSinceSweep = 0

    /// Counts a beat that renewed the lease; says whether to look for lost jobs, and how.
    mutating func calmBeat() -> (isDue: Bool, isSweep: Bool) {
        beatsSinceTrouble += 1
        beatsSinceSweep += 1
        return (beatsSinceTrouble > Self.beatsOfCalm, beatsSinceSweep >= Self.beatsToSweep)
    }

    /// Counts a beat that failed, or found the lease over.
    mutating func troubledBeat() {
        beatsSinceTrouble = 0
        beatsSinceSweep += 1
    }

    /// Learns what a rescue found.
    mutating func rescued(_ rescue: Rescue, isSweep: Bool) {
        if isSweep { beatsSinceSweep = 0 }
        if rescue != Rescue(leases: 0, jobs: 0, poison: 0) { beatsSinceSweep = Self.beatsToSweep }
    }
}
