import Foundation
import Notifications
import Postgres
import Testing

@testable import Outbox

/// What an operator does to letters that others have in their hands this moment.
@Suite("Operators that meet others at a letter")
struct OwedJobsMeetingTests {
    @Test("a letter that somebody is changing is answered for, and those behind it are done")
    func busy() async throws {
        try await withReservation { house, id in
            try await house.owe(2, about: id)
            let ids = try await house.jobs()
            try await house.withConnection { application in
                try await application.execute("BEGIN; UPDATE holdfast.job SET priority = 1 WHERE id = \(ids[0])")
                var answers: [OwedChange.Answer] = []
                try await house.owedJobs.change(.hold, OwedJobs.Filter(), House.note()) { answers.append($0.answer) }
                #expect(answers == [.busy, .done])
                try await application.execute("ROLLBACK")
            }
        }
    }

    private static let confirmations = OwedJobs.Filter(kind: "reservation.confirm")

    @Test("one whose end owes a letter that somebody owes this moment is answered for, too, and stays as it was")
    func busyNotice() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            try await house.reserve(["starts_at": "'2027-03-09 18:00:00+00'"])
            try await house.run(
                "DELETE FROM holdfast.job WHERE kind <> 'reservation.confirm'; UPDATE holdfast.job SET in_doubt_at = now()"
            )
            try await house.withConnection { application in
                try await application.execute(
                    """
                    BEGIN;
                    INSERT INTO holdfast.dedupe (key, job_id) SELECT 'provider.bounce:' || subject_id || ':' || subject_gen, id
                    FROM holdfast.job WHERE subject_id = '\(id)'
                    """)
                let before = try await house.lines("SELECT j FROM holdfast.job j WHERE subject_id = '\(id)'")
                var answers: [OwedChange.Answer] = []
                try await house.owedJobs.change(.cancel, Self.confirmations, House.note()) { answers.append($0.answer) }
                #expect(answers == [.busy, .done])
                #expect(try await house.lines("SELECT j FROM holdfast.job j WHERE subject_id = '\(id)'") == before)
                #expect(try await house.count("holdfast.audit WHERE action = 'cancel'") == 1)
                try await application.execute("ROLLBACK")
            }
        }
    }

    @Test("an application that locks letters in its own order is never ended for an operator's sake")
    func noDeadlock() async throws {
        try await withReservation { house, id in
            try await house.owe(2, about: id)
            let ids = try await house.jobs()
            try await house.withConnection { application in
                try await house.withConnection { desk in
                    try await application.execute("BEGIN; DELETE FROM holdfast.job WHERE id = \(ids[1])")
                    let changes = Task { () -> [OwedChange.Answer] in
                        var answers: [OwedChange.Answer] = []
                        try await OwedJobs(desk).change(.hold, OwedJobs.Filter(), House.note()) {
                            answers.append($0.answer)
                        }
                        return answers
                    }
                    try await house.connection.awaitLockWaiters(1)
                    try await application.execute("DELETE FROM holdfast.job WHERE id = \(ids[0]); COMMIT")
                    #expect(try await changes.value == [.done, .unknown])
                }
            }
        }
    }

    @Test("a claim under way and a cancel meet at a letter: the cancel waits, and finds it running")
    func meetsClaim() async throws {
        try await withReservation { house, id in
            try await house.owe(1, about: id)
            let ids = try await house.jobs()
            let answer = try await house.while("UPDATE holdfast.job SET state = 'running', claim_no = 1") { other in
                try await OwedJobs(other).change(.cancel, ids[0], House.note()).answer
            }
            #expect(answer == .running)
        }
    }
}
