import Foundation
import Notifications
import Postgres
import Testing

@testable import Outbox

@Suite("Which letter is meant")
struct ResendIdentityTests {
    @Test("asked for otherwise under one request it is not done before, and nothing is done")
    func otherOptions() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            try await house.deliver()
            let options = [ResendOptions(rotate: true), ResendOptions(evenSuppressed: true)]
            let sent = try #require(try await house.resend(.reservation(id), requestID: "r").sent)
            let before = try await house.everythingOfOperators()
            for other in options {
                #expect(
                    try await house.resend(.reservation(id), other, requestID: "r") == .refused(.otherRequest(sent)))
            }
            #expect(try await house.everythingOfOperators() == before)
            #expect(try await house.resend(.reservation(id), requestID: "r") == .done(sent))
        }
    }

    @Test("letters of one kind that their arguments tell apart are letters of their own, under one request too")
    func toldApart() async throws {
        try await withHouse { (house: House) async throws in
            let notices = try await house.addressNotices()
            // One that is owed is no obstacle to the other.
            try await house.deliver(.failed, of: notices.old)
            let old = try #require(try await house.resend(.job(notices.old), requestID: "r").sent)
            try await house.deliver(.sent, of: notices.new)
            let new = try #require(try await house.resend(.job(notices.new), requestID: "r").sent)
            let claims = try await house.claim(kinds: ["security.notice"])
            #expect(claims.map(\.job.ticket.jobID).sorted() == [old, new])
            let readers = Dictionary(
                claims.map { ($0.job.ticket.jobID, $0.facts.subject?.recipient.address) }
            ) { one, _ in one }
            #expect(readers == [old: "old@example.org", new: "new@example.org"])
            #expect(try await house.resend(.job(notices.old), requestID: "r") == .done(old))
            #expect(try await house.resend(.job(notices.new), requestID: "r") == .done(new))
        }
    }

    @Test("an address means the letter that went to it, not its fellow to the other one")
    func toAddress() async throws {
        try await withHouse { (house: House) async throws in
            let notices = try await house.addressNotices()
            for id in [notices.old, notices.new] { try await house.deliver(.sent, of: id) }
            for (address, id) in [("OLD@example.org", notices.old), ("new@example.org", notices.new)] {
                let plan = try await house.plan(.recipient(address))
                #expect(plan.target.jobID == id && plan.recipient?.unmasked == address.lowercased())
                let story = try await Stories(house.connection).find(.address(address))
                #expect(story.history.map(\.jobID) == [id])
            }
        }
    }

    @Test("what was taken back is not meant, though it was tried before; its number means it")
    func takenBack() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            let claim = try await house.claimOne(kinds: ["reservation.confirm"])
            let again = Settlement(claim.job.ticket, .retry, next: .again(after: .seconds(3600)), burnsAttempt: true)
            _ = try await house.outbox.settle([again])
            let job = claim.job.ticket.jobID
            #expect(try await house.owedJobs.change(.cancel, job, House.note()).answer == .done)
            await #expect(throws: OperatorError.self) { try await house.plan(.reservation(id)) }
            #expect(try await house.resend(.job(job)).sent != nil)
        }
    }
}
