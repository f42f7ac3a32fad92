import Foundation
import Notifications
import Postgres
import Testing

@testable import Outbox

@Suite("Resends that meet somebody")
struct ResendRaceTests {
    @Test("of two operators at once one is answered with a letter, the other with why not")
    func twoOperators() async throws {
        let answer = try await second(requestID: nil)
        #expect(answer.refusal?.open == .due)
    }

    @Test("of the same request at once the second finds what the first did")
    func oneRequest() async throws {
        let answer = try await second(requestID: "r1")
        #expect(answer.sent == nil && answer.refusal == nil)
    }

    /// A second resend that begins while the first is not committed.
    private func second(requestID: String?) async throws -> ResendResult {
        var answer = ResendResult.refused(.noLinks)
        try await withHouse { (house: House) async throws in
            try await house.reserve()
            let origin = try #require(try await house.deliver().first)
            let plan = try await house.plan(.job(origin))
            let request = requestID.map { "'\($0)'" } ?? "NULL"
            answer = try await house.while(
                "SELECT * FROM holdfast.resend(\(origin), 'ada', 'first', \(request))"
            ) { other in
                try await Resends(other, allowList: .everybody).send(plan, ResendOptions(), House.note(requestID))
            }
            #expect(try await house.count("holdfast.job WHERE kind = 'reservation.confirm'") == 1)
            #expect(try await house.lines("SELECT operator FROM holdfast.audit WHERE action = 'resend'") == ["(ada)"])
        }
        return answer
    }

    @Test("many at once are one letter")
    func many() async throws {
        try await withHouse { (house: House) async throws in
            try await house.reserve()
            let origin = try #require(try await house.deliver().first)
            let plan = try await house.plan(.job(origin))
            let sent = try await withThrowingTaskGroup { group in
                for _ in 1...8 {
                    group.addTask {
                        try await lendConnection(to: house.url) {
                            try await Resends($0, allowList: .everybody).send(plan, ResendOptions(), House.note()).sent
                        }
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 == nil ? 0 : 1 }
            }
            #expect(sent == 1)
        }
    }

    @Test("whoever changes the subject first makes the letter unfit, and whoever resends waits to see it")
    func changedMeanwhile() async throws {
        try await withHouse { (house: House) async throws in
            try await house.reserve()
            let origin = try #require(try await house.deliver().first)
            let plan = try await house.plan(.job(origin))
            #expect(plan.verdict == .send)
            let result = try await house.while("UPDATE booking.reservation SET state = 'cancelled'") { other in
                try await Resends(other, allowList: .everybody).send(plan, ResendOptions(), House.note())
            }
            #expect(result == .refused(.unwanted(.superseded)))
        }
    }

    @Test("a letter that a worker claims this moment is open, and is not owed twice")
    func claimedMeanwhile() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            let origin = try #require(try await house.deliver().first)
            try await house.owe(1, about: id)
            try await house.withConnection { worker in
                try await worker.execute("BEGIN; UPDATE holdfast.job SET state = 'running', claim_no = 1")
                // The claim is not committed: the letter looks ready, and is open either way.
                #expect(try await house.resend(.job(origin)).refusal?.open != nil)
                try await worker.execute("COMMIT")
                #expect(try await house.resend(.job(origin)).refusal?.open == .running)
            }
        }
    }

    @Test("a worker that claims meanwhile neither waits nor sees a resend that may yet be taken back")
    func claimDoesNotWait() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.appoint()
            try await house.deliver()
            let origin = try await house.delivered("appointment.confirmed")
            try await house.withConnection { other in
                try await other.execute("BEGIN; SELECT * FROM holdfast.resend(\(origin), 'ada', 'x')")
                #expect(try await house.claim().isEmpty)
                try await other.execute("COMMIT")
            }
            #expect(try await house.claim().map(\.job.subjectID) == [id])
            #expect(try await house.claim().isEmpty)
        }
    }
}
