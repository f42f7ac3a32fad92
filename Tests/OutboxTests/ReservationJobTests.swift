import Foundation
import Notifications
import Outbox
import Postgres
import Testing

@Suite("Letters a reservation owes")
struct ReservationJobTests {
    @Test("a hold queues its confirmation in the same transaction")
    func holdQueuesItsLetter() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            let job = try await house.line(
                """
                SELECT kind, queue, priority, audience, subject_kind, subject_gen, state, attempts, run_at =
                  holdfast.clock() AS due,
                       expires_at::text
                FROM holdfast.job WHERE subject_id = $1 AND kind = 'reservation.confirm'
                """, [.uuid(id)])
            #expect(job == #"(reservation.confirm,mail,0,invitee,reservation,1,ready,0,t,"2027-03-04 17:00:00+00")"#)
        }
    }

    @Test("a transaction that is rolled back owes nothing")
    func rollbackOwesNothing() async throws {
        try await withHouse { (house: House) async throws in
            struct Abort: Error {}
            await #expect(throws: Abort.self) {
                try await house.connection.withTransaction { _ in
                    try await house.reserve()
                    #expect(try await house.count("holdfast.job") == 2)
                    throw Abort()
                }
            }
            #expect(try await house.count("holdfast.job") == 0)
            #expect(try await house.count("holdfast.dedupe") == 0)
        }
    }

    @Test("an appointment that was never a hold owes no letter of a hold")
    func appointmentOwesNoConfirmation() async throws {
        try await withHouse { house in
            try await house.appoint()
            #expect(try await house.count("holdfast.job WHERE kind LIKE 'reservation.%'") == 0)
        }
    }

    @Test(
        "the standard hold ends after the provider's time or an hour before the start, whichever is first",
        arguments: [
            ("2027-03-08 18:00:00+00", "72 hours", "2027-03-04 17:00:00+00"),
            ("2027-03-02 18:00:00+00", "72 hours", "2027-03-02 17:00:00+00"),
            ("2027-03-08 18:00:00+00", "2 hours", "2027-03-01 19:00:00+00"),
            ("2027-03-01 18:15:00+00", "72 hours", "2027-03-01 17:15:00+00"),
        ])
    func standardHold(start: String, holdFor: String, end: String) async throws {
        try await withHouse { house in
            try await house.run("UPDATE booking.provider SET hold_for = '\(holdFor)'")
            try await house.reserve(["starts_at": "'\(start)'"])
            #expect(try await house.line("SELECT hold_expires_at::text FROM booking.reservation") == #"("\#(end)")"#)
        }
    }

    @Test(
        "another time, address or deadline voids the old letter and its link, and owes a new one",
        arguments: [
            "invitee_email = 'zoe.oneil@example.org'", "hold_expires_at = hold_expires_at - interval '1 hour'",
            "starts_at = starts_at + interval '1 hour', ends_at = ends_at + interval '1 hour'",
            "ends_at = ends_at + interval '10 minutes'",
            "link_gen = link_gen + 1",
        ])
    func changeIsANewGeneration(change: String) async throws {
        try await withHouse { house in
            let id = try await house.reserve()
            let old = try await house.claimOne().job
            _ = try await house.release([old.ticket])
            try await house.run("UPDATE booking.reservation SET \(change)")
            #expect(try await house.line("SELECT link_gen FROM booking.reservation") == "(2)")
            #expect(try await house.owed().first == #"(reservation.confirm,2,"2027-03-01 17:00:00+00")"#)
            #expect(try await house.count("holdfast.job WHERE kind = 'reservation.confirm'") == 1)
            let history = try await house.line(
                """
                SELECT job_id, outcome, final, gen, reason, subject_id = $1 FROM holdfast.history
                WHERE kind = 'reservation.confirm'
                """, [.uuid(id)])
            #expect(history == #"(\#(old.ticket.jobID),cancelled,t,1,"the reservation changed",t)"#)
            #expect(
                try await house.line("SELECT revoked_at::text FROM holdfast.link") == #"("2027-03-01 17:00:00+00")"#)
            let deadline = try await house.line(
                "SELECT j.expires_at = r.hold_expires_at FROM holdfast.job j, booking.reservation r WHERE j.kind = 'reservation.confirm'"
            )
            #expect(deadline == "(t)")
        }
    }

    @Test(
        "what the reader is not told anew owes nothing anew",
        arguments: [
            "invitee_locale = 'es'", "changed_by = 'provider'", "series_id = gen_random_uuid()", "place = 'phone'",
        ])
    func otherChangesOweNothing(change: String) async throws {
        try await withHouse { house in
            try await house.reserve()
            let before = try await house.lines("SELECT id FROM holdfast.job")
            try await house.run("UPDATE booking.reservation SET \(change)")
            #expect(try await house.lines("SELECT id FROM holdfast.job") == before)
            #expect(try await house.line("SELECT link_gen FROM booking.reservation") == "(1)")
        }
    }

    @Test(
        "moving a hold recomputes its deadline as the earlier of the old one and an hour before the new start",
        arguments: [
            ("2027-03-03 18:00:00+00", "2027-03-03 17:00:00+00"), ("2027-03-20 18:00:00+00", "2027-03-04 17:00:00+00"),
        ])
    func movingRecomputesTheDeadline(start: String, deadline: String) async throws {
        try await withHouse { house in
            try await house.reserve()
            try await house.run(
                """
                UPDATE booking.reservation SET starts_at = '\(start)', ends_at = timestamptz '\(start)' +
                interval '50 minutes'
                """
            )
            #expect(
                try await house.line("SELECT hold_expires_at::text, link_gen FROM booking.reservation")
                    == #"("\#(deadline)",2)"#)
            #expect(
                try await house.line("SELECT expires_at::text FROM holdfast.job WHERE kind = 'reservation.confirm'")
                    == #"("\#(deadline)")"#)
        }
    }

    @Test(
        "the end of a hold withdraws its letters",
        arguments: [
            ("state = 'cancelled'", 2), ("state = 'expired'", 2),
            ("state = 'confirmed', client_id = '\(House.client)'", 1),
        ])
    func endOfAHoldWithdraws(change: String, generation: Int) async throws {
        try await withHouse { house in
            try await house.reserve()
            let job = try await house.claimOne().job
            _ = try await house.release([job.ticket])
            try await house.run("UPDATE booking.reservation SET \(change)")
            #expect(
                try await house.count("holdfast.job WHERE kind IN ('reservation.confirm', 'reservation.nudge')") == 0)
            #expect(try await house.line("SELECT link_gen FROM booking.reservation") == "(\(generation))")
            #expect(
                try await house.lines("SELECT outcome, final FROM holdfast.history")
                    == ["(cancelled,t)", "(cancelled,t)"])
            #expect(
                try await house.line("SELECT revoked_at IS NOT NULL FROM holdfast.link")
                    == "(\(generation == 2 ? "t" : "f"))")
        }
    }

    @Test("a letter that is being sent is not withdrawn under the sender's hands")
    func runningLetterStays() async throws {
        try await withHouse { house in
            try await house.reserve()
            let job = try await house.claimOne().job
            try await house.run("UPDATE booking.reservation SET state = 'cancelled'")
            #expect(
                try await house.lines("SELECT id FROM holdfast.job WHERE state = 'running'") == [
                    "(\(job.ticket.jobID))"
                ])
        }
    }

    @Test("an appointment does not become a hold again: a calendar has it, and only a cancellation takes it out")
    func noAppointmentBecomesAHold() async throws {
        try await withHouse { house in
            try await house.appoint()
            let refused = try await house.refusal("UPDATE booking.reservation SET state = 'pending'")
            #expect(refused?.sqlState?.rawValue == "BK010")
        }
    }
}
