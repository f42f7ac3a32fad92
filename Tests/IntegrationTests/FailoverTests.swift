import Foundation
import TestSupport
import Testing

/// What becomes of letters when one of two relays, or both, take none.
@Suite struct FailoverTests {
    @Test("A first relay that refuses connections: the worker starts with a warning, and the second carries everything")
    func firstAbsent() async throws {
        try await withInstallation { site in
            let second = try SMTPServer.scripted()
            site.use(second, at: [9, second.port])
            try await site.reserveMany(60)
            let worker = try await site.startWorker()
            try await site.settleEverything()
            try await second.catchUp()
            #expect(Set(second.messageIDs).count == 60 && second.messageIDs.count == 60)
            #expect(worker.log.contains("letters go to the next relay"))
            #expect(worker.log.components(separatedBy: "the relay takes no letters").count < 5, "\(worker.log)")
            #expect(try await site.history().allSatisfy { $0.outcome == "sent" && $0.attempt == 1 })
        }
    }

    @Test("A first relay that goes away in the middle loses no letter, and gets letters again when it is back")
    func awayAndBack() async throws {
        try await withInstallation { site in
            let (first, second) = (try SMTPServer.scripted(), try SMTPServer.scripted())
            let door = try await Door(to: first.port)
            site.use(first, behind: door)
            site.use(second, at: [door.port, second.port])
            let worker = try await site.startWorker()
            try await site.reserveMany(30)
            try await site.settleEverything()
            try door.close()
            try await site.reserveMore(30)
            try await worker.logs("letters go to the next relay")
            try await site.settleEverything()
            try await second.catchUp()
            #expect(second.messageIDs.count == 30, "the first had none of them")

            try door.open()
            try await eventually("letters go to the first relay again", within: 120) {
                if worker.log.contains("the relay takes letters again") { return true }
                try await site.reserveMore(1)
                try await Task.sleep(for: .milliseconds(500))
                return false
            }
            try await site.settleEverything()
            try await second.catchUp()
            let before = second.messageIDs.count
            try await site.reserveMore(20)
            try await site.settleEverything()
            try await second.catchUp()
            try await first.catchUp()
            #expect(second.messageIDs.count == before)
            let all = first.messageIDs + second.messageIDs
            #expect(Set(all).count == all.count)
            #expect(try await site.history().allSatisfy { $0.outcome == "sent" && $0.attempt == 1 })
        }
    }

    @Test(
        "A letter that the first relay turns away before the text goes on to the second at once, and costs nothing",
        arguments: [
            ("GREETING", "421 4.3.2 Closing"), ("MAIL", "421 4.3.2 Closing"), ("MAIL", "451 4.3.0 Broken"),
            ("MAIL", "550 5.7.1 Sender refused"), ("RCPT", "451 4.3.2 Busy"), ("RCPT", "454 4.7.0 Throttled"),
            ("DATA", "432 4.3.2 Too many"),
        ])
    func turnedAway(verb: String, reply: String) async throws {
        try await withInstallation { site in
            var scenario = RelayScenario()
            let step = RelayScenario.Step(reply, then: reply.hasPrefix("421") ? .close : nil)
            // The worker looks at every relay before it starts.
            scenario.answers[verb] = verb == "GREETING" ? ["220 scripted.test ESMTP", step] : [step]
            let (first, second) = (try SMTPServer.scripted(scenario), try SMTPServer.scripted())
            site.use(first, at: [first.port, second.port])
            site.keep(second)
            try await site.reserveMany(40)
            let worker = try await site.startWorker()
            try await site.settleEverything()
            try await second.catchUp()
            #expect(Set(second.messageIDs).count == 40 && second.messageIDs.count == 40)
            let history = try await site.history()
            #expect(history.count == 40 && history.allSatisfy { $0.outcome == "sent" && $0.attempt == 1 })
            #expect(worker.log.contains("letters go to the next relay"))
        }
    }

    @Test(
        "Once the text has begun a letter never goes on to another relay",
        arguments: [
            RelayScenario.Step(nil, then: .close), RelayScenario.Step(nil, then: .reset), "451 4.3.0 Broken",
            "421 4.3.2 Closing",
        ])
    func neverAfterTheText(answer: RelayScenario.Step) async throws {
        try await withInstallation { site in
            var scenario = RelayScenario()
            scenario.answers["DOT"] = [answer]
            let (first, second) = (try SMTPServer.scripted(scenario), try SMTPServer.scripted())
            site.use(first, at: [first.port, second.port])
            site.keep(second)
            try await site.reserveMany(1)
            try await site.drain()
            try await first.catchUp()
            try await second.catchUp()
            #expect(first.messages.count == 1)
            #expect(second.commands.filter { $0.hasPrefix("MAIL") }.isEmpty)
            let job = try #require(try await site.jobs().first)
            #expect(job.state == "ready" && job.dueIn > 20)
            #expect((job.inDoubtAt != nil) == (answer.reply == nil))
        }
    }

    @Test("A letter's own refusal by the first relay is final, and the second is not asked")
    func lettersFault() async throws {
        try await withInstallation { site in
            var scenario = RelayScenario()
            scenario.answers["RCPT"] = ["550 5.1.1 no such user"]
            let (first, second) = (try SMTPServer.scripted(scenario), try SMTPServer.scripted())
            site.use(first, at: [first.port, second.port])
            site.keep(second)
            try await site.reserveMany(1)
            try await site.drain()
            try await second.catchUp()
            #expect(second.commands.filter { $0.hasPrefix("MAIL") }.isEmpty)
            #expect(try await site.history().map(\.outcome) == ["failed"])
        }
    }

    @Test("With both relays away nothing is claimed and no letter pays; when one is back all leave")
    func bothAway() async throws {
        try await withInstallation { site in
            let (first, second) = (try SMTPServer.scripted(), try SMTPServer.scripted())
            let doors = [try await Door(to: first.port), try await Door(to: second.port)]
            site.use(first, behind: doors[0])
            site.use(second, behind: doors[1])
            site.use(second, at: doors.map(\.port))
            let worker = try await site.startWorker()
            for door in doors { try door.close() }
            try await site.reserveMany(20)
            try await eventually("both relays are known to be away") {
                worker.log.components(separatedBy: "the relay takes no letters").count > 2
            }
            try await eventually("every job waits again") { try await site.jobs().allSatisfy { $0.state == "ready" } }
            #expect(try await site.jobs().count == 20)
            #expect(try await site.jobs().allSatisfy { $0.attempts == 0 && $0.inDoubtAt == nil })
            #expect(try await site.history().isEmpty)
            try doors[1].open()
            try await site.settleEverything()
            try await second.catchUp()
            #expect(Set(second.messageIDs).count == 20 && second.messageIDs.count == 20)
        }
    }

    @Test("A drain that finds both relays away ends with 69 and gives everything back")
    func drainWithoutRelays() async throws {
        try await withInstallation { site in
            var scenario = RelayScenario()
            scenario.answers["GREETING"] = ["220 scripted.test ESMTP", "421 4.3.2 Closing"]
            let (first, second) = (try SMTPServer.scripted(scenario), try SMTPServer.scripted(scenario))
            site.use(first, at: [first.port, second.port])
            site.keep(second)
            try await site.reserveMany(10)
            let result = try await site.run(["worker", "--drain"])
            #expect(result.status == 69)
            #expect(result.errors.contains("holdfast: The relay smtp://127.0.0.1:\(first.port)"))
            #expect(try await site.jobs().allSatisfy { $0.state == "ready" && $0.attempts == 0 })
            #expect(try await site.sql("SELECT count(*) FROM holdfast.worker") == "0")
        }
    }

    @Test("No relay that lets us in ends the worker at its start; a mistake in the settings of one of two is told")
    func refusedStart() async throws {
        try await withInstallation { site in
            let server = try SMTPServer.scripted()
            site.use(server, at: [9, 10])
            let away = try await site.run(["worker"])
            #expect(away.status == 69)
            #expect(away.errors.hasPrefix("holdfast: No connection to the relay smtp://127.0.0.1:9"))

            let authority = try CertificateAuthority()
            site.keep(authority)
            site.use(server, at: [server.port, 10])
            site.settings["HOLDFAST_SMTP_CA_FILE"] = authority.file
            let mistake = try await site.run(["worker"])
            #expect(mistake.status == 78)
            #expect(mistake.errors.contains("does not offer STARTTLS"), "\(mistake.errors)")

            site.use(server, at: [server.port, server.port])
            let worker = try await site.startWorker()
            #expect(worker.log.contains("does not offer STARTTLS"))
            try await site.reserveMany(2)
            try await site.settleEverything()
            #expect(try await site.history().map(\.outcome) == ["sent", "sent"])
        }
    }

    @Test("A first relay that falls silent holds letters up once, and loses none")
    func silentFirst() async throws {
        try await withInstallation { site in
            var scenario = RelayScenario()
            scenario.answers["GREETING"] = ["220 scripted.test ESMTP", RelayScenario.Step(nil, then: .hang)]
            let (first, second) = (try SMTPServer.scripted(scenario), try SMTPServer.scripted())
            site.use(first, at: [first.port, second.port])
            site.keep(second)
            try await site.reserveMany(40)
            let worker = try await site.startWorker()
            try await site.settleEverything()
            try await second.catchUp()
            #expect(Set(second.messageIDs).count == 40 && second.messageIDs.count == 40)
            #expect(try await site.history().allSatisfy { $0.outcome == "sent" && $0.attempt == 1 })
            #expect(worker.log.contains("did not answer in time (stage greeting)"))
        }
    }
}

extension TestInstallation {
    /// Sends letters to the relays at these ports from now on, in this order, and keeps a server.
    func use(_ server: SMTPServer, at ports: [Int]) {
        keep(server)
        for (number, port) in ports.enumerated() {
            settings["HOLDFAST_SMTP_\(number == 0 ? "" : "\(number + 1)_")URL"] = "smtp://127.0.0.1:\(port)"
        }
    }

    /// Reserves more times, behind those that are reserved already.
    func reserveMore(_ count: Int) async throws {
        try await sql(
            """
            INSERT INTO booking.reservation
              (provider_id, invitee_name, invitee_email, invitee_tz, starts_at, ends_at, place)
            SELECT p.id, 'Visitor Number ' || i, 'visitor.' || i || '.' || pg_current_xact_id() || '@example.org', 'Europe/London',
                   t, t + interval '50 minutes', 'virtual'
            FROM booking.provider p, generate_series(1, \(count)) AS i,
                 LATERAL (SELECT coalesce((SELECT max(starts_at) FROM booking.reservation), now() + interval '5 days')
                                 + i * interval '1 hour' AS t) AS slot
            """)
    }
}
