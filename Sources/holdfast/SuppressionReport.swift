import FoundationEssentials
import Outbox

/// A suppression as JSON; `until` is left out of one for good.
struct SuppressionReport: Encodable {
    let address: String
    let letters: String
    let reason: String
    let until: Date?
    let since: Date?

    init(_ suppression: Suppression, _ address: String) {
        self.address = address
        letters = suppression.appliesTo.rawValue
        reason = suppression.reason.rawValue
        until = suppression.until
        since = suppression.since
    }

    enum CodingKeys: String, CodingKey {
        case address, reason, until, since
        case letters = "class"
    }
}
