import Foundation
import Notifications
import Outbox
import Postgres
import TestSupport
import Testing

@Suite("Rules of a hold")
struct ReservationRuleTests {
    @Test(
        "less than a quarter of an hour to take a time is refused",
        arguments: [
            ["starts_at": "'2027-03-01 18:14:59+00'"], ["starts_at": "'2027-03-01 17:30:00+00'"],
            ["starts_at": "'2027-02-28 17:00:00+00'"],
            ["hold_expires_at": "'2027-03-01 17:14:59.9+00'"],
        ])
    func shortHoldsAreRefused(columns: [String: String]) async throws {
        try await withHouse { (house: House) async throws in
            #expect(try await house.reserveRefusal(columns)?.sqlState?.rawValue == "BK002")
        }
    }

    @Test("moving a hold so close that nobody can take it is refused")
    func movingTooCloseIsRefused() async throws {
        try await withHouse { house in
            try await house.reserve()
            let error = try await house.refusal(
                "UPDATE booking.reservation SET starts_at = '2027-03-01 18:00+00', ends_at = '2027-03-01 18:50+00'")
            #expect(error?.sqlState?.rawValue == "BK002")
        }
    }

    @Test("a hold may not outlast the start")
    func holdEndsBeforeTheStart() async throws {
        try await withHouse { house in
            let error = try await house.reserveRefusal(["hold_expires_at": "'2027-03-08 18:00:01+00'"])
            #expect(error?.sqlState?.rawValue == "BK011")
        }
    }

    @Test("a payor that requires authorization refuses a hold, also when it is named later")
    func authorizationIsAskedFor() async throws {
        try await withHouse { house in
            try await house.run("INSERT INTO booking.payor VALUES ('strict', 'Strict', true), ('easy', 'Easy', false)")
            #expect(try await house.reserveRefusal(["payor_id": "'strict'"])?.sqlState?.rawValue == "BK001")
            try await house.reserve(["payor_id": "'easy'"])
            #expect(
                try await house.refusal("UPDATE booking.reservation SET payor_id = 'strict'")?.sqlState?.rawValue
                    == "BK001")
        }
    }

    @Test(
        "a reservation that has ended stays ended",
        arguments: ["cancelled", "expired", "completed", "no_show"], ["pending", "confirmed"])
    func endedStaysEnded(end: String, state: String) async throws {
        try await withHouse { house in
            try await house.appoint(end == "expired" ? ["state": "'pending'"] : [:])
            try await house.run("UPDATE booking.reservation SET state = '\(end)'")
            #expect(
                try await house.refusal("UPDATE booking.reservation SET state = '\(state)'")?.sqlState?.rawValue
                    == "BK003")
        }
    }

    @Test(
        "every mistake in a column has a code of its own, and what is refused is not written into any log",
        arguments: [
            (["ends_at": "'2027-03-08 18:00+00'"], "BK011"), (["ends_at": "'2027-03-09 18:00:01+00'"], "BK011"),
            (["starts_at": "'9999-01-01 00:00+00'"], "BK011"),
            (["starts_at": "'infinity'", "ends_at": "'infinity'"], "BK011"),
            (["hold_expires_at": "'infinity'"], "BK011"), (["invitee_name": "'see www.evil.example'"], "BK012"),
            (["invitee_email": "'zoe.secret'"], "BK013"), (["invitee_tz": "'EST'"], "BK014"),
            (["invitee_locale": "'en_US'"], "BK015"), (["place_text": "'<b>'"], "BK016"),
            (["place": "'in_person'"], "BK017"), (["invitee_tz": "NULL"], "BK018"), (["state": "'confirmed'"], "BK018"),
            (["state": "'held'"], "BK019"), (["place": "'moon'"], "BK019"), (["changed_by": "'nobody'"], "BK019"),
            (["provider_id": "NULL"], "BK019"), (["starts_at": "NULL", "ends_at": "'2027-03-08 18:00+00'"], "BK019"),
            (["place": "NULL"], "BK019"), (["link_gen": "NULL"], "BK019"),
            (["provider_id": "gen_random_uuid()"], "BK019"),
        ])
    func mistakes(columns: [String: String], code: String) async throws {
        try await withHouse { house in
            #expect(try await house.reserveRefusal(columns)?.sqlState?.rawValue == code)
            // Said by psql, as the log has it: with its detail.
            try await house.reserve(["starts_at": "'2027-04-08 18:00:00+00'"])
            let change = columns.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }.joined(separator: ", ")
            let error = await #expect(throws: TestSupportError.self) {
                try await psql(
                    house.url,
                    """
                    UPDATE booking.reservation SET invitee_name = 'Zoe Secret';
                    UPDATE booking.reservation SET \(change)
                    """)
            }
            let said = error?.description ?? ""
            #expect(!said.contains("Failing row") && !said.contains("Zoe Secret") && !said.lowercased().contains("zoe"))
        }
    }

    @Test("each state is reached only from where it can be", arguments: House.states, House.states)
    func transitions(from: String, to: String) async throws {
        let allowed = [
            "pending": ["pending", "confirmed", "cancelled", "expired"],
            "confirmed": ["confirmed", "cancelled", "completed", "no_show"],
            "completed": ["completed", "no_show"], "no_show": ["completed", "no_show"],
            "cancelled": ["cancelled"], "expired": ["expired"],
        ]
        try await withHouse { house in
            try await house.reserve(["state": "'\(from)'", "client_id": "'\(House.client)'"])
            let error = try await house.refusal("UPDATE booking.reservation SET state = '\(to)'")
            let isOpen = ["pending", "confirmed"].contains(from)
            let expected = allowed[from]?.contains(to) == true ? nil : isOpen ? "BK010" : "BK003"
            #expect(error?.sqlState?.rawValue == expected)
        }
    }

    @Test("a provider's time is given once; times that only touch, and other providers' times, are free")
    func timesDoNotOverlap() async throws {
        try await withHouse { house in
            try await house.reserve(["starts_at": "'2027-03-08 18:00+00'"])
            let inside = try await house.reserveRefusal(["starts_at": "'2027-03-08 18:49+00'"])
            #expect(inside?.sqlState == .exclusionViolation && inside?.constraint == "reservation_slot")
            try await house.reserve(["starts_at": "'2027-03-08 18:50+00'"])
            try await house.run(
                """
                INSERT INTO booking.provider (id, display_name, email, tz, booking_slug) VALUES
                (gen_random_uuid(), 'B', 'b@x.example', 'UTC', 'bbb')
                """
            )
            try await house.reserve([
                "starts_at": "'2027-03-08 18:00+00'",
                "provider_id": "(SELECT id FROM booking.provider WHERE booking_slug = 'bbb')",
            ])
        }
    }

    @Test("a lapsed hold gives way to a new one, and its letter and link go with it")
    func lapsedHoldGivesWay() async throws {
        try await withHouse { house in
            let lapsed = try await house.reserve()
            _ = try await house.release([try await house.claimOne().job.ticket])
            try await house.setClock("2027-03-04 16:59:59+00")
            #expect(try await house.reserveRefusal([:])?.sqlState == .exclusionViolation)
            try await house.setClock("2027-03-04 17:00:00+00")
            try await house.reserve(["invitee_email": "'li@example.org'"])
            #expect(
                try await house.line("SELECT state, link_gen FROM booking.reservation WHERE id = $1", [.uuid(lapsed)])
                    == "(expired,2)")
            #expect(
                try await house.line("SELECT outcome FROM holdfast.history WHERE subject_id = $1", [.uuid(lapsed)])
                    == "(cancelled)")
            #expect(try await house.line("SELECT revoked_at IS NOT NULL FROM holdfast.link") == "(t)")
            #expect(
                try await house.lines("SELECT kind FROM holdfast.job WHERE subject_id = $1", [.uuid(lapsed)])
                    == ["(provider.hold_expired)"])
        }
    }

    @Test("a lapsed hold gives way to one that is moved onto it")
    func lapsedHoldGivesWayToAMove() async throws {
        try await withHouse { house in
            let lapsed = try await house.reserve()
            let moved = try await house.reserve([
                "starts_at": "'2027-03-20 18:00+00'", "hold_expires_at": "'2027-03-06 18:00+00'",
            ])
            let move =
                """
                UPDATE booking.reservation SET starts_at = '2027-03-08 18:10+00', ends_at = '2027-03-08
                19:00+00' WHERE id = $1
                """
            #expect(try await house.refusal(move, [.uuid(moved)])?.sqlState == .exclusionViolation)
            try await house.setClock("2027-03-05 12:00:00+00")
            #expect(try await house.refusal(move, [.uuid(moved)]) == nil)
            #expect(
                try await house.line("SELECT state FROM booking.reservation WHERE id = $1", [.uuid(lapsed)])
                    == "(expired)")
        }
    }

    @Test(
        "a hold without a name, an address or a zone is refused",
        arguments: ["invitee_name", "invitee_email", "invitee_tz"])
    func holdNeedsAReader(column: String) async throws {
        try await withHouse { (house: House) async throws in
            #expect(try await house.reserveRefusal([column: "NULL"])?.sqlState?.rawValue == "BK018")
        }
    }

    @Test("a visit in person needs an address")
    func visitNeedsAnAddress() async throws {
        try await withHouse { (house: House) async throws in
            #expect(try await house.reserveRefusal(["place": "'in_person'"])?.sqlState?.rawValue == "BK017")
        }
    }

    @Test("a calendar is told anew of a confirmed time, place or end, and of nothing else")
    func calendarSequence() async throws {
        try await withHouse { house in
            try await house.appoint()
            let steps = [
                ("changed_by = 'provider'", "(0)"), ("place = 'phone'", "(1)"),
                ("starts_at = starts_at + interval '1 day', ends_at = ends_at + interval '1 day'", "(2)"),
                ("state = 'cancelled'", "(3)"),
                ("changed_by = 'client'", "(3)"),
            ]
            for (change, sequence) in steps {
                try await house.run("UPDATE booking.reservation SET \(change)")
                #expect(try await house.line("SELECT ical_seq FROM booking.reservation") == sequence, "after \(change)")
            }
        }
    }
}

extension House {
    /// Every state of a reservation.
    static let states = ["pending", "confirmed", "cancelled", "expired", "completed", "no_show"]

    /// The error a hold is refused with, or nil.
    func reserveRefusal(_ changes: [String: String]) async throws -> PostgresError? {
        do {
            try await reserve(changes)
            return nil
        } catch let error as PostgresError {
            return error
        }
    }
}
