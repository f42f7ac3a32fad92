import Foundation
import Notifications
import Postgres
import Testing

@Suite("Looking at a link")
struct LinkStateTests {
    @Test("an untouched link is open, and says for what, about whom and until when")
    func openLinks() async throws {
        try await withHouse { house in
            let (held, guest) = (try await house.heldTime(), try await house.invitedGuest())
            let booked = try await house.bookedTime(["starts_at": "'2027-03-09 18:00:00+00'"])
            let expected = [
                (held.link, "rsv", "\(held.id)"), (guest.link, "inv", "\(guest.id)"),
                (booked.link, "appt", "\(booked.id)"),
                (try await house.link("act", to: House.client, maxUses: 1), "act", House.client),
                (try await house.link("task", to: House.client), "task", House.client),
                (try await house.link("pref", to: House.client), "pref", House.client),
            ]
            for (link, purpose, subject) in expected {
                let answer = try await house.line(
                    """
                    SELECT s.state, s.purpose, s.subject_id, s.expires_at = l.expires_at FROM holdfast.link_state($1::uuid) AS s
                    JOIN holdfast.link l ON l.jti = $1::uuid
                    """, [.uuid(link)])
                #expect(answer == "(open,\(purpose),\(subject.lowercased()),t)")
            }
        }
    }

    @Test("looking changes nothing and waits for nobody")
    func lookingWaitsForNobody() async throws {
        try await withHouse { house in
            let held = try await house.heldTime()
            let before = try await house.everything()
            try await house.withConnection { other in
                try await other.execute("BEGIN; UPDATE booking.reservation SET state = 'cancelled'")
                #expect(try await house.state(of: held.link) == "open")
                try await other.execute("COMMIT")
            }
            #expect(try await house.state(of: held.link) == "ended")
            #expect(try await house.everything() != before)
            let after = try await house.everything()
            try await house.run("BEGIN READ ONLY")
            #expect(try await house.state(of: held.link) == "ended")
            try await house.run("COMMIT")
            #expect(try await house.everything() == after)
        }
    }

    @Test("a link that was never issued is unknown, and says nothing else")
    func unknownLink() async throws {
        try await withHouse { house in
            let answer = try await house.line("SELECT * FROM holdfast.link_state(gen_random_uuid())")
            #expect(answer == "(unknown,,,)")
        }
    }

    @Test("a confirmed hold is booked already, and a link that has had its uses has expired")
    func usedLinks() async throws {
        try await withHouse { house in
            let held = try await house.heldTime()
            _ = try await house.redeem(held.link, "'rsv', 'confirm', client_id => '\(House.client)'")
            #expect(try await house.state(of: held.link) == "already")
            let link = try await house.link("act", to: House.client, maxUses: 1)
            #expect(try await house.redeem(link, "'act'") == "done")
            #expect(try await house.state(of: link) == "already")
            try await house.run("UPDATE booking.client SET portal_activated_at = NULL")
            #expect(try await house.state(of: link) == "expired")
        }
    }
}
