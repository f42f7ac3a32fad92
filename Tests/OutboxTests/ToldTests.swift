import Foundation
import Notifications
import Postgres
import Testing

@testable import Outbox

@Suite("What a reader was told")
struct ToldTests {
    @Test(
        "a letter that was sent, or may have been, has told; no other has",
        arguments: Outcome.allCases, [Settlement.Next.end, .again(after: .seconds(60)), .hold])
    func settles(outcome: Outcome, next: Settlement.Next) async throws {
        try await withLetter { house, claim in
            _ = try await house.outbox.settle([Settlement(claim.job.ticket, outcome, next: next, burnsAttempt: true)])
            let digest = "holdfast.digest_of(t.subject_kind, t.subject_id)"
            let told = try await house.lines(
                """
                SELECT job_id, subject_id = $1 AS about, subject_kind, audience, kind, ical_seq, facts_digest = \(digest) AS right_digest
                FROM holdfast.told t
                """, [.uuid(claim.job.subjectID)])
            let row = "(\(claim.job.ticket.jobID),t,reservation,invitee,reservation.confirm,0,t)"
            #expect(told == ([.sent, .unknown].contains(outcome) ? [row] : []))
        }
    }

    @Test("what is held without having been tried told nothing new")
    func untried() async throws {
        try await withLetter { house, claim in
            _ = try await house.outbox.settle([Settlement(claim.job.ticket, .unknown, next: .hold, leavesDoubt: true)])
            #expect(try await house.count("holdfast.told") == 0)
        }
    }

    @Test("a letter whose worker was lost may have told")
    func rescued() async throws {
        try await withLetter { house, claim in
            try await house.run("UPDATE holdfast.worker SET lease_until = clock_timestamp() - interval '1 hour'")
            #expect(try await house.outbox.rescue(limit: 100, isSweep: true).jobs == 1)
            #expect(
                try await house.lines("SELECT job_id, kind FROM holdfast.told") == [
                    "(\(claim.job.ticket.jobID),reservation.confirm)"
                ])
            // The journal of the lost worker has the last word, and it is one letter still.
            _ = try await house.outbox.settle([Settlement(claim.job.ticket, .sent)])
            #expect(try await house.count("holdfast.told") == 1)
        }
    }

    @Test("a letter that is sent again tells as of its last attempt")
    func again() async throws {
        try await withLetter { house, claim in
            let doubt = Settlement(
                claim.job.ticket, .unknown, next: .again(after: .zero), burnsAttempt: true, leavesDoubt: true)
            _ = try await house.outbox.settle([doubt])
            try await house.run("UPDATE booking.reservation SET place = 'phone'")
            let second = try await house.claimOne()
            let stale = "holdfast.told WHERE facts_digest <> holdfast.digest_of(subject_kind, subject_id)"
            #expect(try await house.count(stale) == 1)
            _ = try await house.outbox.settle([Settlement(second.job.ticket, .sent)])
            #expect(try await house.count("holdfast.told") == 1)
            #expect(try await house.count(stale) == 0)
        }
    }

    @Test("a letter that comes back has told nobody anything, and another has told all the same")
    func cameBack() async throws {
        try await withReservation { house, id in
            try await house.owe(2, about: id)
            let claims = try await house.claim(kinds: ["reservation.confirm"])
            for (claim, message) in zip(claims, ["m1@example.org", "m2@example.org"]) {
                try await house.settle(claim, .sent, messageID: message)
            }
            #expect(try await house.count("holdfast.told") == 2)
            #expect(try await house.bounce("m1@example.org") == .recorded)
            #expect(try await house.lines("SELECT job_id FROM holdfast.told") == ["(\(claims[1].job.ticket.jobID))"])
        }
    }

    @Test("neither has one that was in doubt and is refused in the end")
    func refusedInTheEnd() async throws {
        try await withLetter { house, claim in
            let doubt = Settlement(
                claim.job.ticket, .unknown, next: .again(after: .zero), burnsAttempt: true, leavesDoubt: true)
            _ = try await house.outbox.settle([doubt])
            #expect(try await house.count("holdfast.told") == 1)
            _ = try await house.outbox.settle([Settlement(try await house.claimOne().job.ticket, .failed)])
            #expect(try await house.count("holdfast.told") == 0)
        }
    }

    @Test("each letter and each reader has a row; the calendar's sequence is that of the claim")
    func rows() async throws {
        try await withHouse { (house: House) async throws in
            try await house.reserve(LifeStep.appointment)
            let kinds = ["appointment.confirmed", "appointment.changed", "provider.appointment"]
            for _ in 1...2 {
                let claims = try await house.claim(kinds: kinds)
                #expect(claims.count == 2)
                _ = try await house.outbox.settle(claims.map { Settlement($0.job.ticket, .sent) })
                try await house.change(["place": "'phone'"])
                try await house.setClock("2027-03-01 17:01:00+00")
            }
            #expect(
                try await house.lines("SELECT audience, kind, ical_seq FROM holdfast.told ORDER BY audience, ical_seq")
                    == [
                        "(client,appointment.confirmed,0)", "(client,appointment.changed,1)",
                        "(provider,provider.appointment,0)", "(provider,provider.appointment,1)",
                    ])
        }
    }

    @Test("letters that do not tell note nothing at their claim and leave nothing behind")
    func silentKinds() async throws {
        try await withHouse { (house: House) async throws in
            try await house.task()
            let claim = try await house.claimOne(kinds: ["portal.activate"])
            #expect(try await house.line("SELECT telling, telling_seq FROM holdfast.job") == "(,)")
            _ = try await house.outbox.settle([Settlement(claim.job.ticket, .sent)])
            #expect(try await house.count("holdfast.told") == 0)
        }
    }

    @Test("a subject that is gone tells nothing, and its letter ends all the same")
    func subjectGone() async throws {
        try await withReservation { house, id in
            try await house.owe(1, about: id)
            try await house.run("DELETE FROM booking.reservation")
            let claim = try await house.claimOne()
            #expect(try await house.outbox.settle([Settlement(claim.job.ticket, .sent)]).count == 1)
            #expect(try await house.count("holdfast.told") == 0)
        }
    }

    @Test(
        "the digest changes with what matters to a reader",
        arguments: [
            ("starts_at", "starts_at + interval '1 minute'"), ("ends_at", "ends_at + interval '1 minute'"),
            ("place", "'phone'"), ("place_text", "'Door B'"), ("state", "'cancelled'"),
            ("provider_id", "(SELECT id FROM booking.provider WHERE booking_slug = 'another')"),
        ])
    func digestChanges(column: String, value: String) async throws {
        try await withDigest { house, digest in
            try await house.change([column: value])
            #expect(try await house.digest() != digest)
        }
    }

    @Test(
        "and with nothing else",
        arguments: [
            ("link_gen", "link_gen + 1"), ("changed_by", "'provider'"), ("invitee_name", "'Somebody'"),
            ("series_id", "gen_random_uuid()"), ("state", "'completed'"), ("reschedule_requested_at", "now()"),
        ])
    func digestStays(column: String, value: String) async throws {
        try await withDigest { house, digest in
            try await house.change([column: value])
            #expect(try await house.digest() == digest)
        }
    }

    @Test("a change back to what was told has the digest of what was told")
    func changeBack() async throws {
        try await withDigest { house, digest in
            try await house.change(LifeStep.elsewhen)
            #expect(try await house.digest() != digest)
            try await house.change([
                "starts_at": "starts_at - interval '1 day'", "ends_at": "ends_at - interval '1 day'",
            ])
            #expect(try await house.digest() == digest)
        }
    }

    @Test(
        "the digest does not depend on the session",
        arguments: [
            "TimeZone = 'Asia/Kathmandu'", "DateStyle = 'German'", "extra_float_digits = -10",
            "IntervalStyle = 'iso_8601'",
            "search_path = ''", "bytea_output = 'escape'",
        ])
    func digestOfAnySession(setting: String) async throws {
        try await withDigest { house, digest in
            try await house.run("SET \(setting)")
            #expect(try await house.digest() == digest)
        }
    }

    @Test("there is no digest of what is not there")
    func noDigest() async throws {
        try await withHouse { (house: House) async throws in
            let nothing =
                "SELECT holdfast.digest_of(k, gen_random_uuid()) FROM unnest(ARRAY['reservation', 'invitation', 'client', 'of later']) AS k"
            #expect(try await house.lines(nothing) == ["()", "()", "()", "()"])
        }
    }

    @Test("what was told is forgotten 30 days later when its subject is closed and no letter is owed about it")
    func prunes() async throws {
        try await withHouse { (house: House) async throws in
            let open = try await house.reserve()
            var closed: [UUID] = []
            for day in 9...11 {
                closed.append(try await house.reserve(["starts_at": "'2027-03-\(day) 18:00:00+00'"]))
            }
            try await house.run(
                "UPDATE booking.reservation SET state = 'expired' WHERE id <> '\(open)'; DELETE FROM holdfast.job")
            try await house.owe(1, about: closed[1], kind: "provider.bounce")
            for (number, id) in ([open] + closed).enumerated() {
                let age = number == 3 ? "719 hours" : "721 hours"
                try await house.run(
                    """
                    INSERT INTO holdfast.told (subject_id, audience, job_id, subject_kind, kind, ical_seq, facts_digest, at)
                    VALUES ('\(id)', 'invitee', \(number), 'reservation', 'reservation.confirm', 0, 'x', holdfast.clock() - interval '\(age)')
                    """)
            }
            #expect(try await house.line("SELECT holdfast.prune_told(500)") == "(1)")
            #expect(try await house.lines("SELECT job_id FROM holdfast.told ORDER BY job_id") == ["(0)", "(2)", "(3)"])
            try await house.run(
                "DELETE FROM holdfast.job; UPDATE holdfast.told SET at = holdfast.clock() - interval '721 hours'")
            #expect(try await house.line("SELECT holdfast.prune_told(1)") == "(1)")
            #expect(try await house.line("SELECT holdfast.prune_told(500)") == "(1)")
            #expect(try await house.lines("SELECT job_id FROM holdfast.told") == ["(0)"])
        }
    }

    /// Lends a house with an appointment, and its digest.
    private func withDigest(_ body: (House, String) async throws -> Void) async throws {
        try await withHouse { (house: House) async throws in
            try await house.run(
                "INSERT INTO booking.provider (display_name, email, tz, booking_slug) VALUES ('B', 'b@x.example', 'UTC', 'another')"
            )
            try await house.reserve(LifeStep.appointment)
            try await body(house, try await house.digest())
        }
    }
}

extension House {
    /// The digest of the one reservation there is.
    fileprivate func digest() async throws -> String {
        let rows = try await connection.query(
            "SELECT holdfast.digest_of('reservation', r.id) AS digest FROM booking.reservation r")
        return try #require(rows.first).decode("digest")
    }
}
