import Foundation
import Notifications
import Postgres
import Testing

@testable import Outbox

@Suite("Sending letters again")
struct ResendTests {
    /// A letter of each sort of subject, and what makes it leave.
    struct Case: CustomTestStringConvertible, Sendable {
        let kind: String
        let audience: String
        var clock = "2027-03-01 17:00:00+00"
        let owe: @Sendable (House) async throws -> Void

        var testDescription: String { "\(kind) to the \(audience)" }
    }

    static let cases: [Case] = [
        Case(kind: "reservation.confirm", audience: "invitee") { try await $0.reserve() },
        Case(kind: "appointment.confirmed", audience: "client") { try await $0.appoint() },
        Case(kind: "provider.appointment", audience: "provider") { try await $0.appoint() },
        Case(kind: "appointment.series", audience: "client", clock: "2027-03-01 17:02:00+00") { house in
            for day in ["08", "15"] {
                try await house.appoint([
                    "series_id": "'00000000-0000-4000-8000-0000000000ee'", "starts_at": "'2027-03-\(day) 18:00:00+00'",
                ])
            }
        },
        Case(kind: "appointment.cancelled", audience: "client", clock: "2027-03-01 17:02:00+00") { house in
            try await house.appoint()
            try await house.deliver()
            try await house.run("UPDATE booking.reservation SET state = 'cancelled', changed_by = 'provider'")
        },
        Case(kind: "reservation.released", audience: "invitee") { house in
            try await house.reserve()
            try await house.deliver()
            try await house.run("UPDATE booking.reservation SET state = 'cancelled', changed_by = 'provider'")
        },
        Case(kind: "portal.activate", audience: "client") { try await $0.task() },
        Case(kind: "survey.request", audience: "client") { house in
            let client = try #require(UUID(uuidString: House.client))
            try await house.oweLetter("survey.request", about: client, "client", to: "client")
        },
        Case(kind: "provider.invite", audience: "invitee") { try await $0.invite() },
        Case(kind: "message.new", audience: "client", clock: "2027-03-01 17:20:00+00") { _ = try await $0.write() },
        Case(kind: "security.notice", audience: "client") { _ = try await $0.changeAddress() },
        Case(kind: "security.notice", audience: "provider") { house in
            let provider = try #require(UUID(uuidString: House.provider))
            try await house.oweLetter(
                "security.notice", about: provider, "provider", to: "provider", args: #"{"event": "login"}"#)
        },
    ]

    @Test("what is planned is done, of every sort of subject, and the worker that claims it agrees", arguments: cases)
    func planned(_ letter: Case) async throws {
        try await withHouse { (house: House) async throws in
            try await letter.owe(house)
            try await house.setClock(letter.clock)
            let left = try await house.deliver()
            let origin = try await house.delivered(letter.kind, to: letter.audience)
            #expect(left.contains(origin))

            let before = try await house.everythingOfOperators()
            let plan = try await house.plan(.job(origin))
            #expect(plan.verdict == .send && !plan.isStopped && plan.recipient != nil)
            #expect(try await house.everythingOfOperators() == before, "a plan changes nothing")

            let result = try await house.resends.send(plan, ResendOptions(), House.note())
            let id = try #require(result.sent)
            let claim = try #require(try await house.claim(kinds: [letter.kind]).first { $0.job.ticket.jobID == id })
            let kind = try #require(Kind.named(letter.kind))
            #expect(kind.decision(on: claim, allowing: .everybody) == .send)
            #expect(claim.job.audience == letter.audience && claim.job.subjectID == plan.target.subjectID)
            #expect(kind.links.allSatisfy { purpose in claim.links.contains { $0.purpose == purpose } })
            #expect(plan.recipient?.unmasked == claim.facts.subject?.recipient.address)
        }
    }

    @Test("a resend is a message of its own, of the same generation, and the audit says who asked for it and why")
    func ownMessage() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            let first = try await house.claimOne()
            try await house.settle(first, .sent, messageID: "m1@example.org")
            let sent = try #require(try await house.resend(.reservation(id)).sent)
            try await house.setClock("2027-03-01 17:00:30+00")
            let again = try await house.claimOne()
            #expect(again.job.ticket.jobID == sent)
            #expect(again.job.messageUUID != first.job.messageUUID && again.job.datedAt == first.job.datedAt + 30)
            let (old, new) = (try #require(first.links.first), try #require(again.links.first))
            #expect(new.jti != old.jti && new.generation == old.generation && new.expiresAt == old.expiresAt)
            for link in [old, new] { #expect(try await house.state(of: link.jti) == "open") }
            #expect(
                try await house.lines(
                    """
                    SELECT operator, action, target, reason, subject_id = '\(id)' AS about, job_id = \(sent) AS made,
                      detail -> 'origin' = to_jsonb(\(first.job.ticket.jobID)::bigint) AS origin
                    FROM holdfast.audit WHERE action = 'resend'
                    """) == [
                        """
                        (mel,resend,"reservation.confirm to the invitee about reservation \(id.uuidString.lowercased())",\
                        "asked on the phone",t,t,t)
                        """
                    ])
        }
    }

    @Test(
        "a letter helps as long as its origin did, whoever owed it",
        arguments: [
            "reservation.confirm", "reservation.nudge", "appointment.confirmed", "provider.appointment",
            "appointment.reminder", "portal.activate", "appointment.cancelled", "provider.cancelled",
            "reservation.released", "appointment.changed",
        ])
    func deadline(kind: String) async throws {
        try await withHouse { (house: House) async throws in
            let hold = try await house.reserve()
            let taken = try await house.appoint(["starts_at": "'2027-03-09 18:00:00+00'"])
            try await house.task(["reservation_id": "'\(taken)'"])
            let old = try await house.appoint(["starts_at": "'2027-03-10 18:00:00+00'"])
            if kind.hasSuffix("cancelled") {
                try await house.run("UPDATE booking.reservation SET state = 'cancelled' WHERE id = '\(old)'")
            } else if kind == "reservation.released" {
                try await house.run("UPDATE booking.reservation SET state = 'cancelled' WHERE id = '\(hold)'")
            } else if kind == "appointment.changed" {
                try await house.run("UPDATE booking.reservation SET place = 'phone' WHERE id = '\(old)'")
            }
            let of = "holdfast.job WHERE kind = '\(kind)'"
            let parity = "expires_at = holdfast.helps_until(kind, subject_kind, subject_id, args)"
            #expect(try await house.count(of) > 0)
            #expect(try await house.lines("SELECT kind, expires_at FROM \(of) AND NOT \(parity)") == [])
        }
    }

    @Test("what was told already is told again, in the words of the first time")
    func toldTheSame() async throws {
        try await withHouse { (house: House) async throws in
            try await house.appoint()
            try await house.deliver()
            for kind in ["appointment.confirmed", "provider.appointment"] {
                let origin = try await house.delivered(kind)
                #expect(try await house.resend(.job(origin)).sent != nil)
            }
            let copies = try await house.claim()
            #expect(copies.map { $0.reservation?.told } == [.nothing, .nothing])
            _ = try await house.outbox.settle(copies.map { Settlement($0.job.ticket, .sent) })
            // The copy of a copy, too.
            try await house.setClock("2027-03-01 17:30:00+00")
            #expect(try await house.resend(.job(try await house.delivered("provider.appointment"))).sent != nil)
            let copy = try #require(try await house.claim().first)
            #expect(copy.reservation?.told == .nothing)
            _ = try await house.outbox.settle([Settlement(copy.job.ticket, .sent)])
            // And another of the first, which has a grandchild now.
            try await house.setClock("2027-03-03 17:30:00+00")
            try await house.run("DELETE FROM holdfast.job")
            let first = try await house.number(
                "SELECT min(job_id) AS id FROM holdfast.history WHERE kind = $1", [.text("provider.appointment")])
            #expect(try await house.resend(.job(first)).sent != nil)
            #expect(try await house.claim().map { $0.reservation?.told } == [.nothing])
        }
    }

    @Test("a letter that told of a change tells of it again, though its origin never arrived")
    func toldOtherwise() async throws {
        try await withHouse { (house: House) async throws in
            try await house.appoint()
            try await house.deliver()
            try await house.change(["place": "'phone'", "changed_by": "'client'"])
            try await house.setClock("2027-03-01 17:01:00+00")
            try await house.deliver(.failed, code: 550)
            #expect(try await house.resend(.job(try await house.delivered("provider.appointment"))).sent != nil)
            let copy = try #require(try await house.claim(kinds: ["provider.appointment"]).first)
            #expect(copy.reservation?.told == .otherwise)
        }
    }

    @Test("a reservation means the newest letter to its reader that still fits, not one to its provider or for later")
    func newestThatFits() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            try await house.deliver()
            #expect(try await house.plan(.reservation(id)).target.kind == "reservation.confirm")
            try await house.run("UPDATE booking.reservation SET state = 'confirmed', client_id = '\(House.client)'")
            try await house.deliver()
            #expect(try await house.plan(.reservation(id)).target.kind == "appointment.confirmed")
            try await house.run("UPDATE booking.reservation SET reschedule_requested_at = holdfast.clock()")
            try await house.deliver()
            #expect(try await house.plan(.reservation(id)).target.kind == "appointment.reschedule_request")
            // Moved meanwhile, it fits no more; what came before fits.
            try await house.run("UPDATE booking.reservation SET reschedule_requested_at = NULL")
            #expect(try await house.plan(.reservation(id)).target.kind == "appointment.confirmed")
        }
    }

    @Test("when nothing fits, the newest letter says why")
    func nothingFits() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.task()
            try await house.deliver()
            try await house.run("UPDATE booking.signup_task SET state = 'done'")
            #expect(try await house.plan(.task(id)).verdict == .refused(.unwanted(.stateMoved)))
        }
    }

    @Test("a provider's letter is not meant where the reader's does not fit")
    func notToProviders() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            try await house.deliver()
            try await house.run("UPDATE booking.reservation SET state = 'expired'")
            try await house.deliver()
            #expect(try await house.plan(.job(try await house.delivered("provider.hold_expired"))).verdict == .send)
            let plan = try await house.plan(.reservation(id))
            #expect(plan.target.audience == "invitee" && plan.verdict == .refused(.unwanted(.superseded)))
        }
    }

    @Test("a recipient means the newest letter to them of each subject, twenty at most")
    func recipient() async throws {
        try await withHouse { (house: House) async throws in
            try await house.reserve()
            try await house.task()
            try await house.invite()
            try await house.reserve(["invitee_email": "'other@example.org'", "starts_at": "'2027-03-11 18:00+00'"])
            try await house.deliver()
            let plans = try await house.resends.plan(.recipient("ZOE@example.org"), ResendOptions())
            #expect(Set(plans.map(\.target.kind)) == ["reservation.confirm", "portal.activate"])
            #expect(Set(plans.map(\.recipient?.description)) == ["z…@example.org"])
            for hour in 1...22 {
                try await house.reserve([
                    "starts_at": "(timestamptz '2027-04-01 01:00+00' + \(hour) * interval '1 hour')"
                ])
            }
            _ = try await house.deliver()
            #expect(try await house.resends.plan(.recipient("zoe@example.org"), ResendOptions()).count == 20)
        }
    }

    @Test("nothing is known: it is said what of, and never an address")
    func unknown() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve(["starts_at": "'2027-03-11 18:00+00'"])
            try await house.run("DELETE FROM holdfast.job")
            for selection in [
                ResendSelection.job(4711), .reservation(UUID()), .task(UUID()), .task(id),
                .recipient("secret.person@example.org"), .reservation(id),
            ] {
                let error = await #expect(throws: OperatorError.self) {
                    try await house.resends.plan(selection, ResendOptions())
                }
                #expect(error?.description.contains("secret") == false)
            }
            let none = try await house.resends.plan(.failed(FailedLetters(since: .seconds(3600))), ResendOptions())
            #expect(none.isEmpty)
        }
    }

    @Test(
        "asked for twice under one request it is done once, also when a subject was named and its newest letter is now the copy"
    )
    func idempotent() async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            let first = try #require(try await house.deliver().first)
            let sent = try #require(try await house.resend(.reservation(id), requestID: "r1").sent)
            for clock in ["2027-03-01 17:00:01+00", "2027-03-01 18:00:00+00"] {
                try await house.setClock(clock)
                #expect(try await house.resend(.reservation(id), requestID: "r1") == .done(sent))
                #expect(try await house.resend(.job(first), requestID: "r1") == .done(sent))
                try await house.deliver()
            }
            #expect(try await house.count("holdfast.audit WHERE action = 'resend'") == 1)
            #expect(try await house.resend(.reservation(id), requestID: "r2").sent != nil)
        }
    }

    @Test(
        "the audit and the letter are one: what refuses either leaves neither",
        arguments: [
            "ALTER TABLE holdfast.audit ADD CHECK (action <> 'resend')",
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''no''; END';
            CREATE CONSTRAINT TRIGGER last AFTER INSERT ON holdfast.audit DEFERRABLE INITIALLY DEFERRED
            FOR EACH ROW EXECUTE FUNCTION refuse()
            """,
        ])
    func oneTransaction(obstacle: String) async throws {
        try await withHouse { (house: House) async throws in
            let id = try await house.reserve()
            try await house.deliver()
            let plan = try await house.plan(.reservation(id))
            try await house.run(obstacle)
            let before = try await house.everythingOfOperators()
            let error = await #expect(throws: PostgresError.self) {
                try await house.resends.send(plan, ResendOptions(), House.note())
            }
            #expect(error?.description.contains("zoe") == false)
            #expect(try await house.everythingOfOperators() == before)
        }
    }
}
