import FoundationEssentials
import Outbox

/// One stop as JSON; `kind` is left out for the stop of all letters.
struct PauseReport: Encodable {
    let kind: String?
    let reason: String
    let operatorName: String
    let since: Date

    init(_ pause: Pause) {
        kind = pause.kind == StopSwitch.everything ? nil : pause.kind
        reason = pause.reason.withMaskedAddresses
        operatorName = pause.operatorName
        since = pause.since
    }

    enum CodingKeys: String, CodingKey {
        case kind, reason, since
        case operatorName = "operator"
    }
}

extension Pause {
    /// What is stopped.
    var letters: String { StopSwitch.letters(of: kind) }

    /// Since when, by whom and why.
    var origin: String { "since \(since.formatted(.iso8601)) by \(operatorName): \(reason.withMaskedAddresses)" }
}

extension StopSwitch {
    /// What a switch of this name stops, in words.
    static func letters(of kind: String) -> String { kind == everything ? "all letters" : "letters of kind \(kind)" }
}
