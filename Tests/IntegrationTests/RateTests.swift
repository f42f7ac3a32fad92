import Foundation
import TestSupport
import Testing

/// What a relay's rate means for letters and for their facts.
@Suite struct RateTests {
    @Test("Two workers together send no more than the rate allows, and about as much")
    func twoWorkers() async throws {
        try await withInstallation { site in
            let rate = 20.0
            let server = try SMTPServer.scripted()
            site.use(server)
            site.settings["HOLDFAST_SMTP_RATE"] = "\(Int(rate))"
            try await site.reserveMany(100)
            let began = ContinuousClock.now
            let workers = [try await site.startWorker(), try await site.startWorker()]
            var wasKept = true
            try await eventually("every job was settled") {
                let sent = try await site.sql("SELECT count(*) FROM holdfast.history WHERE outcome = 'sent'")
                let allowed = rate * ((ContinuousClock.now - began) / .seconds(1)) + rate
                if Double(sent) ?? 0 > allowed { wasKept = false }
                return sent == "100"
            }
            #expect(wasKept)
            #expect(.now - began >= .seconds(4), "one second's worth at once, then four seconds")
            try await server.catchUp()
            #expect(Set(server.messageIDs).count == 100 && server.messageIDs.count == 100)
            for worker in workers {
                worker.signal(SIGTERM)
                #expect(try await worker.end().status == 0)
            }
        }
    }

    @Test("Letters that must wait for the budget wait unclaimed, so that their facts are read when it is their turn")
    func waitUnclaimed() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            site.use(server)
            // The first letter takes all there is; the next may go in more than a quarter of an hour.
            site.settings["HOLDFAST_SMTP_RATE"] = "0.001"
            try await site.reserveMany(5)
            let worker = try await site.startWorker()
            try await eventually("one letter was sent") {
                try await site.sql("SELECT count(*) FROM holdfast.history WHERE outcome = 'sent'") == "1"
            }
            worker.signal(SIGTERM)
            #expect(try await worker.end().status == 0)
            let jobs = try await site.jobs()
            #expect(jobs.count == 4 && jobs.allSatisfy { $0.state == "ready" && $0.attempts == 0 })
            #expect(try await site.sql("SELECT sum(claim_no) FROM holdfast.job") == "0", "none of them was claimed")
            try await server.catchUp()
            #expect(server.messageIDs.count == 1)
        }
    }

    @Test("When the relay with a rate is away, letters leave through the other; none is paid for twice")
    func failover() async throws {
        try await withInstallation { site in
            var scenario = RelayScenario()
            scenario.answers["GREETING"] = ["220 scripted.test ESMTP", "421 4.3.2 Closing"]
            let (first, second) = (try SMTPServer.scripted(scenario), try SMTPServer.scripted())
            site.use(first, at: [first.port, second.port])
            site.keep(second)
            site.settings["HOLDFAST_SMTP_RATE"] = "4"
            try await site.reserveMany(60)
            _ = try await site.startWorker()
            try await site.settleEverything()
            try await second.catchUp()
            #expect(Set(second.messageIDs).count == 60 && second.messageIDs.count == 60)
        }
    }
}
