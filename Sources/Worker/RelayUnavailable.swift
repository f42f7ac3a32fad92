import SMTP

/// The relay takes no letters; no job paid for it.
package struct RelayUnavailable: Error, Sendable, CustomStringConvertible {
    /// What happened, and which setting to look at.
    package let description: String
    /// Only a change of settings will help.
    package let isMisconfiguration: Bool

    init(_ failure: SMTPFailure) {
        description = failure.description
        isMisconfiguration = failure.isMisconfiguration
    }

    init(_ delivery: Delivery, relay: Relay) {
        let code = delivery.reply.map { " (reply \($0.code))" } ?? ""
        let whose =
            delivery.scope == .sender
            ? "refuses this sender: check HOLDFAST_FROM and HOLDFAST_BOUNCE_ADDRESS" : "takes no letters now"
        description = "The relay \(relay) \(whose)\(code), stage \(delivery.stage.rawValue)."
        isMisconfiguration = delivery.scope == .sender
    }
}
