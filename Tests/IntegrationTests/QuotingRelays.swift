import TestSupport

extension RelayScenario {
    /// A relay that quotes what it was told in everything it says, and refuses letters in every way.
    static var quoting: RelayScenario {
        func say(_ starts: String...) -> [Step] {
            starts.map { Step(Canary.reply($0), then: $0.hasPrefix("421") ? .close : nil) }
        }
        var scenario = RelayScenario()
        // One command at a time, so that an answer that decides is the last one of its letter.
        scenario.capabilities = ["ENHANCEDSTATUSCODES", "8BITMIME"]
        scenario.answers = [
            // The worker looks at the relay before it starts.
            "GREETING": say("220 scripted.test", "220 scripted.test", "421 4.3.2", "220 scripted.test"),
            "MAIL": say("250 2.1.0", "451 4.3.0", "250 2.1.0"),
            "RCPT": say("451 4.2.1", "550 5.1.1", "552 5.2.2", "550 5.7.1", "250 2.1.5"),
            "DATA": say("354 go on", "550 5.6.0", "354 go on"),
            "DOT": ["250 2.0.0 Ok: queued as {local}", "250 OK id={local}"] + say("554 5.6.0", "451 4.7.1")
                + [Step(nil, then: .close)] + say("421 4.3.2", "250 2.0.0"),
        ]
        return scenario
    }

    /// A relay that quotes in its word on every letter, once it is released.
    static var holdingQuotes: RelayScenario {
        var scenario = RelayScenario()
        scenario.answers["DOT"] = [Step(Canary.reply("250 2.0.0 Ok: queued as {local}"), isHeld: true)]
        return scenario
    }

    /// A relay with an account, that quotes even the password when it refuses it.
    static func login(_ authority: CertificateAuthority, isRefused: Bool) throws -> RelayScenario {
        let leaf = try authority.issue(for: "DNS:localhost")
        var scenario = RelayScenario()
        scenario.tls = .starttls
        scenario.certificate = leaf.certificate
        scenario.key = leaf.key
        scenario.capabilities = ["STARTTLS"]
        scenario.capabilitiesAfterTLS = ["PIPELINING", "AUTH PLAIN LOGIN"]
        scenario.user = Canary.user
        scenario.password = Canary.password
        if isRefused {
            scenario.answers["AUTH"] = [Step("535 5.7.8 \(Canary.user) \(Canary.password) v4.public.canary")]
        }
        return scenario
    }
}
