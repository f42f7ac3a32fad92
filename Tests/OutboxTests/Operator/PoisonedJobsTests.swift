import Foundation
import Notifications
import Postgres
import Testing

@testable import Outbox

@Suite("Poison, in an operator's hands")
struct PoisonedJobsTests {
    @Test("it is listed and shown, and owed again as a suspect: workers take it with nothing else in flight")
    func requeue() async throws {
        try await withPoison { house, id in
            let poison = PoisonedJobs(house.connection, allowList: .everybody)
            #expect(try await poison.list().map(\.jobID) == [id])
            #expect(try await poison.show(id)?.outcome == "poison")
            #expect(try await poison.show(4711) == nil)
            let again = try #require(try await poison.requeue(id, House.note()).sent)
            #expect(try await house.claim(kinds: ["reservation.confirm"]).isEmpty)
            #expect(try await house.claim(ofSuspect: true).map(\.job.ticket.jobID) == [again])
            #expect(try await poison.list().isEmpty)
            #expect(
                try await house.lines("SELECT action FROM holdfast.audit WHERE job_id = \(again)") == [
                    "(\"poison requeue\")"
                ])
        }
    }

    @Test("it is owed again once: the same request says so, another one finds no poison, however late")
    func twice() async throws {
        try await withPoison { house, id in
            let poison = PoisonedJobs(house.connection, allowList: .everybody)
            let again = try #require(try await poison.requeue(id, House.note("r")).sent)
            #expect(try await poison.requeue(id, House.note("r")) == .done(again))
            #expect(try await house.claim(ofSuspect: true).count == 1)
            try await house.run("DELETE FROM holdfast.job")
            try await house.setClock("2027-03-01 17:11:00+00")
            for request in [nil, "r2"] {
                await #expect(throws: OperatorError.self) { try await poison.requeue(id, House.note(request)) }
            }
            #expect(try await poison.requeue(id, House.note("r")) == .done(again))
        }
    }

    @Test("a resend by its number makes it a suspect, too; a subject never means poison")
    func resend() async throws {
        try await withPoison { house, id in
            let reservation = try #require(
                try await house.connection.query("SELECT id FROM booking.reservation").first?.decode(
                    "id", as: UUID.self))
            // Not by an earlier attempt of it either.
            try await house.run(
                """
                INSERT INTO holdfast.history (at, job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience)
                SELECT at - interval '1 second', job_id, 1, subject_id, 0, gen, false, 'unknown', kind, subject_kind, audience
                FROM holdfast.history WHERE outcome = 'poison'
                """)
            await #expect(throws: OperatorError.self) { try await house.plan(.reservation(reservation)) }
            let again = try #require(try await house.resend(.job(id)).sent)
            #expect(try await house.line("SELECT crashes FROM holdfast.job WHERE id = \(again)") == "(2)")
        }
    }

    @Test("what is no poison is not requeued")
    func noPoison() async throws {
        try await withHouse { (house: House) async throws in
            try await house.reserve()
            let id = try #require(try await house.deliver().first)
            for job in [id, 4711] {
                await #expect(throws: OperatorError.self) {
                    try await PoisonedJobs(house.connection, allowList: .everybody).requeue(job, House.note())
                }
            }
        }
    }

    private func withPoison(_ body: (House, Int64) async throws -> Void) async throws {
        try await withLetter { house, claim in
            try await house.run("UPDATE holdfast.job SET claimed_alone = true")
            #expect(try await house.outbox.putBackBegun([claim.job.ticket]).count == 1)
            try await body(house, claim.job.ticket.jobID)
        }
    }
}
