extension ClassificationRule {
    /// Whose trouble each refusal is; the first row that matches wins.
    ///
    /// Codes are RFC 5321 §4.2, statuses RFC 3463 §3 and the IANA registry of RFC 5248; words and vendors' statuses are
    /// what relays say where the codes alone would be misread.
    static let table = [opening, ours, limits, postponed, addresses, refused].flatMap { $0 }

    private static let opened = Stage.resolve ... .rset
    private static let dialogue = Stage.mail ... .accepted
    private static let afterMail = Stage.rcpt ... .accepted
    private static let transient = [400...499]
    private static let permanent = [500...599]
    private static let any = [400...599]

    /// Before MAIL nothing was said of any letter.
    private static let opening = [
        ClassificationRule(
            "too many connections", opened, transient, words: ["too many", "concurrent", "connection limit"], .throttle),
        ClassificationRule("not let in", opened, any, .relay),
    ]

    /// Our login, our right to send, our sender address: no other letter would fare better.
    private static let ours = [
        ClassificationRule("login missing", dialogue, [530...530, 534...535, 538...538], .relay),
        // Yahoo gives its policy refusals the status of a weak login.
        ClassificationRule(
            "policy under a login's status", afterMail, permanent, status: [.exact(7, 9)], words: ["policy reasons"],
            .policy),
        ClassificationRule("login refused", dialogue, any, status: [.range(7, 8...9), .exact(7, 11)], .relay),
        ClassificationRule(
            "relaying refused", dialogue, any,
            words: [
                "relay access denied", "relaying denied", "relay denied", "unable to relay", "relay not permitted",
                "not permitted to relay", "relaying not allowed", "not authorized to relay", "credentials for relay",
                "allowed rcpthosts",
            ], .relay),
        ClassificationRule(
            "relaying refused, by status", dialogue, permanent, status: [.exact(7, 54), .exact(7, 57), .exact(7, 64)],
            .relay),
        // Postfix keeps what it holds against this client's address or EHLO name until RCPT.
        ClassificationRule(
            "client refused", dialogue, any, words: ["client host rejected", "helo command rejected"], .relay),
        ClassificationRule(
            "sender refused, by status", dialogue, any, status: [.range(1, 7...8), .exact(7, 27), .exact(7, 60)],
            .sender),
        ClassificationRule(
            "sender refused", dialogue, any,
            words: [
                "sender address rejected", "not owned by", "sendasdenied", "send as this sender",
                "address is not verified", "verified sender", "sender verify",
            ], .sender),
        ClassificationRule(
            "account stopped", dialogue, permanent,
            words: ["sending paused", "sending is paused", "tenant has exceeded", "not licensed to send"], .relay),
    ]

    /// The relay's limits: fewer letters, or later ones.
    private static let limits = [
        ClassificationRule(
            "mailbox receives too fast", afterMail, any,
            words: ["receiving mail at a rate", "receiving mail too quickly"], .recipient),
        ClassificationRule(
            "our limit reached, by status", dialogue, permanent,
            status: [.exact(4, 5), .exact(1, 90), .range(2, 251...255)], .throttle),
        ClassificationRule(
            "our limit reached", dialogue, any,
            words: ["sending limit", "sending quota", "sending rate", "relay limit", "daily limit"], .throttle),
        ClassificationRule("asked to slow down", dialogue, [421...421, 432...432, 454...454], .throttle),
        ClassificationRule(
            "busy, by status", dialogue, [450...455],
            status: [.subject(3), .subject(4), .exact(7, 28), .range(7, 500...699)], .throttle),
        ClassificationRule(
            "busy", dialogue, transient,
            words: [
                "too much mail", "too many", "throttl", "rate limit", "server busy", "unusual rate",
                "unexpected volume", "excessive volume",
            ], .throttle),
    ]

    /// Refused for now.
    private static let postponed = [
        ClassificationRule("relay postpones", .mail ... .mail, transient, .relay),
        ClassificationRule("mailbox postpones", afterMail, transient, status: [.subject(1), .subject(2)], .recipient),
        ClassificationRule("recipient postponed", .rcpt ... .rcpt, transient, .recipient),
        ClassificationRule("postponed by policy", .data ... .accepted, transient, status: [.subject(7)], .policy),
        ClassificationRule("text postponed", .dot ... .accepted, transient, .policy),
        ClassificationRule("text not asked for", .data ... .body, transient, .relay),
    ]

    private static let dead = [
        Status.range(1, 1...3), .exact(1, 6), .exact(1, 10), .exact(2, 1),
    ]

    /// Refused for good because of the recipient's address or mailbox.
    private static let addresses = [
        // A receiver that hides its reputation blocks behind "no such user" must not get living people suppressed.
        ClassificationRule(
            "policy under an address's status", .rcpt ... .rcpt, permanent, status: dead,
            words: ["blocked", "blacklist", "block list", "blocklist", "spam", "reputation", "policy"], .policy),
        ClassificationRule("no such address", .rcpt ... .rcpt, permanent, status: dead, .recipient, .dead),
        ClassificationRule("mailbox full, by status", afterMail, permanent, status: [.exact(2, 2)], .recipient, .full),
        ClassificationRule("policy, by status", afterMail, permanent, status: [.subject(7)], .policy),
        ClassificationRule(
            "mailbox full", afterMail, permanent,
            words: ["over quota", "overquota", "quota exceeded", "mailbox full", "mailbox is full"], .recipient, .full),
        ClassificationRule(
            "unknown recipient, in words", afterMail, permanent,
            words: [
                "user unknown", "unknown user", "no such user", "no such recipient", "no such mailbox",
                "mailbox unavailable", "mailbox not found", "mailbox is disabled", "does not exist", "doesn't have a",
                "no longer valid", "invalid recipient", "recipient not found", "unrouteable address", "no mailbox here",
            ], .recipient),
        ClassificationRule("mailbox full, by code", .rcpt ... .rcpt, [552...552], .recipient, .full),
        // What relays say at RCPT of an address they cannot use (RFC 5321 §4.2.3); it must not close the way for
        // others.
        ClassificationRule("address not usable", .rcpt ... .rcpt, [501...501, 504...504, 553...553], .recipient),
    ]

    /// Refused for good because of the message, the dialogue or a policy.
    private static let refused = [
        ClassificationRule(
            "message refused", dialogue, permanent, status: [.exact(2, 3), .exact(3, 4), .subject(6)], .message),
        ClassificationRule(
            "address, mailbox or route refused", afterMail, permanent, status: [.subject(1), .subject(2), .subject(4)],
            .recipient),
        ClassificationRule("relay out of order", dialogue, permanent, status: [.subject(3), .subject(5)], .relay),
        // The relay did not understand us, which no other letter would mend.
        ClassificationRule("not understood", dialogue, [500...504, 555...555], .relay),
        ClassificationRule("too large", dialogue, [552...552], .message),
        ClassificationRule("sender refused at MAIL", .mail ... .mail, permanent, .sender),
        ClassificationRule("policy", afterMail, permanent, .policy),
    ]
}
