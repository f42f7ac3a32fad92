import Foundation
import Postgres
import Testing

@Suite("Letters an invitation owes")
struct InvitationTests {
    @Test("an invitation is mailed at once, and for a week at most")
    func owedAtOnce() async throws {
        try await withHouse { house in
            let id = try await house.invite()
            let job = try await house.line(
                """
                SELECT kind, audience, subject_kind, subject_id = $1, subject_gen, run_at::text, expires_at::text, dedupe_key = $2
                FROM holdfast.job
                """, [.uuid(id), .text("provider.invite:\(id.uuidString.lowercased())")])
            #expect(
                job
                    == #"(provider.invite,invitee,invitation,t,1,"2027-03-01 17:00:00+00","2027-03-08 17:00:00+00",t)"#)
        }
    }

    @Test("it is mailed also while the provider takes no referrals")
    func referralsOff() async throws {
        try await withHouse { house in
            try await house.run("UPDATE booking.provider SET referrals_on = false")
            try await house.invite()
            #expect(try await house.count("holdfast.job WHERE kind = 'provider.invite'") == 1)
        }
    }

    @Test("one that has ended before it is written owes nothing")
    func endedAtBirth() async throws {
        try await withHouse { house in
            try await house.invite(["withdrawn_at": "holdfast.clock()"])
            try await house.invite(["booked": "'\(try await house.appoint())'"])
            #expect(try await house.count("holdfast.job WHERE subject_kind = 'invitation'") == 0)
        }
    }

    @Test("its end takes the letter back and the link with it, and no other invitation's", arguments: [true, false])
    func endWithdraws(isBooked: Bool) async throws {
        try await withHouse { house in
            let (ended, other) = (try await house.invite(), try await house.invite())
            for id in [ended, other] { try await house.link("inv", of: "\(id)") }
            let end = isBooked ? "booked = '\(try await house.appoint())'" : "withdrawn_at = holdfast.clock()"
            try await house.run("UPDATE booking.invitation SET \(end) WHERE id = '\(ended)'")
            #expect(
                try await house.lines("SELECT subject_id FROM holdfast.job WHERE subject_kind = 'invitation'")
                    == ["(\(other.uuidString.lowercased()))"])
            #expect(try await house.withdrawn() == [#"(provider.invite,"the invitation ended")"#])
            #expect(
                try await house.lines("SELECT subject_id FROM holdfast.link WHERE revoked_at IS NULL")
                    == ["(\(other.uuidString.lowercased()))"])
        }
    }

    @Test("a new generation of the provider's links voids all open invitations of that provider")
    func newGeneration() async throws {
        try await withHouse { house in
            try await house.run(
                """
                INSERT INTO booking.provider (id, display_name, email, tz, booking_slug)
                VALUES ('00000000-0000-4000-8000-00000000000b', 'B', 'b@practice.example', 'UTC', 'bbb')
                """)
            let open = [try await house.invite(), try await house.invite()]
            let booked = try await house.invite(["booked": "'\(try await house.appoint())'"])
            let other = try await house.invite(["provider_id": "'00000000-0000-4000-8000-00000000000b'"])
            for id in open + [booked, other] { try await house.link("inv", of: "\(id)") }
            try await house.run("UPDATE booking.provider SET link_gen = link_gen + 1 WHERE id = '\(House.provider)'")
            #expect(
                try await house.withdrawn()
                    == Array(repeating: #"(provider.invite,"the provider's links were renewed")"#, count: 2))
            let revoked = try await house.lines("SELECT subject_id FROM holdfast.link WHERE revoked_at IS NOT NULL")
            #expect(Set(revoked) == Set(open.map { "(\($0.uuidString.lowercased()))" }))
            #expect(
                try await house.lines("SELECT subject_id FROM holdfast.job WHERE subject_kind = 'invitation'")
                    == ["(\(other.uuidString.lowercased()))"])
        }
    }

    @Test("a generation of the provider's links never comes again")
    func generationOnlyGrows() async throws {
        try await withHouse { house in
            try await house.run("UPDATE booking.provider SET link_gen = 3")
            try await house.run("UPDATE booking.provider SET link_gen = 1")
            #expect(try await house.line("SELECT link_gen FROM booking.provider") == "(3)")
        }
    }

    @Test(
        "nothing of it can be changed but its end: a mended address is another invitation",
        arguments: [
            "email = 'other@example.org'", "name = 'Somebody Else'", "tz = 'UTC'", "locale = 'es'",
            "created_at = created_at + interval '1 day'", "provider_id = gen_random_uuid()",
        ])
    func staysAsMailed(change: String) async throws {
        try await withHouse { house in
            try await house.invite()
            #expect(try await house.refusalState("UPDATE booking.invitation SET \(change)") == "BK027")
        }
    }

    @Test("one that has ended stays ended; saying so twice is no mistake")
    func endedStaysEnded() async throws {
        try await withHouse { house in
            let appointment = try await house.appoint()
            try await house.invite()
            try await house.run("UPDATE booking.invitation SET withdrawn_at = holdfast.clock()")
            for change in ["withdrawn_at = NULL", "booked = '\(appointment)'"] {
                #expect(try await house.refusalState("UPDATE booking.invitation SET \(change)") == "BK028", "\(change)")
            }
            try await house.run("UPDATE booking.invitation SET withdrawn_at = now()")
            try await house.run("DELETE FROM booking.invitation")
            try await house.invite()
            try await house.run("UPDATE booking.invitation SET booked = '\(appointment)'")
            #expect(try await house.refusalState("UPDATE booking.invitation SET booked = NULL") == "BK028")
            try await house.run("UPDATE booking.invitation SET booked = '\(appointment)'")
        }
    }

    @Test("a link being used and a new generation of its provider's links meet, and both end")
    func useMeetsNewGeneration() async throws {
        try await withHouse { house in
            let id = try await house.invite()
            try await house.link("inv", of: "\(id)")
            try await house.meeting(
                "SELECT FROM booking.invitation WHERE id = '\(id)' FOR UPDATE",
                waits: "UPDATE booking.provider SET link_gen = link_gen + 1 WHERE id = '\(House.provider)'",
                then: """
                    UPDATE holdfast.link SET uses = uses + 1 WHERE subject_id = '\(id)';
                    UPDATE booking.invitation SET withdrawn_at = holdfast.clock() WHERE id = '\(id)';
                    """)
            #expect(try await house.withdrawn() == [#"(provider.invite,"the invitation ended")"#])
        }
    }
}
