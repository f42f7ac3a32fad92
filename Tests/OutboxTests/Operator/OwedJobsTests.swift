import Foundation
import Notifications
import Postgres
import Testing

@testable import Outbox

@Suite("Letters that are owed, in an operator's hands")
struct OwedJobsTests {
    @Test("an attempt that waits for its time is made now, and the workers are woken")
    func retry() async throws {
        try await withLetter { house, claim in
            let id = claim.job.ticket.jobID
            let again = Settlement(claim.job.ticket, .retry, next: .again(after: .seconds(3600)), burnsAttempt: true)
            _ = try await house.outbox.settle([again])
            #expect(try await house.claim().isEmpty)
            try await house.withConnection { listener in
                try await listener.listen("holdfast_wake")
                #expect(try await house.answers(.retry, [id]) == [.done])
                #expect(try await listener.notification(within: .seconds(30))?.payload == "mail")
            }
            #expect(try await house.claim().map(\.job.ticket.jobID) == [id])
            #expect(
                try await house.lines(
                    "SELECT operator, action, target, reason, job_id, request_id FROM holdfast.audit WHERE job_id = \(id)"
                )
                    == ["(mel,retry,\(id),\"asked on the phone\",\(id),)"])
        }
    }

    @Test("a letter whose worker was lost leaves the journal its moment")
    func retryRescued() async throws {
        try await withLetter { house, claim in
            try await house.run(
                """
                UPDATE holdfast.job SET state = 'ready', rescued_at = holdfast.clock() - interval '4 seconds',
                  run_at = holdfast.clock() + interval '1 hour'
                """)
            #expect(try await house.answers(.retry, [claim.job.ticket.jobID]) == [.done])
            #expect(try await house.line("SELECT run_at::text FROM holdfast.job") == #"("2027-03-01 17:00:06+00")"#)
        }
    }

    @Test("what is held leaves when it is released, at its own time or now")
    func holdAndRelease() async throws {
        try await withReservation { house, id in
            try await house.owe(1, about: id)
            try await house.owe(1, about: id, kind: "reservation.nudge", runAt: "timestamptz '2027-03-02 09:00+00'")
            let ids = try await house.jobs()
            #expect(try await house.answers(.hold, ids) == [.done, .done])
            #expect(try await house.answers(.hold, ids) == [.held, .held])
            #expect(try await house.answers(.retry, ids) == [.held, .held])
            #expect(try await house.claim().isEmpty)
            #expect(try await house.outbox.nextDue(queues: ["mail"], kinds: House.kinds) == nil)
            try await house.setClock("2027-03-01 18:00:00+00")
            #expect(try await house.answers(.release(inDoubt: nil), ids) == [.done, .done])
            #expect(try await house.answers(.release(inDoubt: nil), ids) == [.notHeld, .notHeld])
            #expect(
                try await house.lines("SELECT run_at::text, due_before_hold FROM holdfast.job ORDER BY id")
                    == [#"("2027-03-01 18:00:00+00",)"#, #"("2027-03-02 09:00:00+00",)"#])
        }
    }

    @Test("what is held in doubt is released only when it is said what becomes of the doubt")
    func inDoubt() async throws {
        for (doubt, state) in [(OwedAction.Doubt.send, "(ready,t)"), (.drop, nil)] {
            try await withLetter { house, claim in
                let hold = Settlement(claim.job.ticket, .unknown, next: .hold, burnsAttempt: true, leavesDoubt: true)
                _ = try await house.outbox.settle([hold])
                let id = [claim.job.ticket.jobID]
                #expect(try await house.answers(.release(inDoubt: nil), id) == [.inDoubt])
                #expect(try await house.answers(.release(inDoubt: doubt), id) == [.done])
                #expect(
                    try await house.line("SELECT state, in_doubt_at IS NOT NULL FROM holdfast.job WHERE id = \(id[0])")
                        == state)
                #expect(
                    try await house.count("holdfast.history WHERE final AND outcome = 'unknown'")
                        == (doubt == .drop ? 1 : 0))
            }
        }
    }

    @Test(
        "a letter in doubt stays in doubt while an operator holds it, and of one that is not nothing can be dropped",
        arguments: ["in_doubt_at", "rescued_at"])
    func heldInDoubt(_ since: String) async throws {
        try await withReservation { house, id in
            try await house.owe(2, about: id)
            let ids = try await house.jobs()
            try await house.run(
                "UPDATE holdfast.job SET \(since) = holdfast.clock() - interval '1 minute' WHERE id = \(ids[0])")
            #expect(try await house.answers(.hold, ids) == [.done, .done])
            #expect(try await house.answers(.release(inDoubt: nil), [ids[0]]) == [.inDoubt])
            for doubt in [OwedAction.Doubt.send, .drop] {
                #expect(try await house.answers(.release(inDoubt: doubt), [ids[1]]) == [.notInDoubt])
            }
            #expect(try await house.answers(.release(inDoubt: .drop), [ids[0]]) == [.done])
            #expect(
                try await house.lines("SELECT job_id = \(ids[0]), outcome, final FROM holdfast.history")
                    == ["(t,unknown,t)"])
            #expect(
                try await house.lines("SELECT id, state FROM holdfast.job WHERE kind = 'reservation.confirm'")
                    == ["(\(ids[1]),held)"])
        }
    }

    @Test("of a letter whose worker was lost the journal says first what became of it, then the operator")
    func justRescued() async throws {
        try await withReservation { house, id in
            try await house.owe(1, about: id)
            let ids = try await house.jobs()
            try await house.run("UPDATE holdfast.job SET rescued_at = holdfast.clock() - interval '9 seconds'")
            #expect(try await house.answers(.cancel, ids) == [.running])
            #expect(try await house.answers(.hold, ids) == [.done])
            #expect(try await house.answers(.release(inDoubt: .drop), ids) == [.running])
            try await house.setClock("2027-03-01 17:00:02+00")
            #expect(try await house.answers(.cancel, ids) == [.done])
        }
    }

    @Test("whoever lets a letter go whose kind is stopped is told so")
    func stoppedKind() async throws {
        try await withReservation { house, id in
            try await house.owe(1, about: id)
            let job = try #require(try await house.jobs().first)
            #expect(try await !house.owedJobs.change(.hold, job, House.note()).isStopped)
            _ = try await Pauses(house.connection).pause("reservation.confirm", reason: "logo", operator: "mel")
            #expect(try await house.owedJobs.change(.release(inDoubt: nil), job, House.note()).isStopped)
        }
    }

    @Test("what a sweep owes time after time is not owed again once an operator has cancelled it")
    func cancelledForGood() async throws {
        try await withHouse { (house: House) async throws in
            try await house.task(["kind": "'intake_form'", "created_at": "holdfast.clock() - interval '2 days'"])
            try await house.task()
            #expect(try await house.line("SELECT holdfast.owe_digests()") == "(1)")
            try await house.owedJobs.change(.cancel, OwedJobs.Filter(), House.note()) { #expect($0.answer == .done) }
            try await house.setClock("2027-03-01 17:10:00+00")
            try await house.updateClient("status = 'paused'")
            try await house.updateClient("status = 'active'")
            #expect(try await house.line("SELECT holdfast.owe_digests()") == "(0)")
            #expect(try await house.lines("SELECT kind FROM holdfast.job") == [])
        }
    }

    @Test("a cancelled letter is over, and is not owed anew under its key; one that may have arrived is unknown")
    func cancel() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            let confirm = try await house.number("SELECT min(id) AS id FROM holdfast.job WHERE $1", [.bool(true)])
            try await house.run("UPDATE holdfast.job SET in_doubt_at = now() WHERE id <> \(confirm)")
            #expect(try await house.answers(.cancel, try await house.jobs()) == [.done, .done])
            #expect(
                try await house.lines("SELECT kind, outcome, final, reason FROM holdfast.history ORDER BY job_id") == [
                    #"(reservation.confirm,cancelled,t,"cancelled by the operator")"#,
                    #"(reservation.nudge,unknown,t,"cancelled by the operator")"#,
                ])
            #expect(
                try await house.lines("SELECT key FROM holdfast.dedupe WHERE key LIKE 'reservation%' ORDER BY key")
                    == ["confirm", "nudge"].map { "(reservation.\($0):\(id.uuidString.lowercased()):1)" })
            #expect(try await house.answers(.cancel, [confirm, 4711]) == [.settled, .unknown])
        }
    }

    @Test("what a worker has is nobody else's, and a letter for later is not tried early")
    func refused() async throws {
        try await withLetter { house, claim in
            let running = claim.job.ticket.jobID
            try await house.owe(1, about: claim.job.subjectID, runAt: "holdfast.clock() + interval '1 day'")
            let later = try #require(try await house.jobs().last)
            for action in [OwedAction.retry, .hold, .release(inDoubt: .drop), .cancel] {
                #expect(try await house.answers(action, [running]) == [.running])
            }
            #expect(try await house.answers(.retry, [later]) == [.scheduled])
            try await house.owe(1, about: claim.job.subjectID)
            #expect(try await house.answers(.retry, [try #require(try await house.jobs().last)]) == [.due])
            #expect(try await house.count("holdfast.audit WHERE job_id IS NOT NULL") == 0)
            #expect(try await house.line("SELECT state FROM holdfast.job WHERE id = \(running)") == "(running)")
        }
    }

    @Test("by kind and state: counted beforehand, one after the other, running ones left alone")
    func byFilter() async throws {
        try await withReservation { house, id in
            try await house.owe(450, about: id)
            try await house.owe(2, about: id, kind: "reservation.nudge")
            try await house.owe(1, about: id, state: "running")
            let filter = OwedJobs.Filter(kind: "reservation.confirm")
            #expect(try await house.owedJobs.count(.cancel, filter) == [.done: 450, .running: 1])
            var done: [Int64] = []
            try await house.owedJobs.change(.cancel, filter, House.note()) { change in
                #expect(change.answer == .done && change.kind == "reservation.confirm")
                done.append(change.jobID)
            }
            #expect(done.count == 450 && done == done.sorted())
            #expect(try await house.owedJobs.count(.hold, OwedJobs.Filter(state: "ready")) == [.done: 2])
            #expect(try await house.owedJobs.count(.retry, OwedJobs.Filter()) == [.due: 2, .running: 1])
            #expect(try await house.count("holdfast.audit WHERE action = 'cancel'") == 450)
        }
    }

    @Test("whoever stops it has what was done until then, and begins again where it was")
    func stopped() async throws {
        try await withReservation { house, id in
            try await house.owe(5, about: id)
            struct Enough: Error {}
            var number = 0
            await #expect(throws: Enough.self) {
                try await house.owedJobs.change(.hold, OwedJobs.Filter(), House.note("r")) { _ in
                    number += 1
                    if number == 2 { throw Enough() }
                }
            }
            #expect(try await house.count("holdfast.job WHERE state = 'held'") == 2)
            #expect(try await house.count("holdfast.audit WHERE action = 'hold'") == 2)
            // Released meanwhile, those two are ready again, and were done under this request.
            _ = try await house.answers(.release(inDoubt: nil), house.jobs())
            var answers: [OwedChange.Answer] = []
            try await house.owedJobs.change(.hold, OwedJobs.Filter(), House.note("r")) { answers.append($0.answer) }
            #expect(answers == [.doneBefore, .doneBefore, .done, .done, .done])
        }
    }

    @Test("asked for twice under one request it is done once")
    func idempotent() async throws {
        try await withReservation { house, id in
            try await house.owe(1, about: id)
            let ids = try await house.jobs()
            #expect(try await house.answers(.hold, ids, requestID: "r") == [.done])
            #expect(try await house.answers(.release(inDoubt: nil), ids, requestID: "r") == [.done])
            #expect(try await house.answers(.hold, ids, requestID: "r") == [.doneBefore])
            #expect(try await house.line("SELECT state FROM holdfast.job") == "(ready)")
            #expect(try await house.answers(.cancel, ids, requestID: "r") == [.done])
            #expect(try await house.answers(.cancel, ids, requestID: "r") == [.doneBefore])
        }
    }

    @Test("another decision about a doubt is not done before, under whatever request")
    func otherDecision() async throws {
        try await withReservation { house, id in
            try await house.owe(1, about: id)
            let ids = try await house.jobs()
            try await house.run("UPDATE holdfast.job SET in_doubt_at = now()")
            _ = try await house.answers(.hold, ids)
            #expect(try await house.answers(.release(inDoubt: .send), ids, requestID: "r") == [.done])
            #expect(try await house.answers(.release(inDoubt: .drop), ids, requestID: "r") == [.otherRequest])
            #expect(try await house.answers(.release(inDoubt: .send), ids, requestID: "r") == [.doneBefore])
        }
    }

    @Test("the audit and the change are one")
    func oneTransaction() async throws {
        try await withReservation { house, id in
            try await house.owe(1, about: id)
            let ids = try await house.jobs()
            try await house.run("ALTER TABLE holdfast.audit ADD CHECK (job_id IS NULL)")
            let before = try await house.everythingOfOperators()
            await #expect(throws: PostgresError.self) { try await house.answers(.cancel, ids) }
            #expect(try await house.everythingOfOperators() == before)
        }
    }

    @Test("every word the database answers is one this program knows, with a sentence")
    func words() async throws {
        for answer in OwedChange.Answer.allCases { #expect(!answer.sentence.isEmpty) }
        try await withHouse { (house: House) async throws in
            #expect(
                try await house.refusalState("SELECT * FROM holdfast.change_owed('burn', 1, 'm', 'x')") == "HF021")
        }
    }
}

extension House {
    @discardableResult
    func answers(
        _ action: OwedAction, _ ids: [Int64], requestID: String? = nil
    ) async throws -> [OwedChange.Answer] {
        var answers: [OwedChange.Answer] = []
        for id in ids { answers.append(try await owedJobs.change(action, id, Self.note(requestID)).answer) }
        return answers
    }

    /// The numbers of what is owed, in order.
    func jobs() async throws -> [Int64] {
        try await connection.query("SELECT id FROM holdfast.job ORDER BY id").map { try $0.decode("id") }
    }
}
