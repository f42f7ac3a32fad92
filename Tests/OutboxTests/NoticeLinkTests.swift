import BookingLinks
import Foundation
import Notifications
import Outbox
import Postgres
import Testing

@Suite("Links of the notices")
struct NoticeLinkTests {
    @Test("a confirmation carries the way to change it, until the start, for as often as it takes")
    func appointment() async throws {
        try await withHouse { house in
            let id = try await house.appoint()
            let claim = try await house.claimLetter("appointment.confirmed", about: id, to: "client")
            #expect(claim.links.map(\.purpose) == [.appt] && claim.links[0].subjectID == id)
            #expect(claim.links[0].expiresAt == Date(timeIntervalSince1970: 1_804_528_800))
            #expect(
                try await house.lines("SELECT purpose, kind, gen, max_uses FROM holdfast.link")
                    == ["(appt,appointment.confirmed,1,)"])
        }
    }

    @Test(
        "the link to change an appointment is issued until the cutoff and not for the reminder a few hours before",
        arguments: [
            ("appointment.confirmed", "{}", "2027-03-07 18:00:00+00", true),
            ("appointment.confirmed", "{}", "2027-03-07 18:00:01+00", false),
            ("appointment.changed", "{}", "2027-03-07 18:00:01+00", false),
            ("appointment.reminder", #"{"hours": 48}"#, "2027-03-06 18:00:00+00", true),
            ("appointment.reminder", #"{"hours": 3}"#, "2027-03-06 18:00:00+00", false),
            ("appointment.reschedule_request", "{}", "2027-03-08 17:00:00+00", true),
        ])
    func editLink(kind: String, args: String, now: String, isIssued: Bool) async throws {
        try await withHouse { house in
            let id = try await house.appoint()
            try await house.setClock(now)
            let claim = try await house.claimLetter(kind, about: id, to: "client", args: args)
            #expect(claim.links.contains { $0.purpose == .appt } == isIssued)
            let declared = try #require(Kind.named(kind))
            try await house.run("UPDATE booking.reservation SET reschedule_requested_at = holdfast.clock()")
            let again = try await house.claimLetter(kind, about: id, to: "client", args: args)
            // The letter goes out with and without it.
            #expect(declared.decision(on: again, allowing: .everybody) == .send)
        }
    }

    @Test(
        "who is asked for another time has until a day before the start, or until the start when that is sooner",
        arguments: [
            ("2027-03-01 17:00:00+00", 1_804_442_400.0), ("2027-03-07 18:00:00+00", 1_804_528_800.0),
            ("2027-03-08 17:00:00+00", 1_804_528_800.0),
        ])
    func rescheduleRequest(now: String, end: Double) async throws {
        try await withHouse { house in
            let id = try await house.appoint()
            try await house.setClock(now)
            let claim = try await house.claimLetter("appointment.reschedule_request", about: id, to: "client")
            #expect(claim.links.map(\.expiresAt) == [Date(timeIntervalSince1970: end)])
        }
    }

    @Test("an open activation of this appointment rides in its confirmation, for seven days and once")
    func activation() async throws {
        try await withHouse { house in
            let id = try await house.appoint()
            let other = try await house.appoint(["starts_at": "'2027-03-09 18:00:00+00'"])
            try await house.task(["reservation_id": "'\(id)'"])
            try await house.clearQueue()
            func purposes(_ kind: String, _ id: UUID) async throws -> Set<LinkPurpose> {
                Set(try await house.claimLetter(kind, about: id, to: "client").links.map(\.purpose))
            }
            let claim = try await house.claimLetter("appointment.confirmed", about: id, to: "client")
            let link = try #require(claim.links.first { $0.purpose == .act })
            #expect(link.subjectID == House.clientID && link.expiresAt.timeIntervalSince(link.issuedAt) == 7 * 86_400)
            #expect(try await house.line("SELECT max_uses FROM holdfast.link WHERE purpose = 'act'") == "(1)")
            #expect(try await purposes("appointment.changed", id) == [.appt, .act])
            #expect(try await purposes("appointment.confirmed", other) == [.appt])
            try await house.run("UPDATE booking.client SET portal_activated_at = holdfast.clock()")
            #expect(try await purposes("appointment.confirmed", id) == [.appt])
        }
    }

    @Test("an optional letter carries the way out of such letters, for a year, whatever it is about")
    func preferences() async throws {
        try await withHouse { house in
            let id = try await house.appoint()
            for (kind, subject, about) in [
                ("appointment.reminder", "reservation", id), ("task.digest", "client", House.clientID),
                ("survey.request", "client", House.clientID),
            ] {
                let claim = try await house.claimLetter(kind, about: about, subject, to: "client")
                let link = try #require(claim.links.first { $0.purpose == .pref })
                #expect(
                    link.subjectID == House.clientID && link.expiresAt == Date(timeIntervalSince1970: 1_835_542_800))
            }
            let rows = try await house.lines(
                "SELECT kind, max_uses FROM holdfast.link WHERE purpose = 'pref' ORDER BY kind")
            #expect(rows == ["(appointment.reminder,)", "(survey.request,)", "(task.digest,)"])
        }
    }

    @Test("the way to the tasks works until the first that the letter is about is due, and two weeks at most")
    func tasks() async throws {
        try await withHouse { house in
            for (kind, due) in [
                ("activate_portal", "2027-03-01 18:00+00"), ("survey", "2027-03-10 17:00+00"),
                ("intake_form", "2027-03-05 17:00+00"), ("assessment", "2027-02-20 17:00+00"),
            ] { try await house.task(["kind": "'\(kind)'", "due_at": "'\(due)'"]) }
            try await house.clearQueue()
            for (kind, days) in [("task.digest", 4.0), ("survey.request", 9), ("checkin.due", 14)] {
                let claim = try await house.claimLetter(kind, about: House.clientID, "client", to: "client")
                let link = try #require(claim.links.first { $0.purpose == .task })
                #expect(link.expiresAt.timeIntervalSince(link.issuedAt) == days * 86_400, "\(kind)")
                #expect(link.subjectID == House.clientID)
            }
        }
    }

    @Test("an invitation carries a link of its own, for 30 days and one booking, while it is open")
    func invitation() async throws {
        try await withHouse { house in
            let id = try await house.inviteGuest()
            let claim = try await house.claimLetter("provider.invite", about: id, "invitation", to: "invitee")
            #expect(claim.links.map(\.purpose) == [.inv] && claim.links[0].subjectID == id)
            #expect(claim.links[0].expiresAt.timeIntervalSince(claim.links[0].issuedAt) == 30 * 86_400)
            #expect(try await house.line("SELECT max_uses FROM holdfast.link") == "(1)")
            try await house.run("UPDATE booking.invitation SET withdrawn_at = holdfast.clock()")
            let late = try await house.claimLetter("provider.invite", about: id, "invitation", to: "invitee")
            #expect(late.links.isEmpty)
        }
    }

    @Test("a letter claimed again has the same links, and gets none that it had not")
    func claimedAgain() async throws {
        try await withHouse { house in
            let id = try await house.appoint()
            let first = try await house.claimLetter("appointment.reminder", about: id, to: "client")
            _ = try await house.release([first.job.ticket])
            try await house.setClock("2027-03-08 12:00:00+00")
            let again = try #require(try await house.claim(kinds: ["appointment.reminder"]).first)
            #expect(Set(again.links.map(\.jti)) == Set(first.links.map(\.jti)) && first.links.count == 2)
            #expect(again.reservation?.isEditable == false)
            #expect(try await house.count("holdfast.link") == 2)
        }
    }

    @Test("letters to providers, and those that lead to the portal alone, carry no link")
    func noLinks() async throws {
        try await withHouse { house in
            let id = try await house.appoint()
            for kind in ["provider.appointment", "provider.cancelled", "provider.bounce", "appointment.cancelled"] {
                let audience = kind.hasPrefix("provider") ? "provider" : "client"
                #expect(try await house.claimLetter(kind, about: id, to: audience).links.isEmpty)
            }
        }
    }
}
