import SMTP

/// The relay takes no letters; no job paid for it.
package struct RelayUnavailable: Error, Sendable, CustomStringConvertible {
    /// What happened, and which setting to look at.
    package let description: String
    /// Only a change of settings will help.
    package let isMisconfiguration: Bool
    /// How long the relay asks to wait.
    let retryAfter: Duration?
    /// The relay is there and asks for fewer letters or sessions.
    let asksForFewer: Bool

    init(_ failure: SMTPFailure) {
        description = failure.description
        isMisconfiguration = failure.isMisconfiguration
        retryAfter = failure.retryAfter
        asksForFewer = Self.asksForFewer(failure.reply)
    }

    init(_ delivery: Delivery, relay: Relay) {
        let code = delivery.reply.map { " (reply \($0.code))" } ?? ""
        let whose =
            delivery.scope == .sender
            ? "refuses this sender: check HOLDFAST_FROM and HOLDFAST_BOUNCE_ADDRESS" : "takes no letters now"
        description = "The relay \(relay) \(whose)\(code), stage \(delivery.stage.rawValue)."
        isMisconfiguration = delivery.scope == .sender
        retryAfter = delivery.retryAfter
        asksForFewer = delivery.scope == .throttle || Self.asksForFewer(delivery.reply)
    }

    /// 421: no more sessions (RFC 5321 §3.8); 432: too many of them (as Microsoft uses it); 454: the account's rate.
    private static func asksForFewer(_ reply: Reply?) -> Bool {
        reply.map { [421, 432, 454].contains($0.code) } ?? false
    }
}
