import Foundation
import Postgres
import Testing

@Suite("Redeeming a link to a client or a guest")
struct RedeemPeopleTests {
    @Test("the portal is activated once, and the tasks that asked for it are done")
    func activating() async throws {
        try await withHouse { house in
            try await house.task()
            try await house.task(["kind": "'intake_form'"])
            let link = try await house.link("act", to: House.client, maxUses: 1)
            let older = try await house.link("act", to: House.client, maxUses: 1)
            #expect(try await house.redeem(link, "'act'") == "done")
            #expect(
                try await house.line("SELECT portal_activated_at::text FROM booking.client")
                    == #"("2027-03-01 17:00:00+00")"#)
            #expect(
                try await house.lines("SELECT kind, state FROM booking.signup_task ORDER BY kind")
                    == ["(activate_portal,done)", "(intake_form,open)"])
            #expect(try await house.redeem(link, "'act', 'activate'") == "already")
            #expect(try await house.redeem(older, "'act'") == "already")
        }
    }

    @Test(
        "what has become of a client since is what their links answer",
        arguments: [
            ("UPDATE booking.client SET email = 'other@example.org'", "changed"),
            ("UPDATE booking.client SET status = 'archived'", "ended"),
            ("UPDATE holdfast.link SET revoked_at = holdfast.clock()", "revoked"),
            ("UPDATE holdfast.link SET expires_at = holdfast.clock()", "expired"),
        ])
    func afterAClientChanged(change: String, outcome: String) async throws {
        try await withHouse { house in
            let links = [
                (try await house.link("act", to: House.client, maxUses: 1), "'act'"),
                (try await house.link("task", to: House.client), "'task'"),
                (try await house.link("pref", to: House.client, kind: "task.digest"), "'pref', 'opt_out'"),
            ]
            try await house.run(change)
            let before = try await house.everything()
            for (link, arguments) in links {
                #expect(try await house.redeem(link, arguments) == outcome)
                #expect(try await house.state(of: link) == outcome)
            }
            #expect(try await house.everything() == before)
        }
    }

    @Test("a task's link may be opened often; each time is counted and nothing else is changed")
    func openingATask() async throws {
        try await withHouse { house in
            let link = try await house.link("task", to: House.client)
            for _ in 1...3 { #expect(try await house.redeem(link, "'task'") == "done") }
            #expect(try await house.line("SELECT uses FROM holdfast.link") == "(3)")
            #expect(try await house.line("SELECT portal_activated_at, link_gen FROM booking.client") == "(,1)")
        }
    }

    @Test("an invitation is booked once")
    func bookingByInvitation() async throws {
        try await withHouse { house in
            let guest = try await house.invitedGuest()
            let booking = try await house.reserve()
            #expect(try await house.redeem(guest.link, "'inv', reservation_id => '\(booking)'") == "done")
            #expect(try await house.line("SELECT booked = '\(booking)' FROM booking.invitation") == "(t)")
            #expect(try await house.redeem(guest.link, "'inv', 'book', reservation_id => '\(booking)'") == "already")
            let another = try await house.reserve(["starts_at": "'2027-03-09 18:00:00+00'"])
            #expect(try await house.redeem(guest.link, "'inv', reservation_id => '\(another)'") == "already")
            #expect(try await house.line("SELECT booked = '\(booking)' FROM booking.invitation") == "(t)")
        }
    }

    @Test(
        "what has become of an invitation since is what its link answers",
        arguments: [
            ("UPDATE booking.invitation SET withdrawn_at = holdfast.clock()", "revoked"),
            ("UPDATE booking.provider SET link_gen = link_gen + 1", "revoked"),
            ("UPDATE holdfast.link SET revoked_at = holdfast.clock()", "revoked"),
            ("UPDATE holdfast.link SET expires_at = holdfast.clock()", "expired"),
            ("DELETE FROM booking.invitation", "ended"),
        ])
    func afterAnInvitationChanged(change: String, outcome: String) async throws {
        try await withHouse { house in
            let guest = try await house.invitedGuest()
            let booking = try await house.reserve()
            try await house.run(change)
            let before = try await house.everything()
            #expect(try await house.redeem(guest.link, "'inv', reservation_id => '\(booking)'") == outcome)
            #expect(try await house.state(of: guest.link) == outcome)
            #expect(try await house.everything() == before)
        }
    }

    @Test("only a time with the inviting provider that nobody else booked counts for an invitation")
    func anotherProvidersTime() async throws {
        try await withHouse { house in
            let (one, two) = (try await house.invitedGuest(), try await house.invitedGuest())
            let booking = try await house.reserve()
            let gone = try await house.reserve(["starts_at": "'2027-03-12 18:00:00+00'"])
            try await house.run("UPDATE booking.reservation SET state = 'cancelled' WHERE id = '\(gone)'")
            #expect(try await house.redeem(one.link, "'inv', reservation_id => '\(booking)'") == "done")
            for wrong in ["\(booking)", "\(gone)", House.client] {
                let refusal = try await house.refusal(
                    "SELECT * FROM holdfast.redeem($1::uuid, 'inv', reservation_id => '\(wrong)')", [.uuid(two.link)])
                #expect(refusal?.sqlState?.rawValue == "HF017")
            }
        }
    }

    @Test("optional letters of the link's class end and begin again, for the address of now")
    func preferences() async throws {
        try await withHouse { house in
            let link = try await house.link("pref", to: House.client, kind: "appointment.reminder")
            #expect(try await house.redeem(link, "'pref', 'opt_in'") == "already")
            #expect(try await house.redeem(link, "'pref', 'opt_out'") == "done")
            #expect(try await house.redeem(link, "'pref', 'opt_out'") == "already")
            #expect(try await house.redeem(link, "'pref', 'opt_out', class => 'survey'") == "done")
            let rows = "SELECT address, class, reason, until IS NULL FROM holdfast.suppression ORDER BY class"
            #expect(
                try await house.lines(rows) == [
                    "(zoe@example.org,reminder,opt_out,t)", "(zoe@example.org,survey,opt_out,t)",
                ])
            #expect(try await house.redeem(link, "'pref', 'opt_in'") == "done")
            #expect(try await house.lines(rows) == ["(zoe@example.org,survey,opt_out,t)"])
            #expect(try await house.line("SELECT uses FROM holdfast.link") == "(3)")
        }
    }

    @Test(
        "what an operator or a complaint says of an address is not undone by its reader, and one that ends becomes one that does not"
    )
    func preferencesOfOthers() async throws {
        try await withHouse { house in
            let link = try await house.link("pref", to: House.client, kind: "task.digest")
            try await house.run(
                "INSERT INTO holdfast.suppression (address, class, reason) VALUES ('zoe@example.org', 'task', 'complaint')"
            )
            #expect(try await house.redeem(link, "'pref', 'opt_in'") == "already")
            #expect(try await house.redeem(link, "'pref', 'opt_out'") == "already")
            #expect(try await house.lines("SELECT reason FROM holdfast.suppression") == ["(complaint)"])
            try await house.run("UPDATE holdfast.suppression SET until = holdfast.clock() - interval '1 day'")
            #expect(try await house.redeem(link, "'pref', 'opt_out'") == "done")
            #expect(try await house.lines("SELECT reason, until FROM holdfast.suppression") == ["(opt_out,)"])
        }
    }
}
