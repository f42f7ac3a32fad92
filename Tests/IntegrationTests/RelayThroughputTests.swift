import Foundation
import TestSupport
import Testing

/// What a dead relay costs those that a second one carries.
@Suite struct RelayThroughputTests {
    /// How the first relay is dead.
    enum Death: String, CaseIterable { case refuses, blackHole, says421, says421AtMail }

    private static let letters = 96

    @Test("With the first of two relays dead, letters leave about as fast as with one healthy relay")
    func deadRelay() async throws {
        try await withInstallation { site in
            let healthy = try SMTPServer.scripted(.unhurried)
            site.use(healthy, at: [healthy.port])
            site.settings["HOLDFAST_SESSIONS"] = "8"
            try await site.reserveMany(1)
            try await site.drain()
            var alone = 0.0
            var besides: [Death: Double] = [:]
            // The best of three: other work on the machine only ever slows letters down.
            for _ in 0..<3 {
                alone = max(alone, try await site.rate(sending: Self.letters))
                for death in Death.allCases {
                    let first = try Self.dead(death)
                    site.keep(first.server)
                    site.use(healthy, at: [first.port, healthy.port])
                    besides[death] = max(besides[death] ?? 0, try await site.rate(sending: Self.letters))
                }
                site.settings["HOLDFAST_SMTP_2_URL"] = nil
                site.use(healthy, at: [healthy.port])
            }
            for death in Death.allCases {
                let ratio = try #require(besides[death]) / alone
                print("first relay \(death.rawValue): \(String(format: "%.3f of %.1f/s", ratio, alone))")
                #expect(ratio >= 0.8, "\(death)")
            }
        }
    }

    private static func dead(_ death: Death) throws -> (server: AnyObject, port: Int) {
        var scenario = RelayScenario()
        switch death {
        case .refuses:
            let server = try SMTPServer.scripted()
            server.stop()
            return (server, server.port)
        case .blackHole:
            let hole = try BlackHole()
            return (hole, hole.port)
        case .says421: scenario.answers["GREETING"] = ["421 4.3.2 Closing"]
        case .says421AtMail: scenario.answers["MAIL"] = [RelayScenario.Step("421 4.3.2 Closing", then: .close)]
        }
        let server = try SMTPServer.scripted(scenario)
        return (server, server.port)
    }
}

extension RelayScenario {
    /// Thinks long enough about every letter that the number of sessions, and nothing else, sets the pace.
    fileprivate static var unhurried: RelayScenario {
        var scenario = RelayScenario()
        scenario.answers["DOT"] = [Step("250 2.0.0 Ok: queued", delay: 0.25)]
        return scenario
    }
}

extension TestInstallation {
    /// Sends so many letters with a new worker; letters a second, from the first that was sent to the last.
    fileprivate func rate(sending letters: Int) async throws -> Double {
        try await sql("DELETE FROM holdfast.history")
        try await reserveMore(letters)
        let worker = try await startWorker()
        try await settleEverything()
        worker.signal(SIGTERM)
        #expect(try await worker.end().status == 0)
        let seconds = try await sql(
            "SELECT extract(epoch FROM max(at) - min(at)) FROM holdfast.history WHERE outcome = 'sent'")
        return Double(letters) / (try #require(Double(seconds)))
    }
}
