import TestSupport
import Testing

extension Scenario {
    /// A time is held for somebody new.
    static let reservations: [Scenario] = [
        Scenario(1, "a reserved time is announced to the one it is for, with one link") { (story: Story) async throws in
            _ = try await story.reserve()
            let letters = try await story.expect("reservation.confirm")
            #expect(letters.first?.to == "zoe@example.org")
            #expect(letters.first?.carries("rsv") == true)
        },
        Scenario(2, "nothing goes into a calendar before the client has confirmed") { (story: Story) async throws in
            let id = try await story.reserve()
            #expect(try await story.letter("reservation.confirm").message.calendar == nil)
            #expect(try await story.redeem("rsv", "'confirm', client_id => '\(Story.client)'") == "done")
            let confirmed = try await story.letter("appointment.confirmed")
            #expect(confirmed.message.calendar?.contains("METHOD:REQUEST\r\n") == true)
            #expect(confirmed.message.calendar?.contains("UID:\(id)@example.org\r\n") == true)
        },
        Scenario(3, "a held time cannot be taken by anybody else") { (story: Story) async throws in
            _ = try await story.reserve()
            let other =
                "INSERT INTO booking.reservation (provider_id, starts_at, ends_at, place, invitee_name, invitee_email, invitee_tz)"
            #expect(
                try await story.refusal(
                    "\(other) VALUES ('\(Story.provider)', '2027-03-08 18:30+00', '2027-03-08 19:20+00', 'virtual', 'Else', 'else@example.org', 'UTC')"
                )
                    == "23P01")
        },
        Scenario(4, "a hold has its deadline, a nudge at two thirds, and its end is told to the provider") {
            (story: Story) async throws in
            _ = try await story.reserve()
            // 72 hours: Thursday at 9 in the morning where the reader lives.
            let confirm = try await story.letter("reservation.confirm")
            #expect(confirm.words.contains("Thursday, March 4, 2027, 9:00 AM, Pacific Time (UTC−8)"))
            try await story.time("2027-03-03 16:59+00")
            try await story.expect()
            try await story.time("2027-03-03 17:00+00")
            try await story.expect("reservation.nudge")
            try await story.time("2027-03-04 17:00+00")
            #expect(try await story.sql("SELECT holdfast.expire_holds()") == "1")
            let told = try await story.expect("provider.hold_expired")
            #expect(told.first?.to == "quinn@example.org")
            #expect(try await story.redeem("rsv", "'confirm', client_id => '\(Story.client)'") == "expired")
        },
        Scenario(5, "a link confirms nothing by itself: the finished form does, once") { (story: Story) async throws in
            let id = try await story.reserve()
            _ = try await story.letter("reservation.confirm")
            let jti = try await story.sql("SELECT jti FROM holdfast.link")
            #expect(try await story.sql("SELECT state FROM holdfast.link_state('\(jti)')") == "open")
            #expect(try await story.sql("SELECT state FROM booking.reservation WHERE id = '\(id)'") == "pending")
            #expect(try await story.redeem("rsv", "'confirm', client_id => '\(Story.client)'") == "done")
            #expect(try await story.redeem("rsv", "'confirm', client_id => '\(Story.client)'") == "already")
            #expect(try await story.sql("SELECT state FROM booking.reservation WHERE id = '\(id)'") == "confirmed")
        },
        Scenario(6, "a payor that requires authorization is never written about before it") {
            (story: Story) async throws in
            try await story.sql(
                "INSERT INTO booking.payor VALUES ('kp', 'Coverage', true), ('late', 'Coverage', false)")
            let row = "provider_id, starts_at, ends_at, place, invitee_name, invitee_email, invitee_tz, payor_id"
            #expect(
                try await story.refusal(
                    """
                    INSERT INTO booking.reservation (\(row)) VALUES ('\(Story.provider)', '2027-03-09 18:00+00', '2027-03-09 19:00+00',
                      'virtual', 'Zoë', 'zoe@example.org', 'UTC', 'kp')
                    """) == "BK001")
            _ = try await story.reserve(["payor_id": "'late'"])
            try await story.sql("UPDATE booking.payor SET requires_authorization = true WHERE id = 'late'")
            try await story.expect()
            #expect(try await story.reason("reservation.confirm") == "the payor requires authorization")
        },
    ]
}
