import Foundation
import Fuzzing
import Notifications
import Postgres
import TestSupport
import Testing

@testable import Outbox

/// Redemptions that meet each other, and everything else that can happen to their subject at the same moment.
@Suite("Redemptions that meet", .serialized)
struct RedeemRaceTests {
    private static let fifty = 50

    /// A form of a page: what it calls, and the row that a redemption takes first.
    struct Form: Sendable, CustomTestStringConvertible {
        let arguments: String
        let row: String
        var testDescription: String { arguments }
    }

    private static let forms = [
        Form(arguments: "'rsv', 'confirm', client_id => '\(House.client)'", row: "booking.reservation"),
        Form(arguments: "'rsv', 'decline'", row: "booking.reservation"),
        Form(arguments: "'appt', 'cancel'", row: "booking.reservation"),
        Form(
            arguments: "'appt', 'move', starts_at => '2027-03-10 18:00Z', ends_at => '2027-03-10 19:00Z'",
            row: "booking.reservation"),
        Form(arguments: "'act'", row: "booking.client"),
        Form(arguments: "'pref', 'opt_out'", row: "booking.client"),
        Form(arguments: "'inv', reservation_id => (SELECT id FROM booking.reservation)", row: "booking.invitation"),
    ]

    @Test("of fifty that redeem one link at once, one does it and forty-nine find it done", arguments: forms)
    func fiftyAtOnce(form: Form) async throws {
        try await withHouse { house in
            let link = try await house.subject(of: form)
            let answers = try await house.crowd(Self.fifty, at: form, link: link)
            #expect(answers == ["done": 1, "already": Self.fifty - 1])
            #expect(try await house.line("SELECT uses FROM holdfast.link WHERE jti = '\(link)'") == "(1)")
        }
    }

    @Test("fifty who book fifty times by one invitation get one of them")
    func fiftyBookings() async throws {
        try await withHouse { house in
            let guest = try await house.invitedGuest()
            let answers = try await withThrowingTaskGroup { group in
                for hour in 0..<Self.fifty {
                    group.addTask { try await house.book(hour, by: guest.link) }
                }
                return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(answers == ["done": 1, "already": Self.fifty - 1])
            #expect(try await house.count("booking.reservation") == 1)
            #expect(
                try await house.line("SELECT booked = (SELECT id FROM booking.reservation) FROM booking.invitation")
                    == "(t)")
        }
    }

    @Test("of many that move to one time at once, with some that insert there, one has it and the others find it taken")
    func oneTime() async throws {
        try await withHouse { house in
            let there = "starts_at => '2027-03-20 18:00Z', ends_at => '2027-03-20 19:00Z'"
            var takers: [String] = []
            for hour in 0..<12 {
                let booked = try await house.bookedTime([
                    "starts_at": "('2027-03-09 00:00Z'::timestamptz + interval '\(hour) hours')"
                ])
                takers.append("SELECT * FROM holdfast.redeem('\(booked.link)', 'appt', 'move', \(there))")
            }
            takers += Array(repeating: House.insertion(at: "'2027-03-20 18:30Z'"), count: 12)
            let held = try await house.race(takers.map { ("BEGIN; \($0); SELECT pg_sleep(0.02); COMMIT") })
            #expect(held == ["23P01": takers.count - 1, "": 1])
        }
    }

    @Test("many that take one time again and again, and let go of it, never deadlock")
    func oneTimeAgainAndAgain() async throws {
        try await withHouse { house in
            let taking = """
                DO $do$ BEGIN FOR round IN 1..25 LOOP
                  BEGIN
                    \(House.insertion(at: "'2027-03-20 18:30Z'").replacing("RETURNING id", with: ""));
                    RAISE EXCEPTION 'let go';
                  EXCEPTION WHEN exclusion_violation OR raise_exception THEN NULL;
                  END;
                END LOOP; END $do$
                """
            #expect(try await house.race(Array(repeating: taking, count: 16)) == ["": 16])
            try await house.run(House.insertion(at: "'2027-03-20 18:30Z'"))
        }
    }

    /// What is done while a redemption waits, and what the redemption then answers.
    struct Meeting: Sendable, CustomTestStringConvertible {
        let form: Form
        let change: String
        let outcome: String
        var testDescription: String { "\(form.arguments) behind \(change)" }
    }

    private static let meetings: [Meeting] = [
        (0, "UPDATE booking.reservation SET state = 'cancelled'", "ended"),
        (0, "UPDATE booking.reservation SET state = 'expired'", "expired"),
        (0, "UPDATE booking.reservation SET invitee_email = 'other@example.org'", "changed"),
        (1, "UPDATE booking.reservation SET state = 'confirmed', client_id = '\(House.client)'", "changed"),
        (2, "UPDATE booking.reservation SET state = 'cancelled', changed_by = 'provider'", "ended"),
        (
            2,
            "UPDATE booking.reservation SET starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour'",
            "changed"
        ),
        (3, "UPDATE booking.reservation SET link_gen = link_gen + 1", "changed"),
        (4, "UPDATE booking.client SET email = 'other@example.org'", "changed"),
        (4, "UPDATE booking.client SET portal_activated_at = holdfast.clock()", "already"),
        (5, "UPDATE booking.client SET email = 'other@example.org'", "changed"),
        (6, "UPDATE booking.invitation SET withdrawn_at = holdfast.clock()", "revoked"),
    ].map { Meeting(form: forms[$0], change: $1, outcome: $2) }

    @Test("a redemption waits for a change that is under way, and acts on what is true then", arguments: meetings)
    func behindAChange(meeting: Meeting) async throws {
        for (ending, outcome) in [("COMMIT", meeting.outcome), ("ROLLBACK", "done")] {
            try await withHouse { house in
                let link = try await house.subject(of: meeting.form)
                try await house.withConnection { other in
                    try await other.execute("BEGIN; \(meeting.change)")
                    let answer = Task {
                        try await house.withConnection { try await $0.redeem(link, meeting.form.arguments) }
                    }
                    try await house.connection.awaitLockWaiters(1)
                    try await other.execute(ending)
                    #expect(try await answer.value == outcome)
                }
            }
        }
    }

    @Test(
        "redemptions, changes, expiries, claims and settles in random order never deadlock, and none acts on what has changed"
    )
    func randomOrder() async throws {
        try await withHouse { house in
            let (callers, rounds) = (14, TestLength.isFull ? 1000 : 150)
            try await house.run(RandomCalls.setUp)
            let seed =
                UInt64(ProcessInfo.processInfo.environment["TEST_FUZZ_SEED"] ?? "") ?? UInt64.random(in: 0...UInt64.max)
            let troubles = try await withThrowingTaskGroup { group in
                for caller in 0..<callers {
                    group.addTask {
                        try await house.withConnection { connection in
                            try await RandomCalls(connection, seed: seed &+ UInt64(caller)).run(rounds)
                        }
                    }
                }
                return try await group.reduce(into: []) { $0 += $1 }
            }
            #expect(troubles == [], "TEST_FUZZ_SEED=\(seed)")
            #expect(try await house.count("holdfast.link WHERE uses > max_uses") == 0)
            #expect(try await house.count("holdfast.link WHERE uses > 0") > 0)
        }
    }
}

extension House {
    /// What a form is about, and its link.
    fileprivate func subject(of form: RedeemRaceTests.Form) async throws -> UUID {
        switch form.arguments.prefix(4) {
        case "'rsv": return try await heldTime().link
        case "'app": return try await bookedTime().link
        case "'inv":
            try await reserve()
            return try await invitedGuest().link
        default:
            return try await link(
                String(form.arguments.dropFirst().prefix { $0 != "'" }), to: Self.client, maxUses: 9,
                kind: "task.digest")
        }
    }

    /// Lets a crowd redeem one link: all wait at its row before any of them may go on.
    fileprivate func crowd(_ number: Int, at form: RedeemRaceTests.Form, link: UUID) async throws -> [String: Int] {
        try await connection.execute("BEGIN; SELECT FROM \(form.row) FOR UPDATE")
        return try await withThrowingTaskGroup { group in
            for _ in 0..<number {
                group.addTask { try await withConnection { try await $0.redeem(link, form.arguments) } }
            }
            try await withConnection { try await $0.awaitLockWaiters(number) }
            try await connection.execute("COMMIT")
            return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
    }

    /// Books a time by an invitation as an application does: insert, redeem, and roll back unless it is done.
    fileprivate func book(_ hour: Int, by link: UUID) async throws -> String {
        try await withConnection { connection in
            try await connection.execute("BEGIN")
            let start = "'2027-03-09 00:00Z'::timestamptz + interval '\(hour) hours'"
            let id = try #require(
                try await connection.query(Self.insertion(at: start)).first?.decode("id", as: UUID.self))
            let outcome = try await connection.redeem(link, "'inv', reservation_id => '\(id)'")
            try await connection.execute(outcome == "done" ? "COMMIT" : "ROLLBACK")
            return outcome
        }
    }

    /// Inserts a hold; `start` is SQL.
    static func insertion(at start: String) -> String {
        """
        INSERT INTO booking.reservation (provider_id, starts_at, ends_at, place, invitee_name, invitee_email, invitee_tz)
        VALUES ('\(provider)', \(start), (\(start))::timestamptz + interval '50 minutes', 'virtual', 'Ada Okoro', 'ada@example.org', 'UTC')
        RETURNING id
        """
    }

    /// Runs scripts on a connection each, and counts what they are refused with; nothing when they are not.
    fileprivate func race(_ scripts: [String]) async throws -> [String: Int] {
        try await withThrowingTaskGroup { group in
            for script in scripts {
                group.addTask {
                    try await withConnection { connection in
                        do {
                            try await connection.execute(script)
                            return ""
                        } catch let error as PostgresError {
                            return error.sqlState?.rawValue ?? "\(error)"
                        }
                    }
                }
            }
            return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
        }
    }
}
