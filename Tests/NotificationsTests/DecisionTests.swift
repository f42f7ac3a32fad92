import BookingLinks
import Foundation
import Testing

@testable import Notifications

@Suite("Whether a letter is still wanted")
struct DecisionTests {
    private let everybody = AllowList.everybody
    private let noLink = MalformedFact("no link was issued: is a signing key active?")

    @Test("facts that want a letter get it")
    func wanted() throws {
        for state in [nil, "pending", "confirmed"] {
            let claim = Samples.claim(.portalActivate, try Samples.task(reservationState: state))
            #expect(Kind.portalActivate.decision(on: claim, allowing: everybody) == .send)
        }
        let claim = Samples.claim(.reservationConfirm, try Samples.reservation())
        #expect(Kind.reservationConfirm.decision(on: claim, allowing: everybody) == .send)
    }

    @Test(
        "a hold's confirmation is only for a hold",
        arguments: ["confirmed", "cancelled", "expired", "completed", "no_show", ""])
    func reservationStates(state: String) throws {
        #expect(try decide(reservation: Samples.reservation(state: state)) == .suppress(.stateMoved))
    }

    @Test("a payor that requires authorization, or a hold without an end, suppresses the confirmation")
    func reservationRefusals() throws {
        #expect(
            try decide(reservation: Samples.reservation(requiresAuthorization: true))
                == .suppress(.requiresAuthorization))
        #expect(try decide(reservation: Samples.reservation(deadline: nil)) == .suppress(.stateMoved))
        // The state is asked first: who is booked already needs no authorization.
        #expect(
            try decide(reservation: Samples.reservation(state: "confirmed", requiresAuthorization: true))
                == .suppress(.stateMoved))
    }

    @Test("an activation is only for an open task of a client who needs it")
    func taskRefusals() throws {
        let table: [(Facts, Decision)] = [
            (try Samples.task(isActivated: true), .suppress(.alreadyActivated)),
            (try Samples.task(state: "done", isActivated: true), .suppress(.alreadyActivated)),
            (try Samples.task(state: "done"), .suppress(.stateMoved)),
            (try Samples.task(state: "void"), .suppress(.stateMoved)),
            (try Samples.task(isArchived: true), .suppress(.stateMoved)),
        ]
        for (facts, decision) in table { #expect(decide(task: facts) == decision) }
        for state in ["cancelled", "expired", "completed", "no_show"] {
            #expect(try decide(task: Samples.task(reservationState: state)) == .suppress(.stateMoved))
        }
    }

    @Test("facts of another subject are none")
    func otherSubject() throws {
        #expect(try decide(reservation: Samples.task()) == .suppress(.subjectGone))
        #expect(try decide(task: Samples.reservation()) == .suppress(.subjectGone))
    }

    @Test(
        "a letter is judged in one order: subject, generation, kind, end, address, cap, allow-list, link"
    )
    func order() throws {
        let strict = try #require(AllowList("staff.example"))
        let later = Samples.now + 1
        var suppressed = Samples.subject(generation: 2, isSuppressed: true)
        func decide(_ facts: Facts, expiresAt: Date, links: [IssuedLink], allowing list: AllowList) -> Decision {
            Kind.reservationConfirm.decision(
                on: Samples.claim(.reservationConfirm, facts, links: links, expiresAt: expiresAt), allowing: list)
        }
        #expect(decide(.gone, expiresAt: Samples.now, links: [], allowing: strict) == .suppress(.subjectGone))
        let moved = try Samples.reservation(subject: suppressed, state: "cancelled")
        #expect(decide(moved, expiresAt: Samples.now, links: [], allowing: strict) == .suppress(.superseded))
        suppressed = Samples.subject(isSuppressed: true, isOverCap: true)
        let cancelled = try Samples.reservation(subject: suppressed, state: "cancelled")
        #expect(decide(cancelled, expiresAt: Samples.now, links: [], allowing: strict) == .suppress(.stateMoved))
        let unwanted = try Samples.reservation(subject: suppressed)
        #expect(decide(unwanted, expiresAt: Samples.now, links: [], allowing: strict) == .expire(.pastDeadline))
        #expect(decide(unwanted, expiresAt: later, links: [], allowing: strict) == .suppress(.addressSuppressed))
        let capped = try Samples.reservation(subject: Samples.subject(isOverCap: true))
        #expect(decide(capped, expiresAt: later, links: [], allowing: strict) == .suppress(.overCap))
        let wanted = try Samples.reservation()
        #expect(decide(wanted, expiresAt: later, links: [], allowing: strict) == .suppress(.notAllowedHere))
        #expect(decide(wanted, expiresAt: later, links: [], allowing: everybody) == .undecided(noLink))
        let revoked = Samples.link(.rsv, expiresAt: Samples.now, isRevoked: true)
        #expect(decide(wanted, expiresAt: later, links: [revoked], allowing: everybody) == .suppress(.linkRevoked))
        let dead = Samples.link(.rsv, expiresAt: Samples.now)
        #expect(decide(wanted, expiresAt: later, links: [dead], allowing: everybody) == .expire(.pastDeadline))
        let last = Samples.link(.rsv, expiresAt: later)
        #expect(decide(wanted, expiresAt: later, links: [last], allowing: everybody) == .send)
    }

    @Test(
        "a link of another purpose is no link",
        arguments: [(Kind.reservationConfirm, LinkPurpose.act), (Kind.portalActivate, .rsv)])
    func otherPurpose(kind: Kind, purpose: LinkPurpose) throws {
        let facts = kind.name == "reservation.confirm" ? try Samples.reservation() : try Samples.task()
        let claim = Samples.claim(kind, facts, links: [Samples.link(purpose)])
        #expect(kind.decision(on: claim, allowing: everybody) == .undecided(noLink))
    }

    @Test("the reasons are sentences that name nobody, each its own")
    func reasons() {
        let all = Refusal.allCases
        #expect(Set(all.map(\.rawValue)).count == all.count)
        #expect(all.allSatisfy { !$0.rawValue.contains("@") && $0.rawValue.contains(" ") })
    }

    @Test("kinds are found by their names")
    func names() {
        #expect(Kind.all.allSatisfy { Kind.named($0.name)?.name == $0.name })
        #expect(Kind.named("no.such_kind") == nil)
        #expect(Kind.reservationConfirm.linkName(.rsv) == "link.rsv")
        #expect(Kind.reservationConfirm.linkName(.act) == "link.act")
    }

    private func decide(reservation facts: Facts) -> Decision {
        Kind.reservationConfirm.decision(on: Samples.claim(.reservationConfirm, facts), allowing: everybody)
    }

    private func decide(task facts: Facts) -> Decision {
        Kind.portalActivate.decision(on: Samples.claim(.portalActivate, facts), allowing: everybody)
    }
}
