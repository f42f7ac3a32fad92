import Foundation
import Notifications
import Outbox
import Postgres
import Testing

@Suite("Telling the provider that a letter did not arrive")
struct BounceNoticeTests {
    private static let notices = "holdfast.job WHERE kind = 'provider.bounce'"

    @Test(
        "a letter that ends without arriving owes its notice in the same transaction",
        arguments: [
            (Outcome.failed, "the relay refused it for good"), (.expired, Refusal.pastDeadline.rawValue),
            (.unknown, "no reply to the final dot"), (.suppressed, Refusal.addressSuppressed.rawValue),
        ])
    func owed(outcome: Outcome, reason: String) async throws {
        try await withLetter { house, claim in
            _ = try await house.outbox.settle([Settlement(claim.job.ticket, outcome, reason: reason)])
            let job = try await house.line(
                """
                SELECT kind, subject_kind, subject_id = $1 AS about, subject_gen, audience, priority,
                  dedupe_key = 'provider.bounce:' || $1 || ':1' AS keyed, run_at = holdfast.clock() AS now,
                  expires_at - run_at AS lifetime
                FROM holdfast.job
                """, [.uuid(claim.job.subjectID)])
            #expect(job == #"(provider.bounce,reservation,t,1,provider,1,t,t,"7 days")"#)
        }
    }

    @Test(
        "a letter that arrived, was not wanted any more, or is tried again, owes none",
        arguments: [
            (Outcome.sent, nil), (.cancelled, nil), (.poison, nil), (.suppressed, Refusal.stateMoved),
            (.suppressed, .superseded), (.suppressed, .notAllowedHere), (.suppressed, .requiresAuthorization),
            (.suppressed, .linkRevoked), (.suppressed, nil),
        ] as [(Outcome, Refusal?)])
    func notOwed(outcome: Outcome, refusal: Refusal?) async throws {
        try await withLetter { house, claim in
            _ = try await house.outbox.settle([Settlement(claim.job.ticket, outcome, reason: refusal?.rawValue)])
            #expect(try await house.count("holdfast.job") == 0)
        }
    }

    @Test("neither does one that is to be tried again, whatever its outcome")
    func notFinal() async throws {
        for outcome in [Outcome.failed, .expired, .unknown, .retry] {
            try await withLetter { house, claim in
                let again = Settlement.Next.again(after: .seconds(9))
                _ = try await house.outbox.settle([Settlement(claim.job.ticket, outcome, next: again)])
                #expect(try await house.count(Self.notices) == 0)
            }
        }
    }

    @Test(
        "only the letters that matter have a notice, and never a provider's own",
        arguments: [
            ("reservation.confirm", "invitee", 1), ("reservation.nudge", "invitee", 1),
            ("provider.invite", "invitee", 1),
            ("appointment.confirmed", "client", 1), ("appointment.changed", "client", 1),
            ("appointment.cancelled", "client", 1), ("appointment.reminder", "client", 0),
            ("portal.activate", "client", 0),
            ("task.digest", "client", 0), ("provider.bounce", "provider", 0), ("reservation.confirm", "provider", 0),
        ])
    func kinds(kind: String, audience: String, expected: Int) async throws {
        try await withReservation { house, id in
            try await house.record("failed", about: id, kind: kind, audience: audience)
            #expect(try await house.count(Self.notices) == expected)
        }
    }

    @Test("once for a subject and generation, however many of its letters are lost, at once or one after the other")
    func oncePerGeneration() async throws {
        try await withReservation { house, id in
            let other = try await house.reserve(["starts_at": "'2027-03-09 18:00:00+00'"])
            try await house.clearQueue()
            for subject in [id, id, other] { try await house.owe(1, about: subject) }
            let tickets = try await house.claim().map(\.job.ticket)
            _ = try await house.outbox.settle(tickets.map { Settlement($0, .failed) })
            #expect(try await house.count(Self.notices) == 2)
            try await house.record("expired", about: id)
            #expect(try await house.count(Self.notices) == 2)
            try await house.connection.query(
                "UPDATE booking.reservation SET starts_at = starts_at - interval '1 hour' WHERE id = $1", [.uuid(id)])
            try await house.record("failed", about: id, generation: 2)
            #expect(
                try await house.lines("SELECT subject_gen FROM \(Self.notices) AND subject_id = $1", [.uuid(id)])
                    == ["(1)", "(2)"])
        }
    }

    @Test("a letter of a generation that has passed is no news, unless the reservation has ended with it")
    func generations() async throws {
        try await withReservation { house, id in
            try await house.run("UPDATE booking.reservation SET invitee_email = 'zoe2@example.org'")
            try await house.clearQueue()
            try await house.record("failed", about: id, generation: 1)
            #expect(try await house.count(Self.notices) == 0)
            try await house.run("UPDATE booking.reservation SET state = 'expired'")
            try await house.record("failed", about: id, generation: 1)
            #expect(try await house.count(Self.notices) == 0)
            try await house.record("failed", about: id, generation: 2)
            #expect(try await house.line("SELECT kind, subject_gen FROM \(Self.notices)") == "(provider.bounce,3)")
        }
    }

    @Test("a mended address takes the notice back with the letters of before")
    func mended() async throws {
        try await withLetter { house, claim in
            _ = try await house.outbox.settle([Settlement(claim.job.ticket, .failed)])
            #expect(try await house.count(Self.notices) == 1)
            try await house.run("UPDATE booking.reservation SET invitee_email = 'zoe2@example.org'")
            #expect(
                try await house.lines("SELECT kind, subject_gen FROM holdfast.job ORDER BY run_at")
                    == ["(reservation.confirm,2)", "(reservation.nudge,2)"])
        }
    }

    @Test("a letter whose subject is gone ends all the same")
    func subjectGone() async throws {
        try await withLetter { house, claim in
            try await house.run("DELETE FROM booking.reservation")
            #expect(try await house.outbox.settle([Settlement(claim.job.ticket, .failed)]).count == 1)
            #expect(try await house.count("holdfast.job") == 0)
            #expect(try await house.count("holdfast.history") == 1)
        }
    }

    @Test(
        "whatever keeps the notice from being owed, the letter ends: else it would be sent again, time after time",
        arguments: [
            "DELETE FROM holdfast.kind WHERE name = 'provider.bounce'",
            "ALTER TABLE booking.reservation RENAME COLUMN state TO condition",
            "ALTER TABLE holdfast.job ADD CHECK (kind <> 'provider.bounce')",
        ])
    func noticeImpossible(trouble: String) async throws {
        try await withLetter { house, claim in
            try await house.run(trouble)
            #expect(try await house.outbox.settle([Settlement(claim.job.ticket, .failed)]).count == 1)
            #expect(try await house.lines("SELECT outcome FROM holdfast.history") == ["(failed)"])
            #expect(try await house.count("holdfast.job") == 0)
        }
    }

    @Test("what passes by itself keeps letter and notice together: neither is written, and both are tried again")
    func noticeDelayed() async throws {
        try await withLetter { house, claim in
            let key = "provider.bounce:\(claim.job.subjectID.uuidString.lowercased()):1"
            try await house.withConnection { other in
                try await other.execute("BEGIN; INSERT INTO holdfast.dedupe (key, job_id) VALUES ('\(key)', 0)")
                try await house.run("SET lock_timeout = '100ms'")
                let error = await #expect(throws: PostgresError.self) {
                    _ = try await house.outbox.settle([Settlement(claim.job.ticket, .failed)])
                }
                #expect(error?.sqlState == .lockNotAvailable)
                try await other.execute("ROLLBACK")
            }
            #expect(try await house.count("holdfast.history") == 0)
            #expect(try await house.outbox.settle([Settlement(claim.job.ticket, .failed)]).count == 1)
            #expect(try await house.count(Self.notices) == 1)
        }
    }

    @Test("without tables of bookings letters end all the same, and reports are answered")
    func withoutBooking() async throws {
        try await withEmptyDatabase { url, connection in
            _ = try await Schema(connection).migrate(includingBooking: false) { _ in }
            let house = House(url: url, connection: connection)
            try await house.record("failed", about: UUID())
            try await house.record("sent", about: UUID(), messageID: "m@example.org")
            #expect(try await house.bounce("m@example.org") == .recorded)
            #expect(try await house.count("holdfast.job") == 0)
            #expect(try await house.count("holdfast.suppression") == 0)
        }
    }

    @Test("the notice is claimed with what its letter needs: the provider, the visitor's name, the provider's time")
    func facts() async throws {
        try await withLetter { house, claim in
            _ = try await house.outbox.settle([Settlement(claim.job.ticket, .failed)])
            let notice = try await house.claimOne(kinds: ["provider.bounce"])
            let facts = try #require(notice.reservation)
            #expect(notice.job.kind == "provider.bounce" && notice.links.isEmpty && notice.job.audience == "provider")
            #expect(facts.visitorName == "Zoë O'Neil")
            #expect(facts.subject.recipient.address == "amara@practice.example" && !facts.subject.isSuppressed)
            #expect(try facts.starts == WallClock("2027-03-08 1 13:00 -18000", zone: "America/New_York"))
            let kind = try #require(Kind.named("provider.bounce"))
            #expect(kind.decision(on: notice, allowing: .everybody) == .send)
        }
    }

    @Test("an appointment is for its client, by the name of the record, and notices that are off make no difference")
    func appointment() async throws {
        try await withHouse { house in
            try await house.run("UPDATE booking.provider SET notices = false")
            let id = try await house.appoint(["invitee_name": "'Someone Else'"])
            try await house.clearQueue()
            try await house.record("failed", about: id, kind: "appointment.confirmed", audience: "client")
            let notice = try await house.claimOne(kinds: ["provider.bounce"])
            #expect(notice.reservation?.visitorName == "Zoë O'Neil")
            let kind = try #require(Kind.named("provider.bounce"))
            #expect(kind.decision(on: notice, allowing: .everybody) == .send)
        }
    }

    @Test("two settles that lose letters of the same subjects in other orders both end")
    func noDeadlock() async throws {
        try await withReservation { house, id in
            let other = try await house.reserve(["starts_at": "'2027-03-09 18:00:00+00'"])
            try await house.clearQueue()
            for _ in 0..<20 {
                for subject in [id, other] { try await house.owe(2, about: subject) }
                let tickets = try await house.claim().map(\.job.ticket)
                try await house.withConnection { second in
                    async let one = house.outbox.settle([tickets[0], tickets[2]].map { Settlement($0, .failed) })
                    async let two = Outbox(second).settle([tickets[3], tickets[1]].map { Settlement($0, .failed) })
                    let (first, other) = try await (one, two)
                    #expect(first.count == 2 && other.count == 2)
                }
                #expect(try await house.count(Self.notices) == 2)
                try await house.clearQueue()
            }
        }
    }
}
