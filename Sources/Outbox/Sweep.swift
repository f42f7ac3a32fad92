/// What comes due in the booking domain by the clock alone; any worker may do any of it at any time.
package enum Sweep: String, CaseIterable, Sendable {
    /// Ends holds whose time is over, so that their slots are seen to be free and their providers are told.
    case expireHolds = "expire_holds"
    /// Owes today's digests of what clients have yet to do.
    case oweDigests = "owe_digests"
    /// Lets letters go that were held until their time was over, so that they end and whoever must know is told.
    case letExpire = "let_expire"
    /// Forgets what readers were told of subjects that are over.
    case pruneTold = "prune_told"
    /// Forgets which letters counted against the cap of an address, after a day.
    case pruneAllowance = "prune_allowance"
    /// Forgets addresses that were changed, after 30 days.
    case eraseAddressChanges = "erase_address_changes"

    /// On how many rows one call works at most; nil for one that takes no such number.
    var most: Int? {
        switch self {
        case .expireHolds, .oweDigests, .letExpire, .pruneTold: 200
        case .pruneAllowance, .eraseAddressChanges: nil
        }
    }

    /// The function that does it, as `to_regprocedure` reads it.
    var signature: String { "holdfast.\(rawValue)(\(most == nil ? "" : "integer"))" }
}
