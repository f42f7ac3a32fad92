/// What the scripted relay does: its answers verb by verb, and its faults.
package struct RelayScenario: Encodable, Sendable {
    /// How the scripted relay is protected.
    package enum TLS: String, Encodable, Sendable { case none, starttls, implicit }

    /// One answer: a reply, how it is sent and what happens then.
    package struct Step: Encodable, Sendable, ExpressibleByStringLiteral {
        /// What follows the reply.
        ///
        /// `flood` sends the reply again and again, for as long as anybody takes it.
        package enum Then: String, Encodable, Sendable { case close, reset, hang, flood }

        /// The reply, its lines separated by `\n`, or byte for byte when `isRaw` or when it ends in CRLF; nil says nothing.
        ///
        /// `{recipient}`, `{local}` and `{token}` quote the recipient, its local part and a token of the letter, as told last.
        package var reply: String?
        /// Whether every byte is sent by itself.
        package var split: Bool
        /// Whether the reply is sent as it is, without a line end.
        package var isRaw = false
        /// Seconds to wait before the reply.
        package var delay: Double
        /// Whether the reply waits for `SMTPServer.release`.
        package var isHeld: Bool
        /// What follows the reply.
        package var then: Then?

        /// A step.
        package init(
            _ reply: String?, split: Bool = false, delay: Double = 0, isHeld: Bool = false, then: Then? = nil
        ) {
            self.reply = reply
            self.split = split
            self.delay = delay
            self.isHeld = isHeld
            self.then = then
        }

        /// A reply sent at once.
        package init(stringLiteral reply: String) { self.init(reply) }
    }

    /// The extensions in the EHLO answer.
    package var capabilities = ["PIPELINING", "SIZE 10240000", "ENHANCEDSTATUSCODES", "8BITMIME"]
    /// The extensions in the EHLO answer under TLS; nil means the same.
    package var capabilitiesAfterTLS: [String]?
    /// Its protection.
    package var tls = TLS.none
    /// PEM files of the server's certificate and key.
    package var certificate: String?, key: String?
    /// The one account that AUTH lets in.
    package var user: String?, password: String?
    /// The socket of the `Dovecot` that decides instead who is let in.
    package var sasl: String?
    /// The PEM file of the authority whose client certificates are asked for, and required.
    package var clientAuthority: String?
    /// The answers by verb, n-th to the n-th such command of any connection, the last one repeating; besides the verbs
    /// there are GREETING, DOT, and UNSOLICITED, which is sent right after the answer to the dot.
    package var answers: [String: [Step]] = [:]
    /// Whether it tells of whole messages, or of their headers only.
    package var keepsBodies = true
    /// Whether the answers to a group of commands are sent in one write.
    package var coalesces = false
    /// Close the connection once this many bytes of a message have come.
    package var dropInBody: Int?

    /// A relay that accepts everything.
    package init() {}

    /// A relay that accepts the first letters at once and holds back its word on all others until it is released.
    ///
    /// That is time to do something in the middle, however busy the machine is.
    package static func holding(after letters: Int) -> RelayScenario {
        var scenario = RelayScenario()
        scenario.answers["DOT"] =
            Array(repeating: "250 2.0.0 Ok: queued", count: letters) + [Step("250 2.0.0 Ok: queued", isHeld: true)]
        return scenario
    }
}
