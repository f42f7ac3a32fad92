import BookingLinks
import Foundation
import Notifications
import Postgres
import Testing

@testable import Outbox

@Suite("Letters with new links")
struct ResendRotateTests {
    private static let rotate = ResendOptions(rotate: true)

    @Test("a hold's older links end, and one letter more is owed; its nudge waits as it did")
    func hold() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            let first = try await house.claimOne(kinds: ["reservation.confirm"])
            try await house.settle(first, .sent, messageID: "m1@example.org")
            let owed = try await owed(house)
            let sent = try #require(try await house.resend(.reservation(id), Self.rotate).sent)
            #expect(try await self.owed(house) == owed + ["(\(sent),reservation.confirm,invitee)"])
            let again = try await house.claimOne()
            #expect(try await house.state(of: try #require(first.links.first?.jti)) == "revoked")
            #expect(try await house.state(of: try #require(again.links.first?.jti)) == "open")
            #expect(again.reservation?.told == .nothing)
            try await house.setClock("2027-03-03 17:00:00+00")
            let nudge = try #require(try await house.claim(kinds: ["reservation.nudge"]).first)
            #expect(Kind.named("reservation.nudge")?.decision(on: nudge, allowing: .everybody) == .send)
            #expect(try await house.state(of: try #require(nudge.links.first?.jti)) == "open")
        }
    }

    @Test("an appointment's, and those of the client that rode along; reminders and the provider's letter wait on")
    func appointment() async throws {
        try await withHouse { (house: House) async throws in
            // Too close for the triggers to owe the reminder of 48 hours once more.
            let id = try await house.appoint(["starts_at": "'2027-03-04 20:00:00+00'"])
            try await house.task(["reservation_id": "'\(id)'"])
            let first = try #require(try await house.claim(kinds: ["appointment.confirmed"]).first)
            #expect(Set(first.links.map(\.purpose)) == [.appt, .act])
            try await house.settle(first, .sent, messageID: "m1@example.org")
            try await house.setClock("2027-03-02 13:00:00+00")
            let owed = try await owed(house)
            #expect(owed.count { $0.contains("appointment.reminder") } == 2)
            let sent = try #require(try await house.resend(.reservation(id), Self.rotate).sent)
            #expect(try await self.owed(house) == owed + ["(\(sent),appointment.confirmed,client)"])
            let again = try #require(try await house.claim(kinds: ["appointment.confirmed"]).first)
            #expect(Set(again.links.map(\.purpose)) == [.appt, .act])
            for link in first.links { #expect(try await house.state(of: link.jti) == "revoked", "\(link.purpose)") }
            for link in again.links { #expect(try await house.state(of: link.jti) == "open", "\(link.purpose)") }
            #expect(again.reservation?.told == .nothing)
        }
    }

    @Test(
        "another letter that waits, or is held, is not lost: it leaves with links of its own that work",
        arguments: [false, true])
    func waiting(isHeld: Bool) async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.appoint()
            try await house.oweLetter("appointment.reminder", about: id, to: "client")
            let reminder = try #require(try await house.claim(kinds: ["appointment.reminder"]).first)
            try await house.settle(reminder, .failed, messageID: "m1@example.org")
            let confirmed = try #require(try await house.claim(kinds: ["appointment.confirmed"]).first)
            let ticket = confirmed.job.ticket
            let later = Settlement(ticket, .retry, next: .again(after: .seconds(3600)), burnsAttempt: true)
            _ = try await house.outbox.settle([later])
            if isHeld { _ = try await house.owedJobs.change(.hold, ticket.jobID, House.note()) }
            let owed = try await owed(house)
            let sent = try #require(try await house.resend(.job(reminder.job.ticket.jobID), Self.rotate).sent)
            #expect(try await self.owed(house) == owed + ["(\(sent),appointment.reminder,client)"])
            let change: OwedAction = isHeld ? .release(inDoubt: nil) : .retry
            #expect(try await house.owedJobs.change(change, ticket.jobID, House.note()).answer == .done)
            try await house.setClock("2027-03-01 18:00:00+00")
            let again = try #require(try await house.claim(kinds: ["appointment.confirmed"]).first)
            #expect(again.job.ticket.jobID == ticket.jobID)
            #expect(Kind.named("appointment.confirmed")?.decision(on: again, allowing: .everybody) == .send)
            for link in again.links { #expect(try await house.state(of: link.jti) == "open") }
        }
    }

    @Test(
        "no links end while a letter may be arriving with one of them",
        arguments: [
            "state = 'running'", "in_doubt_at = now()", "rescued_at = now()", "state = 'held', in_doubt_at = now()",
        ])
    func underWay(change: String) async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.appoint()
            try await house.oweLetter("appointment.reminder", about: id, to: "client")
            let reminder = try #require(try await house.claim(kinds: ["appointment.reminder"]).first)
            try await house.settle(reminder, .failed, messageID: "m1@example.org")
            let other = try #require(try await house.claim(kinds: ["appointment.confirmed"]).first)
            try await house.run(
                "UPDATE holdfast.job SET state = 'ready' WHERE state = 'running'; UPDATE holdfast.job SET \(change)")
            let before = try await house.everythingOfOperators()
            let answer = try await house.resend(.job(reminder.job.ticket.jobID), Self.rotate)
            #expect(answer == .refused(.linksUnderWay(other.job.ticket.jobID)))
            #expect(try await house.everythingOfOperators() == before)
        }
    }

    @Test("a claim that is not committed counts as under way")
    func claimedMeanwhile() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.appoint()
            try await house.oweLetter("appointment.reminder", about: id, to: "client")
            let claims = try await house.claim(kinds: ["appointment.reminder", "appointment.confirmed"])
            let reminder = try #require(claims.first { $0.job.kind == "appointment.reminder" })
            try await house.settle(reminder, .failed, messageID: "m1@example.org")
            try await house.run("UPDATE holdfast.job SET state = 'ready'")
            try await house.withConnection { worker in
                try await worker.execute("BEGIN; UPDATE holdfast.job SET state = 'running'")
                let refusal = try await house.resend(.job(reminder.job.ticket.jobID), Self.rotate).refusal
                guard case .linksUnderWay? = refusal else {
                    Issue.record("\(String(describing: refusal))")
                    return
                }
                try await worker.execute("ROLLBACK")
                #expect(try await house.resend(.job(reminder.job.ticket.jobID), Self.rotate).sent != nil)
            }
        }
    }

    @Test("a task's: the client's links to the portal end and no others, and nothing is owed for it, then or later")
    func task() async throws {
        try await withHouse { (house: House) async throws in
            try await house.task()
            let other = try await house.task(["reservation_id": "'\(try await house.appoint())'"])
            let client = try #require(UUID(uuidString: House.client))
            try await house.oweLetter("survey.request", about: client, "client", to: "client")
            let first = try await house.claim(kinds: ["portal.activate", "survey.request"])
            _ = try await house.outbox.settle(first.map { Settlement($0.job.ticket, .sent) })
            try await house.setClock("2027-03-04 17:00:00+00")
            let late = try #require(
                try await house.claim(kinds: ["portal.activate"]).first { $0.job.subjectID == other })
            try await house.settle(late, .sent, messageID: "m2@example.org")
            let owed = try await owed(house)
            let sent = try #require(try await house.resend(.task(other), Self.rotate).sent)
            #expect(try await self.owed(house) == owed + ["(\(sent),portal.activate,client)"])
            for link in first.flatMap(\.links) + late.links {
                let state = try await house.state(of: link.jti)
                #expect(state == (link.purpose == .act ? "revoked" : "open"), "\(link.purpose)")
            }
            #expect(try await house.claim(kinds: ["portal.activate"]).map(\.job.ticket.jobID) == [sent])
            try await house.run("DELETE FROM holdfast.job WHERE id = \(sent)")
            for status in ["paused", "active"] { try await house.updateClient("status = '\(status)'") }
            #expect(try await house.claim(kinds: ["portal.activate"]).isEmpty)
        }
    }

    @Test("links that the new letter does not replace stay as they are, and the plan tells of each that ends")
    func replacedOnly() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.appoint()
            try await house.task(["reservation_id": "'\(id)'"])
            let client = try #require(UUID(uuidString: House.client))
            try await house.oweLetter("task.digest", about: client, "client", to: "client")
            try await house.oweLetter("appointment.reminder", about: id, to: "client")
            let claims = try await house.claim(kinds: ["appointment.confirmed", "appointment.reminder", "task.digest"])
            try #require(claims.count == 3)
            _ = try await house.outbox.settle(claims.map { Settlement($0.job.ticket, .sent) })
            func links(_ kind: String) -> [IssuedLink] { claims.filter { $0.job.kind == kind }.flatMap(\.links) }
            #expect(Set(links("appointment.confirmed").map(\.purpose)) == [.appt, .act])
            #expect(Set(links("appointment.reminder").map(\.purpose)) == [.appt, .pref])
            let reminder = ResendSelection.job(try await house.delivered("appointment.reminder"))
            let plan = try await house.plan(reminder, Self.rotate)
            let all = claims.flatMap(\.links)
            let ending = all.filter { [.appt, .pref].contains($0.purpose) }
            #expect(plan.endedLinks == Dictionary(uniqueKeysWithValues: ending.map { ($0.jti, $0.purpose.rawValue) }))
            #expect(try await house.plan(reminder).endedLinks.isEmpty)
            #expect(try await house.resend(reminder, Self.rotate).sent != nil)
            for link in all {
                let state = try await house.state(of: link.jti)
                #expect(state == ([.appt, .pref].contains(link.purpose) ? "revoked" : "open"), "\(link.purpose)")
            }
        }
    }

    @Test("by hand no links end but those of a letter that is owed for it, and of purposes that it has")
    func byHand() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.appoint()
            try await house.deliver()
            let kept = try await house.resend(.reservation(id)).sent
            let before = try await house.everythingOfOperators()
            for purposes in ["{appt,act,pref,rsv}", "{}"] {
                #expect(
                    try await house.lines("SELECT * FROM holdfast.end_links(\(try #require(kept)), '\(purposes)')")
                        == [])
            }
            #expect(try await house.everythingOfOperators() == before)
        }
    }

    @Test("an invitation's own links end, and those of other invitations of the provider stay good")
    func invitation() async throws {
        try await withHouse { (house: House) async throws in
            try await house.invite()
            try await house.invite(["email": "'other@example.org'"])
            let claims = try await house.claim(kinds: ["provider.invite"])
            _ = try await house.outbox.settle(claims.map { Settlement($0.job.ticket, .sent) })
            let mine = try #require(claims.first)
            let sent = try #require(try await house.resend(.job(mine.job.ticket.jobID), Self.rotate).sent)
            #expect(try await owed(house) == ["(\(sent),provider.invite,invitee)"])
            _ = try await house.claim(kinds: ["provider.invite"])
            #expect(
                try await house.lines(
                    """
                    SELECT l.job_id = \(sent) AS is_new, l.subject_id = '\(mine.job.subjectID)' AS is_mine,
                      holdfast.standing_of(l) FROM holdfast.link l ORDER BY 1, 2
                    """) == ["(f,f,open)", "(f,t,revoked)", "(t,t,open)"])
        }
    }

    @Test("of one request what it sent before keeps its links, though it left meanwhile")
    func onceForOneRequest() async throws {
        try await withHouse { (house: House) async throws in
            let tasks = [
                try await house.task(),
                try await house.task(["reservation_id": "'\(try await house.appoint())'"]),
            ]
            try await house.setClock("2027-03-04 17:00:00+00")
            let first = try await house.claim(kinds: ["portal.activate"])
            try #require(first.count == 2)
            _ = try await house.outbox.settle(first.map { Settlement($0.job.ticket, .sent) })
            var again: [Claim] = []
            for task in tasks {
                let sent = try #require(try await house.resend(.task(task), Self.rotate, requestID: "r").sent)
                let claim = try #require(try await house.claim(kinds: ["portal.activate"]).first)
                #expect(claim.job.ticket.jobID == sent)
                #expect(Kind.named("portal.activate")?.decision(on: claim, allowing: .everybody) == .send)
                again.append(claim)
            }
            for link in again.flatMap(\.links) { #expect(try await house.state(of: link.jti) == "open") }
            for link in first.flatMap(\.links) { #expect(try await house.state(of: link.jti) == "revoked") }
        }
    }

    @Test("a letter of the same request does not outlive a change that came between")
    func changedBetween() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.appoint()
            try await house.oweLetter("appointment.reminder", about: id, to: "client")
            try await house.deliver()
            let (one, two) = (
                try await house.delivered("appointment.confirmed"), try await house.delivered("appointment.reminder")
            )
            #expect(try await house.resend(.job(one), Self.rotate, requestID: "r").sent != nil)
            try await house.run("UPDATE booking.reservation SET link_gen = link_gen + 1")
            #expect(try await house.resend(.job(two), Self.rotate, requestID: "r").refusal == .unwanted(.superseded))
        }
    }

    @Test("a plan with new links leaves the old ones as they are")
    func planned() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            try await house.deliver()
            let before = try await house.everythingOfOperators()
            #expect(try await house.plan(.reservation(id), Self.rotate).verdict == .send)
            #expect(try await house.everythingOfOperators() == before)
        }
    }

    /// Everything that is owed, in the order it came to be.
    private func owed(_ house: House) async throws -> [String] {
        try await house.lines("SELECT id, kind, audience FROM holdfast.job ORDER BY id")
    }
}
