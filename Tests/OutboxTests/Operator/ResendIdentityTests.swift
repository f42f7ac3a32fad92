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

    @Test("under one request a subject is written to once, whatever its newest letter is by then")
    func oneDeed() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            try await house.deliver()
            let sent = try #require(try await house.resend(.reservation(id), requestID: "r").sent)
            try await house.deliver()
            try await house.run("UPDATE booking.reservation SET state = 'confirmed', client_id = '\(House.client)'")
            try await house.deliver()
            try await house.setClock("2027-03-01 18:00:00+00")
            #expect(try await house.plan(.reservation(id)).target.kind == "appointment.confirmed")
            let before = try await house.everythingOfOperators()
            for selection in [ResendSelection.reservation(id), .recipient("zoe@example.org")] {
                #expect(try await house.resend(selection, requestID: "r") == .done(sent))
                let rotated = ResendOptions(rotate: true)
                #expect(try await house.resend(selection, rotated, requestID: "r") == .refused(.otherRequest(sent)))
            }
            #expect(try await house.everythingOfOperators() == before)
            #expect(try await house.resend(.reservation(id), requestID: "other").sent != nil)
        }
    }

    @Test("what was done under a request stays known when no letter about its subject comes into question any more")
    func doneAndGone() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.task()
            let first = try #require(try await house.deliver().first)
            let sent = try #require(try await house.resend(.task(id), requestID: "r").sent)
            for job in [first, sent] { try await house.deliver(.cancelled, of: job) }
            for selection in [ResendSelection.task(id), .recipient("zoe@example.org")] {
                #expect(try await house.resend(selection, requestID: "r") == .done(sent))
            }
        }
    }

    @Test("a recipient's letters that stopped half-way go on: each subject once, letters about it that came since too")
    func halfDone() async throws {
        try await withHouse { (house: House) async throws in
            for hour in 10...12 { try await house.reserve(["starts_at": "'2027-03-09 \(hour):00+00'"]) }
            try await house.deliver()
            let (zoe, options) = (ResendSelection.recipient("zoe@example.org"), ResendOptions())
            // What an address may have in a day is another matter.
            try await house.run("DELETE FROM holdfast.allowance")
            let plans = try await house.resends.plan(zoe, options, requestID: "r")
            #expect(plans.map(\.verdict) == [.send, .send, .send])
            let done = try #require(try await house.resends.send(plans[0], options, House.note("r")).sent)
            try await house.deliver()
            try await house.run(
                """
                UPDATE booking.reservation SET state = 'confirmed', client_id = '\(House.client)'
                WHERE id = '\(plans[0].target.subjectID)'
                """)
            try await house.deliver()
            try await house.setClock("2027-03-01 18:00:00+00")
            let rest = try await house.resends.plan(zoe, options, requestID: "r")
            #expect(Set(rest.map(\.target.subjectID)) == Set(plans.map(\.target.subjectID)))
            for plan in rest {
                let isDone = plan.target.subjectID == plans[0].target.subjectID
                #expect(plan.verdict == (isDone ? .done(done) : .send))
                #expect(try await house.resends.send(plan, options, House.note("r")).refusal == nil)
            }
            #expect(try await house.count("holdfast.audit WHERE request_id = 'r'") == 3)
        }
    }

    @Test("an id that only has to do with one names no reservation and no task")
    func ownID() async throws {
        try await withHouse { (house: House) async throws in
            let series = try #require(UUID(uuidString: "00000000-0000-4000-8000-0000000000ee"))
            var times: [UUID] = []
            for day in [15, 22] {
                times.append(
                    try await house.appoint(["series_id": "'\(series)'", "starts_at": "'2027-03-\(day) 18:00+00'"]))
            }
            let alone = try await house.appoint()
            let task = try await house.task()
            let form = try await house.task(["kind": "'intake_form'", "reservation_id": "'\(alone)'"])
            try await house.setClock("2027-03-01 17:02:00+00")
            try await house.deliver()
            let (client, provider) = (
                try #require(UUID(uuidString: House.client)), try #require(UUID(uuidString: House.provider))
            )
            for selection in [
                ResendSelection.reservation(client), .reservation(provider), .reservation(form), .task(client),
                .task(alone), .task(series),
            ] {
                let error = await #expect(throws: OperatorError.self, "\(selection)") {
                    try await house.resends.plan(selection, ResendOptions())
                }
                #expect(error?.description.hasPrefix("there is no such ") == true)
            }
            #expect(try await house.plan(.task(task)).target.subjectID == task)
            #expect(try await house.plan(.reservation(alone)).target.subjectID == alone)
            // A time stands for its series, too; a series for none of its times.
            for id in times + [series] {
                let targets = try await house.resends.targets(of: .reservation(id)).groups.flatMap(\.self)
                #expect(Set(targets.map(\.subjectID)).isSubset(of: [id, series]))
                #expect(try await house.plan(.reservation(id)).target.kind == "appointment.series")
            }
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
