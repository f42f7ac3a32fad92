import Foundation
import Notifications
import Postgres
import Testing

@Suite("Asking for a new link")
struct ReissueTests {
    @Test(
        "a hold's letter is owed again, to the address on record, with a new link of the same generation beside the old one"
    )
    func aHoldsLetter() async throws {
        try await withHouse { house in
            try await house.reserve()
            let first = try await house.claimOne()
            let link = try #require(first.links.first)
            try await house.run("DELETE FROM holdfast.job")
            #expect(try await reissue(house, link.jti) == "queued")
            let again = try await house.claimOne()
            #expect(again.job.kind == "reservation.confirm" && again.job.ticket.jobID != first.job.ticket.jobID)
            let fresh = try #require(again.links.first)
            #expect(fresh.jti != link.jti && fresh.generation == link.generation && fresh.expiresAt == link.expiresAt)
            #expect(
                try await house.line("SELECT expires_at = hold_expires_at FROM holdfast.job, booking.reservation")
                    == "(t)")
            for each in [link, fresh] { #expect(try await house.state(of: each.jti) == "open") }
        }
    }

    @Test("ten minutes lie between two, and a day sees three")
    func caps() async throws {
        try await withHouse { house in
            let held = try await house.heldTime()
            let times = [
                ("17:00:00", "queued"), ("17:09:59", "cooldown"), ("17:10:00", "queued"), ("18:00:00", "queued"),
                ("18:05:00", "cooldown"),
                ("18:10:00", "capped"), ("23:59:59", "capped"),
            ]
            for (time, answer) in times {
                try await house.clearQueue()
                try await house.setClock("2027-03-01 \(time)+00")
                #expect(try await reissue(house, held.link) == answer)
                #expect(try await house.count("holdfast.job") == (answer == "queued" ? 1 : 0))
            }
            try await house.setClock("2027-03-02 17:00:00+00")
            #expect(try await reissue(house, held.link) == "queued")
        }
    }

    @Test("of many who ask at once one is answered with a letter")
    func atOnce() async throws {
        try await withHouse { house in
            let held = try await house.heldTime()
            try await house.clearQueue()
            let answers = try await withThrowingTaskGroup { group in
                for _ in 1...12 {
                    group.addTask {
                        try await lendConnection(to: house.url) { connection in
                            try await connection.query(
                                "SELECT holdfast.reissue($1::uuid) AS answer", [.uuid(held.link)]
                            )
                            .first?.decode("answer", as: String.self)
                        }
                    }
                }
                return try await group.reduce(into: [:]) { $0[$1, default: 0] += 1 }
            }
            #expect(answers == ["queued": 1, "cooldown": 11])
            #expect(try await house.count("holdfast.job") == 1)
        }
    }

    @Test("what is forgotten after a day is erased")
    func erased() async throws {
        try await withHouse { house in
            let (one, two) = (
                try await house.heldTime(), try await house.heldTime(["starts_at": "'2027-03-09 18:00:00+00'"])
            )
            #expect(try await reissue(house, one.link) == "queued")
            try await house.setClock("2027-03-02 17:00:00+00")
            #expect(try await reissue(house, two.link) == "queued")
            #expect(
                try await house.lines("SELECT subject_id FROM holdfast.reissue") == ["(\("\(two.id)".lowercased()))"])
        }
    }

    @Test("an activation link that has run out is mailed again while a task asks for it")
    func activation() async throws {
        try await withHouse { house in
            let link = try await house.link("act", to: House.client, maxUses: 1)
            #expect(try await reissue(house, link) == "closed")
            let task = try await house.task()
            try await house.clearQueue()
            try await house.run("UPDATE holdfast.link SET expires_at = holdfast.clock()")
            #expect(try await house.state(of: link) == "expired")
            #expect(try await reissue(house, link) == "queued")
            #expect(
                try await house.lines("SELECT kind, subject_kind, subject_id, audience FROM holdfast.job")
                    == ["(portal.activate,signup_task,\("\(task)".lowercased()),client)"])
            _ = try await house.redeem(try await house.link("act", to: House.client), "'act'")
            #expect(try await reissue(house, link) == "closed")
        }
    }

    @Test("an appointment's link comes with its confirmation, or with the provider's request while there is one")
    func appointment() async throws {
        try await withHouse { house in
            let booked = try await house.bookedTime()
            try await house.clearQueue()
            #expect(try await reissue(house, booked.link) == "queued")
            try await house.run("UPDATE booking.reservation SET reschedule_requested_at = holdfast.clock()")
            try await house.setClock("2027-03-01 17:30:00+00")
            try await house.clearQueue()
            #expect(try await reissue(house, booked.link) == "queued")
            #expect(
                try await house.lines("SELECT kind, expires_at::text FROM holdfast.job")
                    == [#"(appointment.reschedule_request,"2027-03-08 18:00:00+00")"#])
        }
    }

    @Test("an invitation is mailed again until it is booked")
    func invitation() async throws {
        try await withHouse { house in
            let guest = try await house.invitedGuest()
            try await house.clearQueue()
            #expect(try await reissue(house, guest.link) == "queued")
            #expect(
                try await house.lines("SELECT kind, subject_kind FROM holdfast.job") == ["(provider.invite,invitation)"]
            )
            let booking = try await house.reserve()
            _ = try await house.redeem(guest.link, "'inv', reservation_id => '\(booking)'")
            #expect(try await reissue(house, guest.link) == "closed")
        }
    }

    @Test(
        "a link of the past, and one that no letter would bring, get none",
        arguments: [
            "UPDATE booking.reservation SET invitee_email = 'other@example.org'",
            "UPDATE booking.reservation SET state = 'cancelled'",
            "UPDATE booking.reservation SET state = 'confirmed', client_id = '\(House.client)'",
            "UPDATE holdfast.link SET revoked_at = holdfast.clock()", House.clock(at: "2027-03-04 17:00:00+00"),
            "DELETE FROM booking.reservation", "DELETE FROM holdfast.link",
        ])
    func closed(change: String) async throws {
        try await withHouse { house in
            let held = try await house.heldTime()
            try await house.run(change)
            let before = try await house.everything()
            #expect(try await reissue(house, held.link) == "closed")
            #expect(try await house.everything() == before)
        }
    }

    @Test("links that only lead to the portal's login need none")
    func loginLinks() async throws {
        try await withHouse { house in
            for purpose in ["task", "pref"] {
                let link = try await house.link(purpose, to: House.client)
                #expect(try await reissue(house, link) == "closed")
            }
        }
    }

    private func reissue(_ house: House, _ link: UUID) async throws -> String? {
        try await house.connection.query("SELECT holdfast.reissue($1::uuid) AS answer", [.uuid(link)]).first?.decode(
            "answer")
    }
}
