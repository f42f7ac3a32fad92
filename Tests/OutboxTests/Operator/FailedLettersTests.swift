import Foundation
import Notifications
import Postgres
import Testing

@testable import Outbox

@Suite("Letters that ended badly")
struct FailedLettersTests {
    @Test("they are found by kind, code and time, the oldest first")
    func filters() async throws {
        try await withFailures { house, ids in
            func found(_ change: (inout FailedLetters) -> Void) async throws -> [Int64] {
                var filter = FailedLetters(since: .seconds(7200))
                change(&filter)
                let targets = try await house.resends.targets(of: .failed(filter))
                #expect(targets.matched == targets.groups.count)
                return targets.groups.flatMap { $0.map(\.jobID) }
            }
            #expect(try await found { _ in } == ids)
            #expect(try await found { $0.codes = ["550"] } == [ids[0], ids[1]])
            #expect(try await found { $0.codes = ["5.7.1", "550"] } == ids)
            #expect(try await found { $0.codes = ["421"] } == [])
            #expect(try await found { $0.kinds = ["provider.invite"] } == [ids[2]])
            #expect(try await found { $0.outcomes = [.expired] } == [])
            try await house.run("UPDATE holdfast.history SET at = at - interval '3 hours' WHERE job_id = \(ids[1])")
            #expect(try await found { _ in } == [ids[0], ids[2]])
            #expect(try await found { $0.since = .seconds(4 * 3600) } == [ids[1], ids[0], ids[2]])
        }
    }

    @Test("one that a later letter made good is none; one that came back after it was sent is")
    func followed() async throws {
        try await withFailures { house, ids in
            let all = ResendSelection.failed(FailedLetters(since: .seconds(7200)))
            #expect(try await house.resend(.job(ids[0])).sent != nil)
            // It is owed: the plan says so.
            let plans = try await house.resends.plan(all, ResendOptions())
            #expect(plans.map(\.target.jobID) == ids)
            #expect(plans[0].verdict.refusal?.open == .due)
            let claim = try #require(try await house.claim(kinds: ["reservation.confirm"]).first)
            try await house.settle(claim, .sent, messageID: "m9@example.org")
            #expect(try await house.resends.plan(all, ResendOptions()).map(\.target.jobID) == [ids[1], ids[2]])
            #expect(try await house.bounce("m9@example.org") == .recorded)
            #expect(
                try await house.resends.plan(all, ResendOptions()).map(\.target.jobID)
                    == [ids[1], ids[2], claim.job.ticket.jobID])
        }
    }

    @Test("a copy of another letter of its kind makes none good: each address of a changed one has its own")
    func otherCopies() async throws {
        try await withHouse { (house: House) async throws in
            let notices = try await house.addressNotices()
            try await house.deliver(.sent, of: notices.new)
            try await house.deliver(.failed, of: notices.old)
            let all = ResendSelection.failed(FailedLetters(since: .seconds(7200)))
            #expect(try await house.resends.plan(all, ResendOptions()).map(\.target.jobID) == [notices.old])
            try await house.deliver(.failed, of: notices.new)
            let both = [notices.old, notices.new].sorted()
            #expect(try await house.resends.plan(all, ResendOptions()).map(\.target.jobID).sorted() == both)
        }
    }

    @Test("one whose reader was told since by another sort of letter is none, until something else is to be told")
    func toldSince() async throws {
        try await withHouse { (house: House) async throws in
            try await house.appoint()
            let confirmed = try #require(try await house.claim(kinds: ["appointment.confirmed"]).first)
            try await house.fail(confirmed, 550, "5.1.1")
            try await house.run("DELETE FROM holdfast.suppression; UPDATE booking.reservation SET place = 'phone'")
            let all = ResendSelection.failed(FailedLetters(since: .seconds(7200), kinds: ["appointment.confirmed"]))
            #expect(try await house.resends.plan(all, ResendOptions()).count == 1)
            try await house.setClock("2027-03-01 17:05:00+00")
            let changed = try #require(
                try await house.claim(kinds: ["appointment.confirmed", "appointment.changed"]).first)
            #expect(changed.job.kind == "appointment.changed")
            try await house.settle(changed, .sent, messageID: "m2@example.org")
            #expect(try await house.resends.plan(all, ResendOptions()).isEmpty)
            try await house.run("UPDATE booking.reservation SET place = 'virtual'")
            #expect(try await house.resends.plan(all, ResendOptions()).count == 1)
        }
    }

    @Test("thousands are cut off, and it is said how many there are")
    func most() async throws {
        try await withFailures { house, ids in
            let targets = try await house.resends.targets(of: .failed(FailedLetters(since: .seconds(7200))), most: 2)
            #expect(targets.groups.flatMap { $0.map(\.jobID) } == [ids[0], ids[1]])
            #expect(targets.matched == 3)
        }
    }

    @Test("what is planned of many is done, one by one")
    func bulk() async throws {
        try await withFailures { house, ids in
            let all = ResendSelection.failed(FailedLetters(since: .seconds(7200)))
            let plans = try await house.resends.plan(all, ResendOptions(), requestID: "bulk")
            #expect(plans.map(\.verdict) == [.send, .send, .send])
            for plan in plans {
                #expect(try await house.resends.send(plan, ResendOptions(), House.note("bulk")).sent != nil)
            }
            // Begun again after an interruption, it goes on where it was.
            let again = try await house.resends.plan(all, ResendOptions(), requestID: "bulk")
            #expect(again.count == 3 && again.allSatisfy { if case .done = $0.verdict { true } else { false } })
            #expect(try await house.count("holdfast.audit WHERE request_id = 'bulk'") == 3)
        }
    }

    @Test(
        "what a day allows is counted along a plan, as it is when the letters are sent",
        arguments: ["address", "subject"])
    func counted(by what: String) async throws {
        try await withHouse { (house: House) async throws in
            if what == "address" {
                for hour in [18, 19] { try await house.reserve(["starts_at": "'2027-03-08 \(hour):00:00+00'"]) }
            } else {
                let id = try await house.appoint()
                for kind in ["appointment.changed", "appointment.reminder"] {
                    try await house.oweLetter(kind, about: id, to: "client")
                }
            }
            try await house.deliver(.failed)
            try await house.run("DELETE FROM holdfast.job; DELETE FROM holdfast.told")
            let all = ResendSelection.failed(FailedLetters(since: .seconds(7200)))
            let plans = try await house.resends.plan(all, ResendOptions())
            var results: [ResendResult] = []
            for plan in plans { results.append(try await house.resends.send(plan, ResendOptions(), House.note())) }
            #expect(plans.map(\.verdict.refusal) == results.map(\.refusal))
            #expect(results.map { $0.sent != nil } == (what == "address" ? [true, false] : [true, true, true, false]))
        }
    }

    /// Lends a house with two holds and an invitation whose letters were refused: 550, 550 and 554 5.7.1.
    private func withFailures(_ body: (House, [Int64]) async throws -> Void) async throws {
        try await withHouse { (house: House) async throws in
            for hour in [18, 19] {
                try await house.reserve([
                    "starts_at": "'2027-03-08 \(hour):00:00+00'", "invitee_email": "'visitor.\(hour)@example.org'",
                ])
            }
            var ids: [Int64] = []
            for _ in 1...2 {
                let claim = try #require(try await house.claim(1, kinds: ["reservation.confirm"]).first)
                try await house.fail(claim, 550, "5.1.1")
                ids.append(claim.job.ticket.jobID)
            }
            try await house.invite()
            let claim = try #require(try await house.claim(kinds: ["provider.invite"]).first)
            try await house.fail(claim, 554, "5.7.1")
            try await house.run("DELETE FROM holdfast.job; DELETE FROM holdfast.suppression")
            try await body(house, ids + [claim.job.ticket.jobID])
        }
    }
}

extension House {
    fileprivate func fail(_ claim: Claim, _ code: Int, _ enhanced: String) async throws {
        var evidence = Settlement.Evidence()
        (evidence.code, evidence.enhanced, evidence.stage) = (code, enhanced, "rcpt")
        let settlement = Settlement(claim.job.ticket, .failed, burnsAttempt: true, evidence: evidence)
        #expect(try await outbox.settle([settlement]).count == 1)
    }
}
