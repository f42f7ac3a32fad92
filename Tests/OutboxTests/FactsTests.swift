import Foundation
import Notifications
import Outbox
import Postgres
import Testing

@Suite("Facts of claimed letters")
struct FactsTests {
    @Test("a hold's facts are those of the row, worded where the reader lives")
    func reservationFacts() async throws {
        try await withHouse { house in
            try await house.reserve(["invitee_locale": "'es-MX'", "place": "'phone'"])
            let facts = try #require(try await house.claimOne().reservation)
            #expect(facts.state == "pending" && facts.place == .phone && facts.placeText == nil)
            #expect(facts.providerName == "Dr. Amara Lindqvist" && !facts.requiresAuthorization)
            #expect(
                facts.subject.recipient.name == "Zoë O'Neil" && facts.subject.recipient.address == "zoe@example.org")
            #expect(
                facts.subject.recipient.locale == "es-MX" && facts.subject.generation == 1
                    && !facts.subject.isSuppressed)
            #expect(try facts.starts == WallClock("2027-03-08 1 10:00 -28800", zone: "America/Los_Angeles"))
            #expect(try facts.deadline == WallClock("2027-03-04 4 09:00 -28800", zone: "America/Los_Angeles"))
        }
    }

    @Test("an appointment whose hold never ends has no deadline, and holds up no other letter")
    func endlessHold() async throws {
        try await withHouse { house in
            let id = try await house.appoint(["hold_expires_at": "'infinity'"])
            try await house.owe(1, about: id)
            #expect(try #require(try await house.claimOne().reservation).deadline == nil)
        }
    }

    @Test("a visit in person is worded where the provider is, its deadline where the reader lives")
    func visitInPerson() async throws {
        try await withHouse { house in
            try await house.reserve(["place": "'in_person'", "place_text": "'1 Main St, Albany'"])
            let facts = try #require(try await house.claimOne().reservation)
            #expect(facts.place == .inPerson && facts.placeText == "1 Main St, Albany")
            #expect(try facts.starts == WallClock("2027-03-08 1 13:00 -18000", zone: "America/New_York"))
            #expect(try facts.deadline == WallClock("2027-03-04 4 09:00 -28800", zone: "America/Los_Angeles"))
        }
    }

    @Test("summer time that begins between the deadline and the start is in the offsets")
    func summerTimeInBetween() async throws {
        try await withHouse { house in
            try await house.reserve([
                "starts_at": "'2027-03-15 17:00:00+00'", "hold_expires_at": "'2027-03-14 09:59:59+00'",
            ])
            let facts = try #require(try await house.claimOne().reservation)
            #expect(try facts.starts == WallClock("2027-03-15 1 10:00 -25200", zone: "America/Los_Angeles"))
            #expect(try facts.deadline == WallClock("2027-03-14 7 01:59 -28800", zone: "America/Los_Angeles"))
        }
    }

    @Test(
        "a clock on the wall shows date, weekday, time and offset of its zone",
        arguments: [
            ("2027-03-14 09:59:00+00", "America/Los_Angeles", "2027-03-14 7 01:59 -28800"),
            ("2027-03-14 10:00:00+00", "America/Los_Angeles", "2027-03-14 7 03:00 -25200"),
            ("2027-11-07 08:59:00+00", "America/Los_Angeles", "2027-11-07 7 01:59 -25200"),
            ("2027-11-07 09:00:00+00", "America/Los_Angeles", "2027-11-07 7 01:00 -28800"),
            ("2027-03-01 17:00:59+00", "UTC", "2027-03-01 1 17:00 0"),
            ("2027-03-01 20:00:00+00", "Asia/Kolkata", "2027-03-02 2 01:30 19800"),
            ("2027-03-01 20:00:00+00", "Asia/Kathmandu", "2027-03-02 2 01:45 20700"),
            ("2027-03-01 20:00:00+00", "Pacific/Apia", "2027-03-02 2 09:00 46800"),
            ("2027-07-01 12:00:00+00", "America/St_Johns", "2027-07-01 4 09:30 -9000"),
            ("2027-03-01 12:00:00+00", "Australia/Lord_Howe", "2027-03-01 1 23:00 39600"),
            ("2027-01-01 07:59:00+00", "America/Los_Angeles", "2026-12-31 4 23:59 -28800"),
        ])
    func wallClock(instant: String, zone: String, expected: String) async throws {
        try await withHouse { house in
            let rows = try await house.connection.query(
                "SELECT holdfast.wall_clock($1::text::timestamptz, $2) AS wall", [.text(instant), .text(zone)])
            let text = try #require(try rows.first?.decode("wall", as: String.self))
            #expect(text == expected)
            _ = try WallClock(text, zone: zone)
        }
    }

    @Test("a payor that came to require authorization shows in the facts")
    func authorization() async throws {
        try await withHouse { house in
            try await house.run("INSERT INTO booking.payor VALUES ('p', 'P', false)")
            try await house.reserve(["payor_id": "'p'"])
            try await house.run("UPDATE booking.payor SET requires_authorization = true")
            #expect(try await house.claimOne().reservation?.requiresAuthorization == true)
        }
    }

    @Test(
        "an address that must not be written to is flagged, in any letter case, for as long as it says",
        arguments: [
            ("zoe@example.org", "all", "NULL", true),
            ("zoe@example.org", "all", "holdfast.clock() + interval '1 second'", true),
            ("zoe@example.org", "all", "holdfast.clock()", false), ("zoe@example.org", "survey", "NULL", false),
            ("another@example.org", "all", "NULL", false),
        ])
    func suppression(address: String, letters: String, until: String, isSuppressed: Bool) async throws {
        try await withHouse { house in
            try await house.run(
                """
                INSERT INTO holdfast.suppression (address, class, reason, until) VALUES ('\(address)',
                '\(letters)', 'manual', \(until))
                """
            )
            try await house.run("UPDATE booking.client SET email = 'ZOE@example.org'")
            try await house.reserve(["invitee_email": "'Zoe@Example.org'"])
            try await house.task()
            #expect(try await house.claim().map { $0.facts.subject?.isSuppressed } == [isSuppressed, isSuppressed])
        }
    }

    @Test("a task's facts are those of the client, the task and its reservation")
    func taskFacts() async throws {
        try await withHouse { house in
            let task = try await house.task()
            var facts = try #require(try await house.claimOne().signupTask)
            #expect(facts.state == "open" && !facts.isActivated && !facts.isArchived && facts.reservationState == nil)
            #expect(facts.subject.recipient.name == "Zoë O'Neil" && facts.subject.recipient.locale == "en")
            #expect(try facts.deadline == WallClock("2027-03-08 1 09:00 -28800", zone: "America/Los_Angeles"))
            let reservation = try await house.appoint()
            try await house.run(
                """
                UPDATE booking.signup_task SET reservation_id = '\(reservation)';
                UPDATE booking.signup_task SET state = 'done';
                UPDATE booking.reservation SET state = 'cancelled';
                UPDATE booking.client SET portal_activated_at = holdfast.clock(), status = 'archived';
                """)
            try await house.clearQueue()
            try await house.owe(1, about: task, kind: "portal.activate", subjectKind: "signup_task")
            facts = try #require(try await house.claimOne().signupTask)
            #expect(
                facts.state == "done" && facts.isActivated && facts.isArchived && facts.reservationState == "cancelled")
            #expect(facts.deadline == nil)
        }
    }

    @Test("a subject that was deleted is gone")
    func deletedSubject() async throws {
        try await withReservation { house, id in
            try await house.owe(1, about: id)
            try await house.owe(1, about: UUID(), kind: "portal.activate", subjectKind: "signup_task")
            try await house.run("DELETE FROM booking.reservation")
            #expect(try await house.claim().map { $0.facts.subject == nil } == [true, true])
        }
    }

    @Test(
        "a subject that cannot be read is no facts, and does not hold up the other letters",
        arguments: [
            "state = 'cancelled', invitee_name = NULL, invitee_email = NULL, invitee_tz = NULL",
            "starts_at = '12027-03-08 18:00+00', ends_at = '12027-03-08 19:00+00'",
        ])
    func unreadableSubject(change: String) async throws {
        try await withReservation { house, id in
            let other = try await house.reserve(["starts_at": "'2027-03-09 18:00:00+00'"])
            // What the rules keep out may still come from tables of the practice's own.
            try await house.run(
                "ALTER TABLE booking.reservation DROP CONSTRAINT reservation_times, DISABLE TRIGGER a_check")
            try await house.connection.query("UPDATE booking.reservation SET \(change) WHERE id = $1", [.uuid(id)])
            try await house.clearQueue()
            try await house.owe(1, about: id)
            try await house.owe(1, about: other)
            let claims = try await house.claim()
            try #require(claims.count == 2)
            #expect(claims[0].facts.subject == nil)
            #expect(claims.last?.reservation?.state == "pending")
        }
    }
}
