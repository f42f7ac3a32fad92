import BookingLinks
import Foundation
import Notifications
import Postgres
import Testing

@testable import Outbox

@Suite("Letters with new links")
struct ResendRotateTests {
    private static let rotate = ResendOptions(rotate: true)

    @Test("a hold's older links end, and exactly one letter is owed now, with one of the new generation")
    func hold() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            let first = try await house.claimOne(kinds: ["reservation.confirm"])
            try await house.settle(first, .sent, messageID: "m1@example.org")
            let sent = try #require(try await house.resend(.reservation(id), Self.rotate).sent)
            #expect(try await owedNow(house) == ["(\(sent),reservation.confirm,invitee)"])
            #expect(try await house.owed().contains { $0.hasPrefix("(reservation.nudge,2,") })
            let again = try await house.claimOne()
            #expect(again.links.map(\.generation) == [2])
            #expect(try await house.state(of: try #require(first.links.first?.jti)) == "changed")
            #expect(try await house.state(of: try #require(again.links.first?.jti)) == "open")
            #expect(again.reservation?.told == .nothing)
        }
    }

    @Test("an appointment's, and those of the client that rode along; reminders are owed anew at their time")
    func appointment() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.appoint()
            try await house.task(["reservation_id": "'\(id)'"])
            let claims = try await house.claim(kinds: ["appointment.confirmed"])
            let first = try #require(claims.first)
            #expect(Set(first.links.map(\.purpose)) == [.appt, .act])
            try await house.settle(first, .sent, messageID: "m1@example.org")
            let reminders = try await house.lines("SELECT run_at FROM holdfast.job WHERE kind = 'appointment.reminder'")
            try await house.run("DELETE FROM holdfast.job WHERE audience = 'provider'")
            let sent = try #require(try await house.resend(.reservation(id), Self.rotate).sent)
            #expect(try await owedNow(house) == ["(\(sent),appointment.confirmed,client)"])
            #expect(
                try await house.lines("SELECT run_at FROM holdfast.job WHERE kind = 'appointment.reminder'")
                    == reminders)
            let again = try #require(try await house.claim(kinds: ["appointment.confirmed"]).first)
            #expect(Set(again.links.map(\.purpose)) == [.appt, .act])
            for link in first.links { #expect(try await house.state(of: link.jti) != "open", "\(link.purpose)") }
            for link in again.links { #expect(try await house.state(of: link.jti) == "open", "\(link.purpose)") }
            #expect(again.reservation?.told == .nothing)
        }
    }

    @Test("a task's: the client's generation moves, and their other tasks owe no second letter")
    func task() async throws {
        try await withHouse { (house: House) async throws in
            try await house.task()
            let other = try await house.task(["reservation_id": "'\(try await house.appoint())'"])
            let first = try #require(try await house.claim(kinds: ["portal.activate"]).first)
            try await house.settle(first, .sent, messageID: "m1@example.org")
            try await house.setClock("2027-03-04 17:00:00+00")
            let late = try #require(
                try await house.claim(kinds: ["portal.activate"]).first { $0.job.subjectID == other })
            try await house.settle(late, .sent, messageID: "m2@example.org")
            try await house.run("DELETE FROM holdfast.job WHERE kind <> 'portal.activate'")
            let sent = try #require(try await house.resend(.task(other), Self.rotate).sent)
            #expect(try await owedNow(house) == ["(\(sent),portal.activate,client)"])
            for link in first.links + late.links { #expect(try await house.state(of: link.jti) == "changed") }
            #expect(try await house.claim(kinds: ["portal.activate"]).map(\.job.ticket.jobID) == [sent])
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
            #expect(try await owedNow(house) == ["(\(sent),provider.invite,invitee)"])
            _ = try await house.claim(kinds: ["provider.invite"])
            #expect(
                try await house.lines(
                    """
                    SELECT l.job_id = \(sent) AS is_new, l.subject_id = '\(mine.job.subjectID)' AS is_mine,
                      holdfast.standing_of(l) FROM holdfast.link l ORDER BY 1, 2
                    """) == ["(f,f,open)", "(f,t,revoked)", "(t,t,open)"])
        }
    }

    @Test("one request renews the links of a client or a time once: what it sent before keeps those that work")
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
            var sent: [Int64] = []
            for task in tasks {
                sent.append(try #require(try await house.resend(.task(task), Self.rotate, requestID: "r").sent))
            }
            let again = try await house.claim(kinds: ["portal.activate"])
            #expect(again.map(\.job.ticket.jobID).sorted() == sent)
            for claim in again {
                #expect(claim.links.map(\.generation) == [2])
                #expect(Kind.named("portal.activate")?.decision(on: claim, allowing: .everybody) == .send)
            }
            for link in first.flatMap(\.links) { #expect(try await house.state(of: link.jti) == "changed") }
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

    /// What is owed within a minute.
    private func owedNow(_ house: House) async throws -> [String] {
        try await house.lines(
            "SELECT id, kind, audience FROM holdfast.job WHERE run_at <= holdfast.clock() + interval '1 minute' ORDER BY id"
        )
    }
}
