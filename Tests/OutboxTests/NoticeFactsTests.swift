import Foundation
import Notifications
import Outbox
import Postgres
import Testing

@Suite("Facts of the notices")
struct NoticeFactsTests {
    @Test("a hold's confirmation says so when its address has had its letters of the day; other letters do not ask")
    func cap() async throws {
        try await withHouse { house in
            // Nobody gets an allowance.
            try await house.run(
                """
                CREATE OR REPLACE FUNCTION holdfast.take_allowance(claimed bigint[]) RETURNS void LANGUAGE sql AS
                'SELECT NULL::void'
                """)
            let id = try await house.appoint()
            let confirm = try await house.claimLetter("reservation.confirm", about: id, to: "client")
            #expect(confirm.facts.subject?.isOverCap == true)
            let invite = try await house.claimLetter(
                "provider.invite", about: try await house.inviteGuest(), "invitation", to: "invitee")
            #expect(invite.facts.subject?.isOverCap == true)
            let other = try await house.claimLetter("appointment.confirmed", about: id, to: "client")
            #expect(other.facts.subject?.isOverCap == false)
        }
    }

    @Test("a client's facts: state, check-ins, and the tasks of each sort once, the soonest due first")
    func client() async throws {
        try await withHouse { house in
            let other = try await house.appoint()
            for task in [
                ["kind": "'activate_portal'"], ["kind": "'survey'"], ["kind": "'assessment'", "state": "'done'"],
                ["kind": "'intake_form'", "due_at": "'2027-03-20 17:00+00'"],
                ["kind": "'intake_form'", "due_at": "'2027-03-04 17:00+00'", "reservation_id": "'\(other)'"],
                ["kind": "'accept_agreements'", "due_at": "'2027-03-05 17:00+00'"],
            ] { try await house.task(task) }
            try await house.run("UPDATE booking.client SET checkins = 'off_requested'")
            let claim = try await house.claimLetter("task.digest", about: House.clientID, "client", to: "client")
            let facts = try #require(claim.client)
            #expect(facts.name == "Zoë O'Neil" && facts.isActive && facts.checkIns == .offRequested)
            #expect(!facts.isApproved)
            #expect(facts.openTasks == ["intake_form", "accept_agreements", "survey"])
            #expect(facts.linkEnd == (try WallClock("2027-03-04 4 09:00 -28800", zone: "America/Los_Angeles")))
            for status in ["paused", "archived"] {
                try await house.run("UPDATE booking.client SET status = '\(status)'")
                let again = try await house.claimLetter("survey.request", about: House.clientID, "client", to: "client")
                #expect(again.client?.isActive == false)
            }
        }
    }

    @Test("a letter to a client's provider goes to the one it names, and to nobody when it names none")
    func optout() async throws {
        try await withHouse { house in
            func asking(_ args: String) async throws -> Claim {
                try await house.claimLetter(
                    "checkin.optout_requested", about: House.clientID, "client", to: "provider", args: args)
            }
            let claim = try await asking(#"{"provider_id": "\#(House.provider)"}"#)
            #expect(claim.facts.subject?.recipient.address == "amara@practice.example")
            #expect(claim.client?.name == "Zoë O'Neil" && claim.client?.linkEnd == nil)
            for args in [
                "{}", #"{"provider_id": "\#(UUID())"}"#, #"{"provider_id": "amara"}"#, #"{"provider_id": ["x"]}"#,
            ] {
                let nobody = try await asking(args)
                #expect(nobody.facts.subject == nil, "\(args)")
            }
        }
    }

    @Test("what a provider has decided is in the letter's arguments")
    func decision() async throws {
        try await withHouse { house in
            for (args, isApproved) in [(#"{"approved": true}"#, true), (#"{"approved": false}"#, false), ("{}", false)]
            {
                let claim = try await house.claimLetter(
                    "checkin.optout_decided", about: House.clientID, "client", to: "client", args: args)
                #expect(claim.client?.isApproved == isApproved)
            }
        }
    }

    @Test("an invitation's facts: who, by whom, and until when; withdrawn or used it is not open")
    func invitation() async throws {
        try await withHouse { house in
            let id = try await house.inviteGuest()
            func facts(_ audience: String = "invitee", of id: UUID = id) async throws -> (InvitationFacts, Recipient) {
                let kind = audience == "invitee" ? "provider.invite" : "provider.bounce"
                let facts = try #require(
                    try await house.claimLetter(kind, about: id, "invitation", to: audience).invitation)
                return (facts, facts.subject.recipient)
            }
            let (first, reader) = try await facts()
            #expect(first.isOpen && first.providerName == "Dr. Amara Lindqvist" && first.subject.generation == 1)
            #expect(reader.name == "Ngũgĩ wa Thiong’o" && reader.address == "ngugi@example.org")
            #expect(reader.locale == "en-KE" && first.inviteeName == reader.name)
            #expect(first.linkEnd == (try WallClock("2027-03-31 3 20:00 10800", zone: "Africa/Nairobi")))
            let (notice, provider) = try await facts("provider")
            #expect(provider.address == "amara@practice.example" && notice.inviteeName == reader.name)
            let reservation = try await house.reserve()
            for change in ["withdrawn_at = holdfast.clock()", "booked = '\(reservation)'"] {
                let ended = try await house.inviteGuest()
                try await house.run("UPDATE booking.invitation SET \(change) WHERE id = '\(ended)'")
                #expect(try await !facts(of: ended).0.isOpen)
            }
        }
    }

    @Test("a conversation's facts: whether its reader has something unread")
    func thread() async throws {
        try await withHouse { house in
            let id = try await house.write()
            func claim(_ audience: String) async throws -> Claim {
                try await house.claimLetter("message.new", about: id, "message_thread", to: audience)
            }
            let client = try await claim("client")
            #expect(client.messageThread?.isUnread == true && client.messageThread?.isToClient == true)
            #expect(client.facts.subject?.recipient.address == "zoe@example.org")
            let provider = try await claim("provider")
            #expect(provider.messageThread?.isUnread == false && provider.messageThread?.isToClient == false)
            #expect(provider.facts.subject?.recipient.address == "amara@practice.example")
        }
    }

    @Test("a changed address is told at the old one and the new one, in the reader's own time")
    func addressChange() async throws {
        try await withHouse { house in
            for (column, person, clock) in [
                ("client_id", House.client, "2027-03-01 1 08:30 -28800"),
                ("provider_id", House.provider, "2027-03-01 1 11:30 -18000"),
            ] {
                let id = try await house.changeAddress(of: column, person)
                for (to, event) in [("old", AccountFacts.Event.addressToOld), ("new", .addressToNew)] {
                    let claim = try await house.claimLetter(
                        "security.notice", about: id, "address_change", to: "client", args: #"{"to": "\#(to)"}"#)
                    let facts = try #require(claim.account)
                    #expect(facts.event == event && facts.subject.recipient.address == "\(to)@example.org")
                    let zone = column == "client_id" ? "America/Los_Angeles" : "America/New_York"
                    #expect(facts.happened == (try WallClock(clock, zone: zone)))
                }
            }
        }
    }

    @Test("what happened to an account is told to whose it is; an event nobody knows is a mistake to be mended")
    func events() async throws {
        try await withHouse { house in
            for (event, kind, id, address) in [
                ("login", "client", House.clientID, "zoe@example.org"),
                ("two_step_on", "provider", House.providerID, "amara@practice.example"),
                ("two_step_off", "client", House.clientID, "zoe@example.org"),
            ] {
                let claim = try await house.claimLetter(
                    "security.notice", about: id, kind, to: kind, args: #"{"event": "\#(event)"}"#)
                #expect(claim.account?.event.rawValue == event)
                #expect(claim.facts.subject?.recipient.address == address)
            }
            for args in ["{}", #"{"event": "logout"}"#, #"{"event": 7}"#] {
                let claim = try await house.claimLetter(
                    "security.notice", about: House.clientID, "client", to: "client", args: args)
                let kind = try #require(Kind.named(claim.job.kind))
                guard case .undecided = kind.decision(on: claim, allowing: .everybody) else {
                    Issue.record("\(args) was taken for an event")
                    continue
                }
            }
        }
    }

    @Test("letters about every sort of subject are claimed together, each with its own facts")
    func together() async throws {
        try await withHouse { house in
            let owed: [(String, UUID, String, String, String)] = [
                ("reservation.confirm", try await house.reserve(), "reservation", "invitee", "{}"),
                ("portal.activate", try await house.task(), "signup_task", "client", "{}"),
                ("task.digest", House.clientID, "client", "client", "{}"),
                ("provider.invite", try await house.inviteGuest(), "invitation", "invitee", "{}"),
                ("message.new", try await house.write(), "message_thread", "client", "{}"),
                ("security.notice", House.clientID, "client", "client", #"{"event": "login"}"#),
            ]
            try await house.clearQueue()
            for (kind, id, subject, audience, args) in owed {
                try await house.oweLetter(kind, about: id, subject, to: audience, args: args)
            }
            let claims = try await house.claim()
            #expect(Set(claims.map(\.job.kind)) == Set(owed.map(\.0)))
            #expect(claims.allSatisfy { $0.facts.subject != nil })
        }
    }

    @Test("subjects that were deleted are gone, whatever they were")
    func gone() async throws {
        try await withHouse { house in
            for (kind, subject) in [
                ("task.digest", "client"), ("provider.invite", "invitation"), ("message.new", "message_thread"),
                ("security.notice", "address_change"), ("security.notice", "provider"),
            ] {
                let claim = try await house.claimLetter(kind, about: UUID(), subject, to: "client")
                guard case .gone = claim.facts else {
                    Issue.record("\(kind) has facts of nothing")
                    continue
                }
            }
        }
    }
}

extension House {
    static let clientID = UUID(uuidString: client) ?? UUID()
    static let providerID = UUID(uuidString: provider) ?? UUID()
}

extension Claim {
    var client: ClientFacts? { if case .client(let facts) = facts { facts } else { nil } }

    var invitation: InvitationFacts? { if case .invitation(let facts) = facts { facts } else { nil } }

    var messageThread: MessageThreadFacts? { if case .messageThread(let facts) = facts { facts } else { nil } }

    var account: AccountFacts? { if case .account(let facts) = facts { facts } else { nil } }
}
