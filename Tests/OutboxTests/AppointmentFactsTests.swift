import Foundation
import Notifications
import Outbox
import Postgres
import Testing

@Suite("Facts of appointments")
struct AppointmentFactsTests {
    @Test("an appointment's facts are those of the row, the cutoff worded where the client lives")
    func appointment() async throws {
        try await withHouse { house in
            let id = try await house.appoint(["place": "'in_person'", "place_text": "'1 Main St'", "ical_seq": "2"])
            let facts = try await house.reservation("appointment.confirmed", id)
            #expect(facts.starts == (try WallClock("2027-03-08 1 13:00 -18000", zone: "America/New_York")))
            #expect(facts.cutoff == (try WallClock("2027-03-07 7 10:00 -28800", zone: "America/Los_Angeles")))
            let starts = Date(timeIntervalSince1970: 1_804_528_800)
            #expect(
                facts.span
                    == ReservationFacts.Span(
                        reservationID: id, sequence: 2, startsAt: starts, endsAt: starts + 3000))
            #expect(facts.isAhead && facts.isEditable && facts.wantsNotices && facts.bookingSlug == "amara")
            #expect(!facts.isChangedByClient && !facts.isAskedToMove && !facts.hasAgreements && !facts.isSoon)
            #expect(facts.told == .nothing && !facts.isKnown)
            #expect(facts.linkEnd == (try WallClock("2027-03-08 1 10:00 -28800", zone: "America/Los_Angeles")))
        }
    }

    @Test(
        "an appointment is editable until its cutoff, and ahead until its start",
        arguments: [
            ("2027-03-07 18:00:00+00", true, true), ("2027-03-07 18:00:01+00", false, true),
            ("2027-03-08 17:59:59+00", false, true), ("2027-03-08 18:00:00+00", false, false),
        ])
    func editWindow(now: String, isEditable: Bool, isAhead: Bool) async throws {
        try await withHouse { house in
            let id = try await house.appoint()
            try await house.setClock(now)
            let facts = try await house.reservation("appointment.confirmed", id)
            #expect(facts.isEditable == isEditable && facts.isAhead == isAhead)
        }
    }

    @Test("an edit cutoff is so many exact hours before the start, over the change to summer time too")
    func cutoffOverSummerTime() async throws {
        try await withHouse { house in
            let id = try await house.appoint(["starts_at": "'2027-03-14 18:00:00+00'"])
            let facts = try await house.reservation("appointment.confirmed", id)
            #expect(facts.starts == (try WallClock("2027-03-14 7 11:00 -25200", zone: "America/Los_Angeles")))
            #expect(facts.cutoff == (try WallClock("2027-03-13 6 10:00 -28800", zone: "America/Los_Angeles")))
        }
    }

    @Test("who changed it, what was asked, and what the provider wants, are in the facts")
    func reservationFlags() async throws {
        try await withHouse { house in
            let id = try await house.appoint(["changed_by": "'client'"])
            try await house.run(
                """
                UPDATE booking.reservation SET reschedule_requested_at = holdfast.clock();
                UPDATE booking.provider SET notices = false;
                """)
            let facts = try await house.reservation("appointment.reschedule_request", id)
            #expect(facts.isChangedByClient && facts.isAskedToMove && !facts.wantsNotices)
        }
    }

    @Test(
        "agreements count when they are open, and this appointment's or any's",
        arguments: [
            ("accept_agreements", "open", "NULL", true), ("accept_agreements", "open", "this", true),
            ("accept_agreements", "open", "other", false), ("accept_agreements", "done", "NULL", false),
            ("intake_form", "open", "NULL", false),
        ])
    func agreements(kind: String, state: String, reservation: String, isCounted: Bool) async throws {
        try await withHouse { house in
            let id = try await house.appoint()
            let other = try await house.appoint(["starts_at": "'2027-03-09 18:00:00+00'"])
            let of = reservation == "NULL" ? "NULL" : "'\(reservation == "this" ? id : other)'"
            try await house.task(["kind": "'\(kind)'", "state": "'\(state)'", "reservation_id": of])
            #expect(try await house.reservation("appointment.confirmed", id).hasAgreements == isCounted)
        }
    }

    @Test(
        "the reminder a few hours before is told apart by its arguments, whatever stands in them",
        arguments: [
            (#"{"hours": 3}"#, true), (#"{"hours": 48}"#, false), ("{}", false), (#"{"hours": "three"}"#, false),
            (#"{"hours": {"a": [1]}}"#, false), (#"{"hours": null}"#, false),
        ])
    func reminderArguments(args: String, isSoon: Bool) async throws {
        try await withHouse { house in
            let id = try await house.appoint()
            #expect(try await house.reservation("appointment.reminder", id, args: args).isSoon == isSoon)
        }
    }

    @Test("what a reader was told last is compared with what is true now; a letter's own telling does not count")
    func told() async throws {
        try await withHouse { house in
            let id = try await house.appoint()
            func told(_ audience: String = "client") async throws -> Told {
                let kind = audience == "provider" ? "provider.appointment" : "appointment.confirmed"
                return try await house.reservation(kind, id, to: audience).told
            }
            #expect(try await told() == .nothing)
            try await house.tell("client", of: id, digest: "other", job: 901, at: "now() - interval '1 hour'")
            #expect(try await told() == .otherwise)
            #expect(try await told("provider") == .nothing)
            try await house.tell("client", of: id, job: 902)
            #expect(try await told() == .same)
            try await house.run("UPDATE booking.reservation SET place = 'phone'")
            #expect(try await told() == .otherwise)
            try await house.clearQueue()
            let job = try await house.oweLetter("appointment.confirmed", about: id, to: "client")
            try await house.run("UPDATE holdfast.told SET job_id = \(job) WHERE job_id = 901")
            try await house.run("DELETE FROM holdfast.told WHERE job_id = 902")
            let claims = try await house.claim(kinds: ["appointment.confirmed"])
            #expect(claims.first { $0.job.ticket.jobID == job }?.reservation?.told == .nothing)
            // While that one is under way, nobody knows what the reader will have been told.
            try await house.oweLetter("appointment.confirmed", about: id, to: "client")
            #expect(try await house.claim(kinds: ["appointment.confirmed"]).first?.reservation?.told == .otherwise)
        }
    }

    @Test("a cancelled appointment is known when anybody was told of it")
    func known() async throws {
        try await withHouse { house in
            let id = try await house.appoint()
            try await house.run("UPDATE booking.reservation SET state = 'cancelled'")
            #expect(try await !house.reservation("appointment.cancelled", id).isKnown)
            try await house.tell("provider", of: id)
            let facts = try await house.reservation("appointment.cancelled", id)
            #expect(facts.isKnown && facts.told == .nothing)
        }
    }
}

extension House {
    /// The facts of a letter about a reservation that is owed and claimed now.
    fileprivate func reservation(_ kind: String, _ id: UUID, to audience: String = "client", args: String = "{}")
        async throws -> ReservationFacts
    {
        try #require(try await claimLetter(kind, about: id, to: audience, args: args).reservation)
    }
}
