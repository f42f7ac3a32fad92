import TestSupport
import Testing

extension Scenario {
    /// An appointment stands.
    static let afterConfirmation: [Scenario] = [
        Scenario(10, "client and provider are told of an appointment, and only the client's letter has a calendar part")
        { (story: Story) async throws in
            _ = try await story.book()
            let letters = try await story.expect("appointment.confirmed", "provider.appointment")
            #expect(letters.map(\.to) == ["zoe@example.org", "quinn@example.org"])
            #expect(letters.map { $0.message.calendar != nil } == [true, false])
        },
        Scenario(12, "the client may change a time until 24 hours before, and is told what to do after that") {
            (story: Story) async throws in
            let id = try await story.book()
            let confirmed = try await story.letter("appointment.confirmed")
            #expect(confirmed.carries("appt"))
            #expect(confirmed.words.contains("Sunday, March 7, 2027"))
            try await story.time("2027-03-07 18:00:01+00")
            #expect(try await story.redeem("appt", "'cancel'") == "inside_cutoff")
            #expect(try await story.sql("SELECT state FROM booking.reservation WHERE id = '\(id)'") == "confirmed")
            try await story.time("2027-03-07 18:00+00")
            #expect(try await story.redeem("appt", "'cancel'") == "done")
            // Booked inside the 24 hours: no link that could not be used.
            _ = try await story.book(["starts_at": "'2027-03-08 12:00+00'"])
            let late = try await story.letter("appointment.confirmed")
            #expect(!late.carries("appt"))
            #expect(late.words.contains("contact"))
        },
        Scenario(
            13, "a moved time is one new letter with the next sequence; a request to move leaves the time as it is"
        ) { (story: Story) async throws in
            let id = try await story.book()
            try await story.expect("appointment.confirmed", "provider.appointment")
            let change =
                "UPDATE booking.reservation SET changed_by = 'provider', starts_at = starts_at + interval '1 day', ends_at = ends_at + interval '1 day'"
            try await story.sql(change)
            try await story.time("2027-03-01 17:00:30+00")
            try await story.sql(change)
            try await story.time("2027-03-01 17:01+00")
            let changed = try await story.expect("appointment.changed")
            #expect(changed.first?.message.calendar?.contains("SEQUENCE:2\r\n") == true)
            #expect(changed.first?.message.calendar?.contains("UID:\(id)@example.org\r\n") == true)
            try await story.sql("UPDATE booking.reservation SET reschedule_requested_at = holdfast.clock()")
            let request = try await story.expect("appointment.reschedule_request")
            #expect(request.first?.carries("appt") == true)
            #expect(
                try await story.sql("SELECT state, starts_at = '2027-03-10 18:00+00' FROM booking.reservation")
                    == "confirmed|t")
        },
        Scenario(20, "a reminder leads to the portal, never to the call itself") { (story: Story) async throws in
            _ = try await story.book()
            _ = try await story.letters()
            try await story.time("2027-03-06 18:00+00")
            let early = try await story.expect("appointment.reminder")
            #expect(early.first?.carries("appt") == true)
            #expect(early.first?.words.contains("https://portal.example.org") == true)
            // Three hours before would be 7 in the morning there: the evening before is the last good moment.
            try await story.time("2027-03-08 04:59+00")
            try await story.expect()
            try await story.time("2027-03-08 05:00+00")
            let late = try await story.expect("appointment.reminder")
            #expect(late.first?.carries("appt") == false)
            for letter in early + late { #expect(!letter.words.lowercased().contains("join session")) }
        },
        Scenario(
            21, "a series is one letter for each change, with the list of its times, and a reminder for each of them"
        ) { (story: Story) async throws in
            try await story.sql(
                """
                INSERT INTO booking.reservation (provider_id, client_id, state, series_id, starts_at, ends_at, place)
                SELECT '\(Story.provider)', '\(Story.client)', 'confirmed', '00000000-0000-4000-8000-0000000000ee', t, t + interval '50 minutes', 'virtual'
                FROM generate_series(timestamptz '2027-03-08 18:00+00', '2027-03-29 18:00+00', '7 days') AS t
                """)
            try await story.time("2027-03-01 17:01+00")
            try await story.task("activate_portal", "(SELECT id FROM booking.reservation ORDER BY starts_at LIMIT 1)")
            let letters = try await story.expect("appointment.series", "appointment.series", "portal.activate")
            #expect(letters.map(\.to) == ["quinn@example.org", "zoe@example.org", "zoe@example.org"])
            #expect(letters.allSatisfy { $0.message.calendar == nil })
            for letter in letters.prefix(2) {
                for day in ["March 8", "March 15", "March 22", "March 29"] { #expect(letter.words.contains(day)) }
            }
            #expect(try await story.sql("SELECT count(*) FROM holdfast.job WHERE kind = 'appointment.reminder'") == "8")
            try await story.sql(
                "UPDATE booking.reservation SET state = 'cancelled', changed_by = 'provider' WHERE starts_at > '2027-03-20'"
            )
            try await story.time("2027-03-01 17:02+00")
            let fewer = try await story.expect("appointment.series")
            #expect(fewer.first?.words.contains("March 15") == true && fewer.first?.words.contains("March 22") == false)
            // Another address has been told nothing.
            try await story.sql("UPDATE booking.client SET email = 'zoe.new@example.org'")
            try await story.time("2027-03-01 17:03+00")
            #expect(try await story.letter("appointment.series").to == "zoe.new@example.org")
        },
        Scenario(29, "a cancelled appointment offers the provider's page to book again") {
            (story: Story) async throws in
            let id = try await story.book()
            _ = try await story.letters()
            try await story.sql(
                "UPDATE booking.reservation SET state = 'cancelled', changed_by = 'provider' WHERE id = '\(id)'")
            try await story.time("2027-03-01 17:01+00")
            let letters = try await story.expect("appointment.cancelled")
            #expect(letters.first?.words.contains("https://www.example.org/find/quinn") == true)
            #expect(letters.first?.message.calendar?.contains("METHOD:CANCEL\r\n") == true)
            #expect(letters.first?.message.calendar?.contains("SEQUENCE:1\r\n") == true)
        },
        Scenario(32, "the place is the portal, an address, or a phone call without a number") {
            (story: Story) async throws in
            _ = try await story.book()
            let virtual = try await story.letter("appointment.confirmed")
            #expect(virtual.words.contains("By video, in your portal"))
            _ = try await story.book([
                "starts_at": "'2027-03-09 18:00+00'", "place": "'in_person'",
                "place_text": "'12 Harbour Street, Floor 2'",
            ])
            let visit = try await story.letter("appointment.confirmed")
            #expect(visit.words.contains("12 Harbour Street, Floor 2"))
            // A visit is where the provider is, and so is its time.
            #expect(visit.words.contains("1:00 PM Eastern Time") || visit.words.contains("1:00 PM, Eastern Time"))
            _ = try await story.book(["starts_at": "'2027-03-10 18:00+00'", "place": "'phone'"])
            #expect(try await story.letter("appointment.confirmed").words.contains("By phone"))
        },
    ]
}
