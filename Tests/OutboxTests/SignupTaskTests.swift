import Foundation
import Notifications
import Outbox
import Postgres
import Testing

/// The client lives in Los Angeles: 8 hours behind UTC in winter, and 7 from 2027-03-14 on.
@Suite("Letters a signup task owes")
struct SignupTaskTests {
    @Test("without a reservation the activation is owed at once")
    func owedAtOnce() async throws {
        try await withHouse { house in
            let id = try await house.task()
            let job = try await house.line(
                """
                SELECT kind, priority, audience, subject_kind, subject_gen, run_at::text, expires_at::text,
                  subject_id = $1 FROM holdfast.job
                """, [.uuid(id)])
            #expect(
                job == #"(portal.activate,1,client,signup_task,1,"2027-03-01 17:00:00+00","2027-03-08 17:00:00+00",t)"#)
        }
    }

    @Test("with a reservation it is owed three days later and a day before the start, until the start")
    func owedAroundTheReservation() async throws {
        try await withHouse { house in
            try await house.task(["reservation_id": "'\(try await house.appoint())'"])
            #expect(
                try await house.lines(
                    "SELECT run_at::text, expires_at::text FROM holdfast.job WHERE kind = 'portal.activate' ORDER BY run_at"
                ) == [
                    #"("2027-03-04 17:00:00+00","2027-03-08 18:00:00+00")"#,
                    #"("2027-03-07 18:00:00+00","2027-03-08 18:00:00+00")"#,
                ])
        }
    }

    @Test(
        "letters move earlier into the client's day, and are dropped when that is past",
        arguments: [
            // 22:00 in Los Angeles, and a start at 03:00: both move to 21:00 of the evening before.
            ("2027-03-01 06:00:00+00", "2027-03-08 11:00:00+00", ["2027-03-04 05:00:00+00", "2027-03-07 05:00:00+00"]),
            // 21:00 and 08:00 themselves are day.
            ("2027-03-01 05:00:00+00", "2027-03-08 16:00:00+00", ["2027-03-04 05:00:00+00", "2027-03-07 16:00:00+00"]),
            // Both fall on one evening.
            ("2027-03-01 06:00:00+00", "2027-03-05 07:00:00+00", ["2027-03-04 05:00:00+00"]),
            // Three days later is after the start.
            ("2027-03-01 17:00:00+00", "2027-03-02 23:00:00+00", ["2027-03-01 23:00:00+00"]),
            // A day before the start is past already.
            ("2027-03-01 17:00:00+00", "2027-03-02 16:00:00+00", []),
            // A day before the start is tonight at 23:30, which moves to 21:00: past.
            ("2027-03-01 07:00:00+00", "2027-03-02 07:30:00+00", []),
            // Summer time begins in between: 21:00 is 04:00 UTC then.
            ("2027-03-01 17:00:00+00", "2027-03-16 08:00:00+00", ["2027-03-04 17:00:00+00", "2027-03-15 04:00:00+00"]),
        ])
    func quietHours(now: String, start: String, expected: [String]) async throws {
        try await withHouse { house in
            try await house.setClock(now)
            try await house.task(["reservation_id": "'\(try await house.appoint(["starts_at": "'\(start)'"]))'"])
            #expect(
                try await house.lines(
                    "SELECT run_at::text FROM holdfast.job WHERE kind = 'portal.activate' ORDER BY run_at")
                    == expected.map { #"("\#($0)")"# })
        }
    }

    @Test(
        "what ends the task withdraws its letters",
        arguments: [
            "UPDATE booking.signup_task SET state = 'done'", "UPDATE booking.signup_task SET state = 'void'",
            "UPDATE booking.client SET portal_activated_at = holdfast.clock()",
            "UPDATE booking.client SET status = 'archived'",
            "UPDATE booking.reservation SET state = 'cancelled'", "UPDATE booking.reservation SET state = 'completed'",
        ])
    func endWithdraws(change: String) async throws {
        try await withHouse { house in
            try await house.task(["reservation_id": "'\(try await house.appoint())'"])
            #expect(try await house.count("holdfast.job WHERE kind = 'portal.activate'") == 2)
            try await house.run(change)
            #expect(try await house.count("holdfast.job WHERE kind = 'portal.activate'") == 0)
            #expect(
                try await house.lines(
                    "SELECT outcome, final, reason FROM holdfast.history WHERE kind = 'portal.activate'")
                    == Array(repeating: #"(cancelled,t,"the task changed")"#, count: 2))
        }
    }

    @Test(
        "nothing is owed for a task that is no activation, not open, or not needed",
        arguments: [
            ("", ["kind": "'intake_form'"]), ("", ["kind": "'survey'"]), ("", ["state": "'done'"]),
            ("UPDATE booking.client SET portal_activated_at = holdfast.clock()", [:]),
            ("UPDATE booking.client SET status = 'archived'", [:]),
        ])
    func nothingOwed(before: String, columns: [String: String]) async throws {
        try await withHouse { house in
            try await house.run(before)
            try await house.task(columns)
            #expect(try await house.count("holdfast.job WHERE kind = 'portal.activate'") == 0)
        }
    }

    @Test("letters move with the reservation")
    func movesWithTheReservation() async throws {
        try await withHouse { house in
            try await house.task(["reservation_id": "'\(try await house.appoint())'"])
            try await house.run(
                "UPDATE booking.reservation SET starts_at = '2027-03-10 18:00+00', ends_at = '2027-03-10 19:00+00'")
            #expect(
                try await house.lines(
                    "SELECT run_at::text, expires_at::text FROM holdfast.job WHERE kind = 'portal.activate' ORDER BY run_at"
                ) == [
                    #"("2027-03-04 17:00:00+00","2027-03-10 18:00:00+00")"#,
                    #"("2027-03-09 18:00:00+00","2027-03-10 18:00:00+00")"#,
                ])
        }
    }

    @Test("a task that is tied to a reservation later, or to another, is owed anew")
    func followsItsReservation() async throws {
        try await withHouse { house in
            try await house.task()
            let reservation = try await house.appoint()
            try await house.run("UPDATE booking.signup_task SET reservation_id = '\(reservation)'")
            #expect(
                try await house.lines(
                    "SELECT run_at::text FROM holdfast.job WHERE kind = 'portal.activate' ORDER BY run_at"
                ).count == 2)
            #expect(
                try await house.count("holdfast.history WHERE outcome = 'cancelled' AND kind = 'portal.activate'") == 1)
        }
    }

    @Test("another address of the client is a new generation: the old letter and its link are void, a new one is owed")
    func newAddressIsANewGeneration() async throws {
        try await withHouse { house in
            try await house.task()
            let old = try await house.claimOne()
            _ = try await house.release([old.job.ticket])
            try await house.run("UPDATE booking.client SET email = 'zoe.oneil@example.org'")
            #expect(try await house.line("SELECT link_gen FROM booking.client") == "(2)")
            #expect(
                try await house.owed().filter { !$0.hasPrefix("(security.notice,") }
                    == [#"(portal.activate,2,"2027-03-01 17:00:00+00")"#])
            #expect(
                try await house.line("SELECT job_id, outcome FROM holdfast.history")
                    == "(\(old.job.ticket.jobID),cancelled)")
            #expect(try await house.line("SELECT revoked_at IS NOT NULL FROM holdfast.link") == "(t)")
        }
    }

    @Test("the same address in other letter case is the same reader")
    func letterCaseIsNoChange() async throws {
        try await withHouse { house in
            try await house.task()
            let before = try await house.lines("SELECT id FROM holdfast.job")
            try await house.run("UPDATE booking.client SET email = 'Zoe@Example.org'")
            #expect(try await house.lines("SELECT id FROM holdfast.job") == before)
        }
    }
}
