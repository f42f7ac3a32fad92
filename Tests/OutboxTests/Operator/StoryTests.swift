import Foundation
import Notifications
import Postgres
import Testing

@testable import Outbox

@Suite("The whole story")
struct StoryTests {
    @Test(
        "a needle is known by its look",
        arguments: [
            ("zoe@example.org", Needle.address("zoe@example.org")),
            (" <zoe@example.org>\n", .address("zoe@example.org")),
            ("4711", .job(4711)), ("4F1BC2D3A9", .queueID("4F1BC2D3A9")), ("004711", .queueID("004711")),
            ("aB_0001+x/Q=", .queueID("aB_0001+x/Q=")),
            ("99999999999999999999", .queueID("99999999999999999999")),
            (
                "<0F0E0D0C-0b0a-4000-8000-00000000000a.abcdefghij@practice.example>",
                .messageID("0f0e0d0c-0b0a-4000-8000-00000000000a.abcdefghij@practice.example")
            ),
        ])
    func needles(text: String, needle: Needle) {
        #expect(Needle(text) == needle)
        #expect(!needle.words.contains("zoe"))
    }

    @Test("a needle is not any text")
    func noNeedles() throws {
        for text in [
            "", "  ", "<>", "two words", String(repeating: "x", count: 129), "https://x.example/r/1", "v4.public.a_b",
            "a?b", "4711\u{0}", "zoe\u{7}@example.org", "4F1B\u{1B}[2J", "zoë",
        ] {
            #expect(Needle(text) == nil)
        }
        let id = UUID()
        #expect(Needle(id.uuidString.lowercased()) == .subject(id))
    }

    @Test("one story is found by address, id, number, Message-ID and queue id")
    func everyNeedle() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            let job = try #require(try await house.deliver().first)
            let message = try #require(
                try await house.connection.query("SELECT message_id FROM holdfast.history").first?.decode(
                    "message_id", as: String.self))
            for text in [
                "ZOE@example.org", id.uuidString, "\(job)", "<\(message)>",
                message.uppercased().replacing("ABCDEFGHIJ@PRACTICE.EXAMPLE", with: "abcdefghij@practice.example"),
                "Q\(job)X", House.provider,
            ] {
                let story = try await find(house, text)
                let isProvider = text == House.provider
                #expect(
                    story.subjects.contains { $0.kind == "reservation" && $0.id == id && $0.state == "pending" },
                    "\(text)")
                #expect(story.history.map(\.jobID) == (isProvider ? [] : [job]), "\(text)")
                // The client has a record under the same address; the provider's letters are not the reader's.
                #expect(story.owed.map(\.kind) == (isProvider ? [] : ["reservation.nudge"]), "\(text)")
                #expect(story.links.map(\.purpose) == (isProvider ? [] : ["rsv"]), "\(text)")
            }
        }
    }

    @Test("each attempt is told with what the relay said, and links with what became of them; addresses are masked")
    func told() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            let first = try await house.claimOne(kinds: ["reservation.confirm"])
            var evidence = Settlement.Evidence()
            (evidence.stage, evidence.code, evidence.enhanced, evidence.reply) = ("rcpt", 450, "4.2.0", "greylisted")
            evidence.tls = "TLSv1.3"
            _ = try await house.outbox.settle([
                Settlement(
                    first.job.ticket, .retry, next: .again(after: .seconds(60)), burnsAttempt: true, evidence: evidence)
            ])
            try await house.run(
                "INSERT INTO holdfast.suppression (address, class, reason) VALUES ('zoe@example.org', 'survey', 'opt_out')"
            )
            let story = try await find(house, id.uuidString)
            #expect(
                story.subjects.flatMap(\.readers).map(\.description) == [
                    "invitee z…@example.org", "provider a…@practice.example",
                ])
            let entry = try #require(story.history.first)
            #expect(entry.outcome == "retry" && !entry.isFinal && entry.stage == "rcpt" && entry.code == 450)
            #expect(entry.enhanced == "4.2.0" && entry.reply == "greylisted" && entry.tls == "TLSv1.3")
            #expect(story.owed.map(\.kind) == ["reservation.confirm", "reservation.nudge"])
            #expect(story.owed.map(\.attempts) == [1, 0] && story.owed.map(\.wasClaimed) == [true, false])
            let link = try #require(story.links.first)
            #expect(link.uses == 0 && link.mostUses == 1 && link.revokedAt == nil && !link.isOver)
            #expect(story.suppressions.map(\.appliesTo) == [.survey])
            #expect(!"\(story)".contains("zoe@") && !"\(story)".contains("amara@"))
            var dumped = ""
            dump(story, to: &dumped)
            #expect(!dumped.contains("zoe@"))
            // Revoked and used links say so.
            try await house.run("UPDATE booking.reservation SET state = 'cancelled'")
            #expect(try await find(house, id.uuidString).links.first?.revokedAt != nil)
        }
    }

    @Test("whoever wants to see the addresses is in the audit, in the same transaction")
    func revealed() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            let story = try await Stories(house.connection).find(.subject(id), revealing: House.note())
            #expect(story.subjects.first?.readers.first?.address.unmasked == "zoe@example.org")
            let shown = "holdfast.audit WHERE action = 'show_addresses'"
            #expect(
                try await house.lines("SELECT operator, target, reason FROM \(shown)") == [
                    "(mel,\"the id \(id.uuidString.lowercased())\",\"asked on the phone\")"
                ])
            // By an address, too: it is not named, and finds it.
            _ = try await Stories(house.connection).find(.address("ZOE@example.org"), revealing: House.note())
            let byID = "the id \(id.uuidString.lowercased())"
            #expect(try await find(house, "zoe@example.org").audit.map(\.target).sorted() == ["an address", byID])
            // Whoever is told of the time is told who has seen its reader's address, however it was looked for.
            #expect(try await find(house, id.uuidString).audit.map(\.target).sorted() == ["an address", byID])
            try await house.run("ALTER TABLE holdfast.audit ADD CHECK (action <> 'show_addresses') NOT VALID")
            await #expect(throws: PostgresError.self) {
                try await Stories(house.connection).find(.subject(id), revealing: House.note())
            }
            await #expect(throws: PostgresError.self) {
                try await Disclosure(house.connection).record("the suppressions", House.note())
            }
        }
    }

    @Test("who has seen addresses is told with each subject they belong to, once, also when the address is another now")
    func disclosed() async throws {
        try await withHouse { (house: House) async throws in
            let seen = try await house.reserve()
            let other = try await house.reserve(["starts_at": "'2027-03-09 18:00+00'"])
            let elsewhere = try await house.reserve([
                "starts_at": "'2027-03-10 18:00+00'", "invitee_email": "'other@example.org'",
            ])
            let job = try #require(try await house.deliver().first)
            let look = { (needle: Needle) in
                _ = try await Stories(house.connection).find(needle, revealing: House.note())
            }
            try await look(.job(job))
            let message = try #require(
                try await house.connection.query("SELECT message_id FROM holdfast.history WHERE job_id = \(job)").first
            )
            try await look(.messageID(try message.decode("message_id")))
            let subject = try await house.plan(.job(job)).target.subjectID
            #expect(subject == seen)
            let targets = { (text: String) in
                try await find(house, text).audit.map { $0.target.prefix(8) }.sorted()
            }
            #expect(try await targets(seen.uuidString) == ["job \(job)".prefix(8), "the Mess"])
            #expect(try await targets("zoe@example.org") == ["job \(job)".prefix(8), "the Mess"])
            #expect(try await targets(other.uuidString) == [])
            try await look(.address("zoe@example.org"))
            try await house.run(
                "UPDATE booking.reservation SET invitee_email = 'zoe.new@example.org' WHERE id = '\(other)'")
            #expect(try await targets(other.uuidString) == ["an addre"])
            #expect(try await targets("zoe@example.org").count == 3)
            #expect(try await targets(elsewhere.uuidString) == [])
        }
    }

    @Test("whoever is looked for by an id has each letter told once", arguments: [House.client, House.provider])
    func once(id: String) async throws {
        try await withHouse { (house: House) async throws in
            let (subject, role) = (try #require(UUID(uuidString: id)), id == House.client ? "client" : "provider")
            for _ in 1...2 {
                try await house.oweLetter(
                    "security.notice", about: subject, role, to: role, args: #"{"event": "login"}"#)
            }
            let sent = try #require(try await house.deliver().last)
            let owed = try await house.oweLetter("security.notice", about: subject, role, to: role)
            let story = try await find(house, id)
            #expect(story.history.map(\.jobID).sorted() == [sent - 1, sent] && story.owed.map(\.jobID) == [owed])
            #expect(story.subjects.map(\.kind) == [role])
        }
    }

    @Test("nobody knows of it: the sentence names what can be looked for, and not the address")
    func unknown() async throws {
        try await withHouse { (house: House) async throws in
            for text in ["secret.person@example.org", UUID().uuidString, "4711", "4F1BC2D3A9"] {
                let error = await #expect(throws: OperatorError.self) { try await find(house, text) }
                #expect(error?.description.contains("secret") == false)
            }
        }
    }

    @Test("a long story is cut, and says so")
    func cut() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            for _ in 1...3 {
                let claim = try await house.claimOne(kinds: ["reservation.confirm"])
                _ = try await house.outbox.settle([
                    Settlement(claim.job.ticket, .retry, next: .again(after: .zero), burnsAttempt: true)
                ])
            }
            let story = try await Stories(house.connection).find(.subject(id), limit: 2)
            #expect(story.history.map(\.attempt) == [3, 2] && story.cut == [.history])
            #expect(try await Stories(house.connection).find(.subject(id), limit: 3).cut == [])
            // Confirmation and nudge are owed; of two actions one is told.
            try await house.owedJobs.change(.hold, OwedJobs.Filter(), House.note()) { _ in }
            let shorter = try await Stories(house.connection).find(.subject(id), limit: 1)
            #expect(shorter.cut == [.owed, .history, .audit])
            #expect(shorter.owed.count == 1 && shorter.history.count == 1 && shorter.audit.count == 1)
        }
    }

    @Test("a letter that a worker gave back without a word in history is known; one that history tells of is not meant")
    func givenBack() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            #expect(try await find(house, id.uuidString).givenBack == [], "no worker had it")
            let first = try await house.claimOne(kinds: ["reservation.confirm"])
            #expect(try await find(house, id.uuidString).givenBack == [], "a worker has it")
            _ = try await house.outbox.release([(first.job.ticket, .seconds(60))])
            #expect(try await find(house, id.uuidString).givenBack == [first.job.ticket.jobID])
            #expect(try await QueueOutlook.read(house.connection).retries == 1)
            try await house.setClock("2027-03-01 17:05:00+00")
            let second = try await house.claimOne(kinds: ["reservation.confirm"])
            _ = try await house.outbox.settle([
                Settlement(second.job.ticket, .retry, next: .again(after: .seconds(60)), burnsAttempt: true)
            ])
            #expect(try await find(house, id.uuidString).givenBack == [])
        }
    }

    @Test("every sort of subject has a story by its own id, also when it is gone", arguments: ResendTests.cases)
    func everySubject(_ letter: ResendTests.Case) async throws {
        try await withHouse { (house: House) async throws in
            try await letter.owe(house)
            try await house.setClock(letter.clock)
            try await house.deliver()
            let job = try await house.delivered(letter.kind, to: letter.audience)
            let target = try await house.plan(.job(job)).target
            let story = try await Stories(house.connection).find(.subject(target.subjectID))
            #expect(story.history.contains { $0.jobID == job })
            let subject = try #require(story.subjects.first { $0.id == target.subjectID })
            #expect(subject.isOpen != (subject.state == "cancelled") && subject.generation != nil)
            try await house.run(
                """
                DELETE FROM booking.signup_task; DELETE FROM booking.reservation; DELETE FROM booking.invitation;
                DELETE FROM booking.message_thread; DELETE FROM booking.address_change; DELETE FROM booking.client;
                DELETE FROM booking.provider
                """)
            let after = try await Stories(house.connection).find(.subject(target.subjectID))
            #expect(after.history.contains { $0.jobID == job })
            #expect(after.subjects.map(\.generation) == [nil])
        }
    }

    @Test("what operators did stands in the story")
    func audit() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            try await house.deliver()
            #expect(try await house.resend(.reservation(id)).sent != nil)
            try await house.owedJobs.change(.hold, OwedJobs.Filter(), House.note()) { _ in }
            let story = try await find(house, id.uuidString)
            #expect(Set(story.audit.map(\.action)) == ["resend", "hold"])
            #expect(story.audit.allSatisfy { $0.operatorName == "mel" && $0.reason == "asked on the phone" })
            #expect(story.owed.map(\.state) == ["held", "held"] && story.owed.allSatisfy { $0.dueAt != nil })
            _ = try await Suppressions(house.connection).add(Suppression("Zoe@example.org"), House.note())
            let ofAddress = try await find(house, "zoe@example.org").audit.map(\.action)
            #expect(Set(ofAddress) == ["resend", "hold", "suppressions add"])
        }
    }

    private func find(_ house: House, _ text: String) async throws -> Story {
        try await Stories(house.connection).find(try #require(Needle(text)))
    }
}

extension Story {
    fileprivate var givenBack: [Int64] { owed.filter(wasGivenBack).map(\.jobID) }
}

extension StorySubject.Reader {
    fileprivate var description: String { "\(audience) \(address)" }
}
