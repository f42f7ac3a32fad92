import Outbox

extension Outcome {
    /// How it stands out where there are some.
    var style: Style {
        switch self {
        case .sent: .good
        case .failed, .poison: .bad
        case .retry, .expired, .unknown, .suppressed: .warning
        case .cancelled: .plain
        }
    }
}
