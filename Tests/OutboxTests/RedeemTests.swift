import Foundation
import Notifications
import Postgres
import TestSupport
import Testing

private let confirm = "'rsv', 'confirm', client_id => '\(House.client)'"
private let decline = "'rsv', 'decline'"
private let cancel = "'appt', 'cancel'"

private func move(_ start: String, _ minutes: Int = 50) -> String {
    "'appt', 'move', starts_at => '\(start)', ends_at => '\(start)'::timestamptz + interval '\(minutes) min'"
}

@Suite("Redeeming a link")
struct RedeemTests {
    @Test("a hold is confirmed once, for the client who filled in the form; a second time it is confirmed already")
    func confirmingAHold() async throws {
        try await withHouse { house in
            let held = try await house.heldTime()
            #expect(try await house.redeem(held.link, confirm) == "done")
            #expect(
                try await house.line("SELECT state, client_id, changed_by, link_gen FROM booking.reservation")
                    == "(confirmed,\(House.client),client,1)")
            #expect(try await house.redeem(held.link, confirm) == "already")
            #expect(try await house.redeem(held.link, decline) == "changed")
            #expect(
                try await house.line("SELECT uses, first_used_at::text FROM holdfast.link")
                    == #"(1,"2027-03-01 17:00:00+00")"#)
        }
    }

    @Test("a hold is declined once, by the client; then there is nothing left to confirm")
    func decliningAHold() async throws {
        try await withHouse { house in
            let held = try await house.heldTime()
            #expect(try await house.redeem(held.link, decline) == "done")
            #expect(
                try await house.line("SELECT state, client_id, changed_by FROM booking.reservation")
                    == "(cancelled,,client)")
            #expect(try await house.redeem(held.link, decline) == "already")
            #expect(try await house.redeem(held.link, confirm) == "ended")
            #expect(try await house.line("SELECT uses FROM holdfast.link") == "(1)")
        }
    }

    @Test(
        "what has become of a hold since is what its link answers, and nothing is changed",
        arguments: [
            ("UPDATE booking.reservation SET invitee_email = 'other@example.org'", "changed"),
            ("UPDATE booking.reservation SET hold_expires_at = hold_expires_at + interval '1 day'", "changed"),
            (
                "UPDATE booking.reservation SET starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour'",
                "changed"
            ),
            ("UPDATE booking.reservation SET link_gen = link_gen + 1", "changed"),
            (
                "UPDATE booking.reservation SET invitee_email = 'other@example.org'; UPDATE booking.reservation SET state = 'cancelled'",
                "changed"
            ),
            ("UPDATE booking.reservation SET state = 'cancelled'", "ended"),
            ("UPDATE booking.reservation SET state = 'expired'", "expired"),
            (House.clock(at: "2027-03-04 17:00:00+00"), "expired"),
            ("UPDATE holdfast.link SET expires_at = holdfast.clock()", "expired"),
            ("UPDATE holdfast.link SET revoked_at = holdfast.clock()", "revoked"),
            ("UPDATE booking.reservation SET state = 'confirmed', client_id = '\(House.client)'", "already"),
            (
                "UPDATE booking.reservation SET state = 'confirmed', client_id = '\(House.client)'; UPDATE holdfast.link SET revoked_at = holdfast.clock()",
                "revoked"
            ),
            ("UPDATE booking.payor SET requires_authorization = true", "requires_authorization"),
            ("DELETE FROM booking.reservation", "ended"),
        ])
    func afterAHoldChanged(change: String, outcome: String) async throws {
        try await withHouse { house in
            try await house.run("INSERT INTO booking.payor (id, name) VALUES ('p', 'Payor')")
            let held = try await house.heldTime(["payor_id": "'p'"])
            try await house.run(change)
            let before = try await house.everything()
            #expect(try await house.redeem(held.link, confirm) == outcome)
            #expect(try await house.state(of: held.link) == outcome)
            #expect(try await house.everything() == before)
        }
    }

    @Test("a hold whose payor has to be asked first may still be declined")
    func decliningWithoutAuthorization() async throws {
        try await withHouse { house in
            try await house.run("INSERT INTO booking.payor (id, name) VALUES ('p', 'Payor')")
            let held = try await house.heldTime(["payor_id": "'p'"])
            try await house.run("UPDATE booking.payor SET requires_authorization = true")
            #expect(try await house.redeem(held.link, decline) == "done")
        }
    }

    @Test("a letter's own link confirms its hold")
    func aLettersLink() async throws {
        try await withHouse { house in
            try await house.reserve()
            let link = try #require(try await house.claimOne().links.first)
            #expect(try await house.redeem(link.jti, confirm) == "done")
        }
    }

    @Test("an appointment is cancelled once, by the client")
    func cancelling() async throws {
        try await withHouse { house in
            let booked = try await house.bookedTime()
            #expect(try await house.redeem(booked.link, cancel) == "done")
            #expect(
                try await house.line("SELECT state, changed_by, link_gen, ical_seq FROM booking.reservation")
                    == "(cancelled,client,2,1)")
            #expect(try await house.redeem(booked.link, cancel) == "already")
            #expect(try await house.redeem(booked.link, move("2027-03-09 18:00:00+00")) == "ended")
        }
    }

    @Test(
        "what has become of an appointment since is what its link answers, and nothing is changed",
        arguments: [
            (House.clock(at: "2027-03-07 18:00:00.000001+00"), "inside_cutoff"),
            (House.clock(at: "2027-03-08 18:00:00+00"), "expired"),
            (
                "UPDATE booking.reservation SET starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour'",
                "changed"
            ),
            ("UPDATE booking.reservation SET state = 'cancelled', changed_by = 'provider'", "ended"),
            ("UPDATE booking.reservation SET state = 'completed'", "ended"),
            ("UPDATE booking.reservation SET state = 'no_show'", "ended"),
            ("UPDATE holdfast.link SET revoked_at = holdfast.clock()", "revoked"),
            ("UPDATE booking.provider SET edit_cutoff = '8 days'", "inside_cutoff"),
            (
                "UPDATE booking.provider SET edit_cutoff = '8 days'; UPDATE booking.reservation SET reschedule_requested_at = holdfast.clock(); UPDATE holdfast.link SET expires_at = holdfast.clock()",
                "inside_cutoff"
            ),
        ])
    func afterAnAppointmentChanged(change: String, outcome: String) async throws {
        try await withHouse { house in
            let booked = try await house.bookedTime()
            try await house.run(change)
            let before = try await house.everything()
            #expect(try await house.redeem(booked.link, cancel) == outcome)
            #expect(try await house.redeem(booked.link, move("2027-03-20 18:00:00+00")) == outcome)
            #expect(try await house.state(of: booked.link) == outcome)
            #expect(try await house.everything() == before)
        }
    }

    @Test("the last moment before the cutoff is in time, and a provider who asks for another time waives it")
    func theCutoff() async throws {
        try await withHouse { house in
            let booked = try await house.bookedTime()
            try await house.setClock("2027-03-07 18:00:00+00")
            #expect(try await house.state(of: booked.link) == "open")
            try await house.setClock("2027-03-08 17:00:00+00")
            #expect(try await house.state(of: booked.link) == "inside_cutoff")
            try await house.run("UPDATE booking.reservation SET reschedule_requested_at = holdfast.clock()")
            #expect(try await house.redeem(booked.link, move("2027-03-10 18:00:00+00")) == "done")
            #expect(try await house.line("SELECT reschedule_requested_at IS NULL FROM booking.reservation") == "(t)")
        }
    }

    @Test(
        "an appointment moves to another time; the same form sent twice finds it moved, another one finds a newer letter"
    )
    func moving() async throws {
        try await withHouse { house in
            let booked = try await house.bookedTime()
            let there = move("2027-03-10 18:00:00+00")
            #expect(try await house.redeem(booked.link, there) == "done")
            #expect(
                try await house.line(
                    "SELECT starts_at::text, ends_at::text, state, changed_by, link_gen, ical_seq FROM booking.reservation"
                )
                    == #"("2027-03-10 18:00:00+00","2027-03-10 18:50:00+00",confirmed,client,2,1)"#)
            #expect(try await house.redeem(booked.link, there) == "already")
            #expect(try await house.redeem(booked.link, move("2027-03-11 18:00:00+00")) == "changed")
            #expect(try await house.redeem(booked.link, cancel) == "changed")
            let newer = try await house.link("appt", to: "\(booked.id)", generation: 2)
            #expect(try await house.redeem(newer, there) == "already")
            #expect(try await house.line("SELECT sum(uses) FROM holdfast.link") == "(1)")
        }
    }

    @Test("a time that is taken refuses the move and changes nothing; a lapsed hold gives way")
    func movingToATakenTime() async throws {
        try await withHouse { house in
            let booked = try await house.bookedTime()
            try await house.reserve(["starts_at": "'2027-03-10 18:00:00+00'"])
            let before = try await house.everything()
            let refusal = try await house.refusal(
                "SELECT * FROM holdfast.redeem($1::uuid, \(move("2027-03-10 18:30:00+00")))", [.uuid(booked.link)])
            #expect(refusal?.sqlState == .exclusionViolation)
            #expect(refusal?.constraint == "reservation_slot")
            #expect(try await house.everything() == before)
            try await house.setClock("2027-03-05 18:00:00+00")
            #expect(try await house.redeem(booked.link, move("2027-03-10 18:30:00+00")) == "done")
        }
    }

    @Test("a link of another purpose, and one that was never issued, are unknown")
    func unknownLinks() async throws {
        try await withHouse { house in
            let held = try await house.heldTime()
            let before = try await house.everything()
            #expect(try await house.redeem(held.link, cancel) == "unknown")
            #expect(try await house.redeem(UUID(), confirm) == "unknown")
            let answer = try await house.line("SELECT * FROM holdfast.redeem(gen_random_uuid(), \(confirm))")
            #expect(answer == "(unknown,)")
            #expect(try await house.everything() == before)
        }
    }

    @Test(
        "arguments that no link could make right are refused with a code of their own",
        arguments: [
            ("'visit', 'confirm'", "HF010"), ("NULL", "HF010"), ("'rsv'", "HF011"), ("'appt', 'confirm'", "HF011"),
            ("'rsv', 'confirm'", "HF012"), ("'rsv', 'confirm', client_id => '\(House.provider)'", "HF013"),
            ("'appt', 'move'", "HF014"),
            ("'appt', 'move', starts_at => '2027-03-10 18:00Z'", "HF014"), (move("2027-03-10 18:00Z", 0), "HF015"),
            (move("2027-03-10 18:00Z", -5), "HF015"), (move("2027-03-10 18:00Z", 1441), "HF015"), ("'inv'", "HF016"),
            ("'pref', 'opt_out', class => 'required'", "HF018"), ("'pref', 'opt_out'", "HF018"),
            (move("2027-03-01 17:00:00+00"), "HF019"),
        ])
    func wrongArguments(arguments: String, code: String) async throws {
        try await withHouse { house in
            let booked = try await house.bookedTime()
            let held = try await house.heldTime(["starts_at": "'2027-03-09 18:00:00+00'"])
            let links = [
                "rsv": held.link, "appt": booked.link,
                // A required letter has none: as if its kind had been another when the link was issued.
                "pref": try await house.link("pref", to: House.client, kind: "reservation.confirm"),
            ]
            let purpose = arguments.split(separator: "'").first.map(String.init) ?? ""
            let sentence = try await refusal(house, links[purpose] ?? UUID(), arguments)
            #expect(sentence.contains(code))
            #expect(!["zoe", "Zoë", "O'Neil", "18:00"].contains { sentence.contains($0) })
        }
    }

    /// What psql prints of a refusal.
    private func refusal(_ house: House, _ link: UUID, _ arguments: String) async throws -> String {
        do {
            try await psql(house.url, "\\set VERBOSITY verbose\nSELECT * FROM holdfast.redeem('\(link)', \(arguments))")
            return "no refusal"
        } catch let error as TestSupportError {
            return error.description.split(separator: "\n").first.map(String.init) ?? ""
        }
    }

    @Test("a redemption that is rolled back never was")
    func rolledBack() async throws {
        try await withHouse { house in
            let held = try await house.heldTime()
            let before = try await house.everything()
            try await house.run("BEGIN")
            #expect(try await house.redeem(held.link, confirm) == "done")
            try await house.run("ROLLBACK")
            #expect(try await house.everything() == before)
            #expect(try await house.redeem(held.link, confirm) == "done")
        }
    }
}
