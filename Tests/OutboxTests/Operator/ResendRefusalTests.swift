import Foundation
import Notifications
import Postgres
import Testing

@testable import Outbox

@Suite("What is not sent again")
struct ResendRefusalTests {
    @Test(
        "a letter that no longer fits how its subject stands",
        arguments: [
            ("DELETE FROM booking.reservation", Refusal.subjectGone),
            ("UPDATE booking.reservation SET state = 'cancelled'", .superseded),
            ("UPDATE booking.reservation SET invitee_email = 'other@example.org'", .superseded),
            ("UPDATE booking.payor SET requires_authorization = true", .requiresAuthorization),
            (House.clock(at: "2027-03-04 17:00:00+00"), .pastDeadline),
        ])
    func unfit(change: String, refusal: Refusal) async throws {
        try await withHouse { (house: House) async throws in
            try await house.run("INSERT INTO booking.payor (id, name) VALUES ('p', 'Payor')")
            try await house.reserve(["payor_id": "'p'"])
            let origin = try #require(try await house.deliver().first)
            try await house.run(change)
            try await house.run("DELETE FROM holdfast.job")
            for rotate in [false, true] {
                try await refuses(house, .job(origin), .unwanted(refusal), ResendOptions(rotate: rotate))
            }
        }
    }

    @Test(
        "a letter that is still owed, and where it stands, with the way out",
        arguments: [
            ("due", "run_at = holdfast.clock()"), ("running", "state = 'running'"),
            ("held", "state = 'held', run_at = 'infinity'"),
            ("in_doubt", "state = 'held', run_at = 'infinity', in_doubt_at = now()"),
            ("waits", "claim_no = 1, run_at = holdfast.clock() + interval '1 hour'"),
            ("scheduled", "run_at = holdfast.clock() + interval '1 hour'"),
        ])
    func stillOwed(state: String, change: String) async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            let origin = try #require(try await house.deliver().first)
            try await house.owe(1, about: id)
            let open = try await house.number(
                "SELECT id FROM holdfast.job WHERE kind = $1", [.text("reservation.confirm")])
            try await house.run("UPDATE holdfast.job SET \(change) WHERE id = \(open)")
            guard state != "scheduled" else {
                // Another letter, unless it is what is asked for.
                #expect(try await house.plan(.job(origin)).verdict == .send)
                #expect(try await house.plan(.job(open)).verdict.refusal?.open == .scheduled)
                return
            }
            let plan = try await house.plan(.job(origin))
            let refusal = try #require(plan.verdict.refusal)
            #expect(refusal.open?.rawValue == state)
            #expect(refusal.sentence.contains("\(open)") && refusal.sentence.contains("holdfast "))
            try await refuses(house, .job(origin), refusal)
            // Asked for by itself it is no other letter.
            try await refuses(house, .job(open), refusal)
            guard state == "due" else { return }
            _ = try await Pauses(house.connection).pause("reservation.confirm", reason: "logo", operator: "mel")
            #expect(try await house.plan(.job(origin)).verdict.refusal?.open == .stopped)
        }
    }

    @Test("a busy subject refuses that letter alone, and those behind it are planned and sent")
    func busy() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            try await house.reserve(["starts_at": "'2027-03-11 18:00+00'"])
            try await house.deliver(.failed)
            let all = ResendSelection.failed(FailedLetters(since: .seconds(7200)))
            try await house.withConnection { application in
                try await application.execute(
                    "BEGIN; UPDATE booking.reservation SET place = 'phone' WHERE id = '\(id)'")
                let plans = try await house.resends.plan(all, ResendOptions())
                #expect(plans.map(\.verdict) == [.refused(.busy), .send])
                #expect(try await house.resends.send(plans[0], ResendOptions(), House.note()) == .refused(.busy))
                try await application.execute("ROLLBACK")
                #expect(try await house.resends.send(plans[0], ResendOptions(), House.note()).sent != nil)
            }
        }
    }

    @Test("a suppressed address, unless said otherwise; and then one claim sees past it")
    func suppressed() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            try await house.deliver()
            try await house.run(
                "INSERT INTO holdfast.suppression (address, reason, until) VALUES ('zoe@example.org', 'hard_bounce', '2027-03-31')"
            )
            let until = try #require(ISO8601DateFormatter().date(from: "2027-03-31T00:00:00Z"))
            try await refuses(house, .reservation(id), .suppressed("hard_bounce", until: until))
            #expect(try await house.resend(.reservation(id), ResendOptions(evenSuppressed: true)).sent != nil)
            let claim = try await house.claimOne()
            #expect(claim.facts.subject?.isSuppressed == false)
            try await house.reserve(["starts_at": "'2027-03-12 18:00+00'"])
            #expect(try await house.claim(kinds: ["reservation.confirm"]).first?.facts.subject?.isSuppressed == true)
        }
    }

    @Test("somebody who complained, whatever is said")
    func complained() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            try await house.deliver()
            try await house.run(
                "INSERT INTO holdfast.suppression (address, reason) VALUES ('zoe@example.org', 'complaint')")
            for even in [false, true] {
                try await refuses(house, .reservation(id), .complained, ResendOptions(evenSuppressed: even))
            }
        }
    }

    @Test(
        "every sort of subject asks who is suppressed, and an override reaches every one", arguments: ResendTests.cases)
    func suppressedEverywhere(_ letter: ResendTests.Case) async throws {
        try await withHouse { (house: House) async throws in
            try await letter.owe(house)
            try await house.setClock(letter.clock)
            try await house.deliver()
            let selection = ResendSelection.job(try await house.delivered(letter.kind, to: letter.audience))
            try await house.run(
                """
                INSERT INTO holdfast.suppression (address, reason)
                SELECT a, 'manual' FROM unnest('{zoe@example.org,amara@practice.example,li@example.org,old@example.org,new@example.org}'::text[]) a
                """)
            try await refuses(house, selection, .suppressed("manual", until: nil))
            #expect(try await house.plan(selection, ResendOptions(evenSuppressed: true)).verdict == .send)
            try await house.run("UPDATE holdfast.suppression SET reason = 'complaint'")
            try await refuses(house, selection, .complained, ResendOptions(evenSuppressed: true))
        }
    }

    @Test("ten minutes lie between two to the same reader, and a day sees three about one subject")
    func cooldown() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            try await house.deliver()
            let day = "2027-03-01"
            for (time, answer) in [
                ("17:00:00", "sent"), ("17:09:59", "soon"), ("17:10:00", "sent"), ("18:00:00", "sent"),
                ("18:05:00", "many"), ("23:59:59", "many"),
            ] {
                try await house.setClock("\(day) \(time)+00")
                let result = try await house.resend(.reservation(id))
                switch result {
                case .sent: #expect(answer == "sent", "\(time)")
                case .refused(.tooSoon(let until)):
                    #expect(answer == "soon" && until == date("\(day)T17:10:00Z"), "\(time)")
                case .refused(.tooMany(let until)):
                    #expect(answer == "many" && until == date("2027-03-02T17:00:00Z"), "\(time)")
                default: Issue.record("\(time): \(result)")
                }
                // They leave without taking up the day's letters of the address.
                try await house.deliver()
                try await house.run("DELETE FROM holdfast.allowance")
            }
            try await house.setClock("2027-03-02 17:00:00+00")
            #expect(try await house.resend(.reservation(id)).sent != nil)
        }
    }

    @Test("a letter to another reader of the subject does not wait for the first")
    func otherReader() async throws {
        try await withHouse { (house: House) async throws in
            try await house.appoint()
            try await house.deliver()
            #expect(try await house.resend(.job(try await house.delivered("appointment.confirmed"))).sent != nil)
            #expect(try await house.resend(.job(try await house.delivered("provider.appointment"))).sent != nil)
        }
    }

    @Test("one too many for its address that day; and each that is sent counts")
    func overCap() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            try await house.reserve(["starts_at": "'2027-03-11 18:00+00'"])
            try await house.deliver()
            #expect(try await house.resend(.reservation(id)).sent != nil)
            #expect(try await house.count("holdfast.allowance") == 3)
            let other = try await house.number(
                "SELECT min(job_id) + 2 AS id FROM holdfast.history WHERE $1", [.bool(true)])
            try await refuses(house, .job(other), .unwanted(.overCap))
            // What was promised at the resend is kept at the claim.
            #expect(try await house.claimOne().facts.subject?.isOverCap == false)
        }
    }

    @Test("an address that nobody may write to here")
    func notAllowed() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            try await house.deliver()
            let here = Resends(house.connection, allowList: try #require(AllowList("example.net")))
            let plan = try #require(try await here.plan(.reservation(id), ResendOptions()).first)
            #expect(plan.verdict == .refused(.unwanted(.notAllowedHere)))
            #expect(try await here.send(plan, ResendOptions(), House.note()) == .refused(.unwanted(.notAllowedHere)))
        }
    }

    @Test("new links for a letter that carries none; a kind this program does not know; facts nobody can read")
    func others() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.appoint()
            try await house.deliver()
            let notice = try await house.delivered("provider.appointment")
            try await refuses(house, .job(notice), .noLinks, ResendOptions(rotate: true))
            try await house.run(
                """
                INSERT INTO holdfast.kind (name, priority, class, audience, lifetime) VALUES ('of.later', 0, 'required', 'client', '1 day');
                INSERT INTO holdfast.history (job_id, claim_no, subject_id, attempt, gen, final, outcome, kind, subject_kind, audience)
                VALUES (900, 1, '\(id)', 1, 1, true, 'sent', 'of.later', 'reservation', 'client')
                """)
            try await refuses(house, .job(900), .unknownKind("of.later"))
        }
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            try await house.deliver()
            try await house.run("UPDATE holdfast.signing_key SET state = 'retired', verify_until = now()")
            let verdict = try await house.plan(.reservation(id)).verdict
            guard case .refused(.undecided) = verdict else {
                Issue.record("\(verdict)")
                return
            }
        }
    }

    @Test("letters of a stopped kind may be owed, and it is said that they wait")
    func stopped() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            try await house.deliver()
            _ = try await Pauses(house.connection).pause("reservation.confirm", reason: "logo", operator: "mel")
            let plan = try await house.plan(.reservation(id))
            #expect(plan.isStopped && plan.verdict == .send)
        }
    }

    @Test("an action needs a name and a reason, also of whoever calls the database by hand")
    func blank() async throws {
        for (name, reason) in [("", "x"), ("mel", " \n")] {
            #expect(throws: OperatorError.unnamed) { try OperatorNote(operatorName: name, reason: reason) }
        }
        #expect(throws: OperatorError.blankRequest) { try OperatorNote(operatorName: "m", reason: "x", requestID: "") }
        try await withHouse { (house: House) async throws in
            try await house.reserve()
            let origin = try #require(try await house.deliver().first)
            for call in ["resend(\(origin), 'mel', ' ')", "resend(\(origin), NULL, 'x')"] {
                #expect(try await house.refusalState("SELECT * FROM holdfast.\(call)") == "HF020")
            }
            #expect(try await house.count("holdfast.job WHERE kind = 'reservation.confirm'") == 0)
        }
    }

    /// Plans and does it: refused for this reason both times, and nothing is changed.
    private func refuses(
        _ house: House, _ selection: ResendSelection, _ refusal: ResendRefusal,
        _ options: ResendOptions = ResendOptions()
    ) async throws {
        let before = try await house.everythingOfOperators()
        #expect(try await house.resend(selection, options) == .refused(refusal))
        #expect(try await house.everythingOfOperators() == before)
        #expect(!refusal.sentence.isEmpty && !refusal.sentence.contains("zoe"))
    }

    private func date(_ text: String) -> Date? {
        ISO8601DateFormatter().date(from: text)
    }
}
